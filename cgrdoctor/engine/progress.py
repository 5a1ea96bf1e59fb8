"""What a long probe tells while it works, for whoever watches the run."""

from __future__ import annotations

from collections.abc import Callable


class Live:
    """A service of the run: `say` shows one short line, at most now and then, and keeps nothing."""

    def __init__(self, show: Callable[[str], None] | None = None) -> None:
        self._show = show

    def say(self, text: str) -> None:
        """Shows `text` if somebody watches; returns at once."""
        if self._show is not None:
            self._show(text)

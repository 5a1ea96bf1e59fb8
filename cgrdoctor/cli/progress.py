"""Live progress on standard error, one line that is overwritten, only where somebody can see it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.model import FactStatus

WIDTH = 60
"""Characters the line may take; longer names are cut."""


class Progress:
    """An observer of a run: `3/41 pull-through`. Plain text, a carriage return, nothing else."""

    def __init__(self) -> None:
        self._total = 0
        self._done = 0

    def started(self, total: int) -> None:
        """The run knows how many facts there are to find."""
        self._total = total
        self._show("looking")

    def fact_done(self, name: str, status: FactStatus, seconds: float) -> None:
        """One fact is settled."""
        self._done += 1
        slow = f" ({seconds:.1f} s)" if seconds >= 1 else ""
        self._show(f"{name}: {status}{slow}")

    def under_way(self, text: str) -> None:
        """What a long probe says while it works, without control characters."""
        self._show("".join(character for character in text if character.isprintable()))

    def finished(self) -> None:
        """Clears the line."""
        self._write("\r" + " " * WIDTH + "\r")

    def _show(self, text: str) -> None:
        line = f"{self._done}/{self._total} {text}"[:WIDTH]
        self._write("\r" + line.ljust(WIDTH))

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            return


def observer_for(settings: Settings) -> Progress | None:
    """Progress if standard error is a terminal and the user did not ask for quiet."""
    try:
        watched = sys.stderr.isatty()
    except ValueError:
        watched = False
    return Progress() if watched and not settings.quiet else None

"""Live progress on standard error, one line that is overwritten, only where somebody can see it."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.engine.run import Awaits
    from cgrdoctor.model import FactStatus

WIDTH = 78
"""Characters the line may take; longer names are cut."""

BEAT = 0.5
"""Seconds between two looks at who is waited for."""


class Progress:
    """An observer of a run: `12/51  waiting for acme.jfrog.io, 4 s`. Plain text, a carriage return, nothing else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._look: Awaits | None = None
        self._total = 0
        self._done = 0
        self._said = ""

    def awaits(self, look: Awaits) -> None:
        """From now on the run can be asked whom it waits for."""
        self._look = look

    def started(self, total: int) -> None:
        """The run knows how many facts there are to find; from now on the line moves by itself, too."""
        self._total = total
        self._show()
        threading.Thread(target=self._beat, name="cgrdoctor-progress", daemon=True).start()

    def fact_done(self, name: str, status: FactStatus, seconds: float) -> None:  # noqa: ARG002 - the engine's signature
        """One fact is settled."""
        self._done += 1
        self._show()

    def under_way(self, text: str) -> None:
        """What a long probe says while it works, without control characters."""
        self._said = "".join(character for character in text if character.isprintable())
        self._show()

    def finished(self) -> None:
        """Clears the line, for good."""
        with self._lock:
            self._over.set()
            self._write("\r" + " " * WIDTH + "\r")

    def line(self) -> str:
        """How far the run is, and what it waits for."""
        waits = self._look() if self._look is not None else None
        doing = self._said or "looking"
        if waits is not None:
            host, seconds = waits
            doing = f"waiting for {host}, {seconds:.0f} s" + (f"; {self._said}" if self._said else "")
        shown = "".join(character for character in doing if character.isprintable())
        return f"{self._done}/{self._total}  {shown}"[:WIDTH]

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            self._show()

    def _show(self) -> None:
        line = self.line()
        with self._lock:
            if not self._over.is_set():
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

"""Live progress of a sweep on standard error: how many, how many of them are not well, how long it will take."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.sweep.tally import Tally

WIDTH = 78
BEAT = 0.5


class Silent:
    """Nobody watches."""

    def progress(self, tally: Tally, total: int) -> None:
        """Nothing is shown."""

    def finished(self) -> None:
        """Nothing was shown."""


class Live(Silent):
    """One line that is overwritten: `1,200/20,000  3 not well, 4 min left`."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown = 0.0

    def progress(self, tally: Tally, total: int) -> None:
        """One more reference is told."""
        now = time.monotonic()
        if now - self._shown >= BEAT:
            self._shown = now
            self._write("\r" + line(tally, total, now - self._began).ljust(WIDTH)[:WIDTH])

    def finished(self) -> None:
        """Clears the line."""
        self._write("\r" + " " * WIDTH + "\r")

    @staticmethod
    def _write(text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            return


def line(tally: Tally, total: int, seconds: float) -> str:
    """How far, and for how long at the pace so far; what was carried over took no time."""
    done, left = tally.total - tally.carried, max(0, total - tally.total)
    text = f"{tally.total:,}/{total:,}"
    if tally.asked_and_unwell:
        text += f"  {tally.asked_and_unwell:,} not well"
    return text if done <= 0 else f"{text}, {_span(seconds / done * left)} left"


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def watcher_for(settings: Settings) -> Silent:
    """Progress if standard error is a terminal and the user did not ask for quiet."""
    try:
        watched = sys.stderr.isatty()
    except ValueError:
        watched = False
    return Live() if watched and not settings.quiet else Silent()

"""How long a peer may keep us waiting in a run that ends, and whose fault a silence is."""

from __future__ import annotations

import copy
import math
import time
from typing import Literal

import msgspec

from cgrdoctor.net import absence

SHARE = 0.75
"""The part of what is left of the run that one step may take, so that those behind it still get something."""

FAIR = 0.5
"""The part of the run, from its first step on, for which a peer must be silent to be blamed before its full time."""

LEAST = 0.4
"""Seconds below which no silence tells anything, however short the run is."""


class _Course(msgspec.Struct):
    """What all steps of a run share: when it ends (monotonic), what is fair, whether it took time from a step."""

    ends_at: float
    fair: float | None = None
    cut_short: bool = False

    def left(self) -> float:
        seconds = max(0.0, self.ends_at - time.monotonic())
        if self.fair is None:
            self.fair = max(LEAST, FAIR * seconds)
        return seconds


class Patience:
    """The time limits of a run's steps; `step` in seconds, `ends_at` on the monotonic clock.

    A step may take `step` s. Where the run ends before, it gets a share of what is left: a peer that is silent all that
    time is then known by the stage at which it is silent, but the run has not given it its time and is incomplete.
    """

    def __init__(self, step: float, ends_at: float = math.inf) -> None:
        self.step = step
        self.ends_at = ends_at
        self._course = _Course(ends_at)

    def briefer(self, step: float) -> Patience:
        """The same for steps that may take less."""
        brief = copy.copy(self)
        brief.step = min(self.step, step)
        return brief

    @property
    def cut_short(self) -> bool:
        """Whether the end of the run, or another limit of its own, took from a step what it needed."""
        return self._course.cut_short

    def cut(self) -> None:
        """Notes that it did."""
        self._course.cut_short = True

    def allotted(self, wanted: float | None = None) -> float:
        """Seconds for a step that begins now and may take `wanted` (default: `step`)."""
        return min(wanted or self.step, SHARE * self._course.left())

    def silence(self, waited: float, wanted: float | None = None) -> Literal["timeout", "deadline", "stopped"]:
        """What a silence of `waited` s is: the peer's, or our own: the run ended too soon to tell, or we were away."""
        if absence.since(time.monotonic() - waited):
            return "stopped"
        due = wanted or self.step
        if waited >= 0.99 * due:
            return "timeout"
        self.cut()
        fair = self._course.fair
        return "timeout" if fair is not None and waited >= min(due, fair) else "deadline"

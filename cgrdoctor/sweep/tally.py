"""Counts lines as they come; nothing of it grows with their number."""

from __future__ import annotations

import heapq
from collections import Counter

import msgspec

from cgrdoctor.sweep.model import VERDICTS, WELL, Cause, Line, Verdict

EXAMPLES = 3
WORST = 10
MOST_CAUSES = 50

_RANK: dict[Verdict, int] = {
    "broken": 0,
    "blocked": 1,
    "forbidden": 2,
    "missing": 3,
    "stale": 4,
    "other-platforms": 5,
    "other-digest": 6,
    "not-asked": 7,
}
"""Which verdict is worse: what does not pull at all before what pulls as something else."""


class Tally:
    """Counts by verdict and by cause, and the ten worst."""

    def __init__(self) -> None:
        self._verdicts: Counter[Verdict] = Counter()
        self._causes: Counter[tuple[Verdict, str | None]] = Counter()
        self._examples: dict[tuple[Verdict, str | None], list[str]] = {}
        self._worst: list[tuple[int, int, str, Line]] = []
        self._number = 0
        self.carried = 0

    def add(self, line: Line) -> None:
        """One more."""
        self._number += 1
        self._verdicts[line.verdict] += 1
        if line.verdict in WELL:
            return
        cause = (line.verdict, line.code)
        self._causes[cause] += 1
        examples = self._examples.setdefault(cause, [])
        if len(examples) < EXAMPLES:
            examples.append(line.image)
        if line.verdict != "not-asked":
            entry = (-_RANK[line.verdict], -self._number, line.image, line)
            (heapq.heappush if len(self._worst) < WORST else heapq.heappushpop)(self._worst, entry)

    @property
    def total(self) -> int:
        """Lines so far."""
        return self._number

    @property
    def counts(self) -> dict[str, int]:
        """By verdict, those that there are, in the order of the contract."""
        return {one: self._verdicts[one] for one in VERDICTS if self._verdicts[one]}

    @property
    def asked_and_unwell(self) -> int:
        """References that were asked for and are not there, or not the same on both paths."""
        return sum(times for one, times in self._verdicts.items() if one not in WELL and one != "not-asked")

    @property
    def not_asked(self) -> int:
        """References that were not asked for."""
        return self._verdicts["not-asked"]

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The commonest first."""
        return tuple(
            Cause(verdict=verdict, code=code, count=count, images=tuple(self._examples[verdict, code]))
            for (verdict, code), count in self._causes.most_common(MOST_CAUSES)
        )

    @property
    def worst(self) -> tuple[Line, ...]:
        """The worst first, of those that are as bad the first one."""
        return tuple(line for *_, line in sorted(self._worst, key=lambda entry: entry[:2], reverse=True))


def encoded(line: msgspec.Struct) -> bytes:
    """A line of JSON Lines, with its end."""
    return msgspec.json.encode(line) + b"\n"

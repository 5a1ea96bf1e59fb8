"""The rows of the grid, and running them in several processes."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from zlib import crc32

from benchmarks.accuracy.axes import Variation, covering
from benchmarks.accuracy.discriminators import HEALTHY_FIXED, discriminator_of
from benchmarks.accuracy.page import Result
from benchmarks.accuracy.row import Answer, Verdict, examine, judge
from benchmarks.accuracy.worlds import world_of
from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS, HEALTHY, Fault, World
from cgrdoctor.model import Code

TURNS = 42
"""Ways to rotate the values of the axes; the name of a world chooses, so that a further one changes no other."""


@dataclass(frozen=True, slots=True)
class Row:
    """A world by name, and a variation of it."""

    name: str
    variation: Variation

    @property
    def fault(self) -> Fault:
        return FAULTS.get(self.name) or HEALTHY[self.name]


def rows(names: Sequence[str] = ()) -> list[Row]:
    """Every row, or those of the worlds of these names; faulty worlds first."""
    found = []
    for name in (*FAULTS, *HEALTHY):
        if names and name not in names:
            continue
        fixed = discriminator_of(name).fixed if name in FAULTS else HEALTHY_FIXED.get(name, frozenset())
        found += [Row(name, variation) for variation in covering(fixed, crc32(name.encode()) % TURNS)]
    return found


def run(wanted: Sequence[Row], jobs: int) -> list[Result]:
    """Examines the rows, in order, `jobs` at a time; those that this machine had no time for once more, alone."""
    with get_context("spawn").Pool(jobs, _settle) as pool:
        results = pool.map(result_of, wanted, chunksize=4)
    return [result_of(row) if _cut_short(result) else result for row, result in zip(wanted, results, strict=True)]


def _settle() -> None:
    """What a worker has loaded stays to its end: nobody looks for garbage in it."""
    codes()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def _cut_short(result: Result) -> bool:
    """Whether the run did not end by itself, so that it says more about this machine's load than about the doctor."""
    return result.answer.status == "incomplete" or bool(result.answer.broken)


def result_of(row: Row) -> Result:
    """One row examined and judged."""
    world = world_of(row.fault, row.variation)
    answer = examine(world, frozenset(name for name, code in codes().items() if code.umbrella))
    if row.fault.code is None:
        return Result(row.name, str(row.variation), None, True, answer, _silence(answer))
    visible = discriminator_of(row.name).visible(world)
    truths = (row.fault.code, *row.fault.accept, *_states(row, world))
    if not visible and not answer.codes and answer.status == "healthy":
        verdict = Verdict(exact=False, leg=False, passed=True, wrongly_certain=False)
    else:
        verdict = judge(answer, truths, codes()[row.fault.code].leg, visible=visible)
    return Result(row.name, str(row.variation), row.fault.code, visible, answer, verdict)


def _states(row: Row, world: World) -> tuple[str, ...]:
    """What earlier pulls turned a fault of the way upstream into, for who cannot have Artifactory test that way."""
    opened = world.pulled_before and codes()[row.fault.code or ""].leg == "artifactory-to-upstream"
    return ("remote-assumed-offline",) if opened and world.caller != "admin" else ()


def _silence(answer: Answer) -> Verdict:
    silent = not answer.codes and answer.status == "healthy"
    return Verdict(exact=silent, leg=silent, passed=silent, wrongly_certain="certain" in answer.confidences)


@cache
def codes() -> dict[str, Code]:
    """Every code of the catalogue."""
    return dict(load().codes)

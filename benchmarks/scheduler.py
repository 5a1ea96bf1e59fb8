"""The runner against a bare anyio task group that waits on the same edges, 1,000 nodes."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from statistics import median
from typing import Any

import anyio

from benchmarks.row import Row
from cgrdoctor import Fact
from cgrdoctor.engine.board import Board
from cgrdoctor.engine.declare import Need, Probe
from cgrdoctor.engine.plan import Plan
from cgrdoctor.engine.run import observe

NODES = 1000
PAIRS = 9


def rows() -> list[Row]:
    """The median ratio."""
    graph = Plan(tuple(_probes()), (), ())
    ratios = [_seconds(lambda: _ours(graph)) / _seconds(_bare) for _ in range(PAIRS)]
    return [Row(f"scheduler, {NODES} nodes, against a bare anyio task group", median(ratios), 4.0)]


def _edges(node: int) -> list[int]:
    return sorted({node // 2, node // 3} - {node})


def _probes() -> list[Probe]:
    kinds = [type(f"Fact{node}", (Fact,), {}, frozen=True, kw_only=True) for node in range(NODES)]

    def maker(node: int) -> Callable[..., Coroutine[Any, Any, Fact]]:
        async def make(**_given: Fact) -> Fact:
            made: Fact = kinds[node]()
            return made

        return make

    return [
        Probe(
            function=maker(node),
            needs=tuple(Need(f"n{other}", (kinds[other],), "required") for other in _edges(node)),
            services=(),
            makes=kinds[node],
        )
        for node in range(NODES)
    ]


async def _ours(graph: Plan) -> None:
    await observe(graph, Board(), {}, seconds=60)


async def _bare() -> None:
    settled = [anyio.Event() for _ in range(NODES)]

    async def node(number: int) -> None:
        for other in _edges(number):
            await settled[other].wait()
        settled[number].set()

    async with anyio.create_task_group() as group:
        for number in range(NODES):
            group.start_soon(node, number)


def _seconds(work: Callable[[], Coroutine[Any, Any, None]]) -> float:
    async def timed() -> float:
        start = time.perf_counter()
        await work()
        return time.perf_counter() - start

    return anyio.run(timed)

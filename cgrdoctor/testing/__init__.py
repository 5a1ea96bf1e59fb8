"""For authors of checks: judge facts, run one probe, without an engine and without mocks.

`judged(my_check, SomeFact(...), OtherFact(...))` gives a result, `await probed(my_probe, SomeFact(...),
services={Http: http})` an outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cgrdoctor.engine.board import Board, Outcome
from cgrdoctor.engine.declare import read_check, read_probe
from cgrdoctor.engine.judge import judge_one
from cgrdoctor.engine.plan import Plan
from cgrdoctor.engine.run import observe
from cgrdoctor.model import CheckResult, Fact

__all__ = ["judged", "probed"]


def judged(check: Callable[..., Any], *facts: Fact) -> CheckResult:
    """The result of a function declared with `@check` over the given facts; missing ones make it a skip."""
    board = Board()
    for fact in facts:
        board.give(fact)
    return judge_one(read_check(check), board.snapshot())


async def probed(
    probe: Callable[..., Any], *facts: Fact, services: Mapping[type, Any] | None = None, seconds: float = 10.0
) -> Outcome:
    """The outcome of a function declared with `@probe` over the given facts and services."""
    board = Board()
    for fact in facts:
        board.give(fact)
    node = read_probe(probe)
    await observe(Plan((node,), (), ()), board, services or {}, seconds=seconds)
    outcome = board.get(node.makes)
    assert outcome is not None
    return outcome

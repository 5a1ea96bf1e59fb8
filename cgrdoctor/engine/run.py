"""Runs the probes of a plan: each waits for its needs, errors stay where they happen, one deadline ends all."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import anyio

from cgrdoctor.engine.board import Board, Outcome, arguments, lacking, missed
from cgrdoctor.engine.declare import Probe, fact_name
from cgrdoctor.engine.plan import Plan
from cgrdoctor.errors import NotNeeded, PlanProblem, Unobservable
from cgrdoctor.model import Fact, FactStatus


class Observer(Protocol):
    """Who wants to know how far a run is. Called from the event loop; must return at once."""

    def started(self, total: int) -> None: ...
    def fact_done(self, name: str, status: FactStatus, seconds: float) -> None: ...
    def under_way(self, text: str) -> None: ...
    def finished(self) -> None: ...


class Silent:
    """The observer of a run nobody watches."""

    def started(self, total: int) -> None: ...
    def fact_done(self, name: str, status: FactStatus, seconds: float) -> None: ...
    def under_way(self, text: str) -> None: ...
    def finished(self) -> None: ...


async def observe(
    plan: Plan,
    board: Board,
    services: Mapping[type, Any],
    *,
    seconds: float,
    scope: anyio.CancelScope | None = None,
    observer: Observer | None = None,
) -> None:
    """Runs every probe of `plan` and leaves an outcome for each on `board`, within `seconds`.

    `scope` ends the run early when somebody else cancels it. Raises PlanProblem, before any I/O, if a probe wants a
    service that is not there.
    """
    watcher = observer or Silent()
    _refuse_missing_services(plan, services)
    settled = {probe.makes: anyio.Event() for probe in plan.probes}
    watcher.started(len(plan.probes))
    with scope or anyio.CancelScope() as outer:
        outer.deadline = min(outer.deadline, anyio.current_time() + seconds)
        async with anyio.create_task_group() as group:
            for probe in plan.probes:
                group.start_soon(_node, probe, board, services, settled, watcher)
    for probe in plan.probes:
        board.put(missed(probe.makes))
    watcher.finished()


def _refuse_missing_services(plan: Plan, services: Mapping[type, Any]) -> None:
    for probe in plan.probes:
        for parameter, wanted in probe.services:
            if wanted not in services:
                raise PlanProblem(f"{probe.origin}: no service {wanted.__name__} (parameter {parameter!r})")


async def _node(
    probe: Probe,
    board: Board,
    services: Mapping[type, Any],
    settled: Mapping[type[Fact], anyio.Event],
    observer: Observer,
) -> None:
    for fact in probe.needed:
        if fact in settled:
            await settled[fact].wait()
    outcome = await _outcome(probe, board, services)
    board.put(outcome)
    settled[probe.makes].set()
    observer.fact_done(outcome.name, outcome.status, outcome.duration)


async def _outcome(probe: Probe, board: Board, services: Mapping[type, Any]) -> Outcome:
    known = board.snapshot()
    lack = lacking(probe.needs, known)
    if lack is not None:
        return _blocked(probe, lack.blocked_by, lack.root)
    given = {**arguments(probe, known), **{name: services[kind] for name, kind in probe.services}}
    at, start = datetime.now(UTC), time.monotonic()
    status, fact, reason, unlocked_by = await _attempt(probe, given)
    return Outcome(
        probe.makes,
        status,
        fact,
        reason=reason,
        at=at,
        duration=time.monotonic() - start,
        unlocked_by=unlocked_by,
        broken=status == "broken",
    )


def _blocked(probe: Probe, blocked_by: tuple[str, ...], root: Outcome) -> Outcome:
    status: FactStatus = "not-needed" if root.status == "not-needed" else "unobservable"
    return Outcome(
        probe.makes,
        status,
        reason=root.reason,
        blocked_by=blocked_by,
        root_cause=root.root_cause or root.name,
        unlocked_by=root.unlocked_by,
        deadline=root.deadline,
        broken=root.broken,
    )


async def _attempt(probe: Probe, given: Mapping[str, Any]) -> tuple[FactStatus, Fact | None, str | None, str | None]:
    try:
        with anyio.move_on_after(probe.timeout):
            fact = await probe.function(**given)
            if not isinstance(fact, probe.makes):
                wanted = fact_name(probe.makes)
                return "broken", None, f"{probe.origin} returned {type(fact).__name__}, not {wanted}", None
            return "observed", fact, None, None
    except Unobservable as outcome:
        return "unobservable", None, outcome.reason, outcome.unlocked_by
    except NotNeeded as outcome:
        return "not-needed", None, outcome.reason, None
    except Exception as error:  # noqa: BLE001 - whatever a probe raises is a bug of the probe, reported as such
        return "broken", None, _bug(probe, error), None
    return "unobservable", None, f"no result within {probe.timeout:g} s", None


def _bug(probe: Probe, error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return f"{probe.origin} broke with {type(error).__name__} at {place}: {error}"

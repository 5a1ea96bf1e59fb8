"""Runs the probes of a plan: each waits for its needs, errors stay where they happen, one deadline ends all."""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import anyio
import msgspec

from cgrdoctor.engine.board import Board, Outcome, arguments, lacking, missed
from cgrdoctor.engine.declare import Probe, fact_name
from cgrdoctor.engine.foreign import OnBug, said, size_of, worded
from cgrdoctor.engine.plan import Plan
from cgrdoctor.errors import NotNeeded, PlanProblem, Unobservable
from cgrdoctor.model import Fact, FactStatus
from cgrdoctor.net import absence

Awaits = Callable[[], tuple[str, float] | None]
"""Tells, from any thread, which host is waited for longest, and for how many seconds."""


class Observer(Protocol):
    """Who wants to know how far a run is. Called from the event loop; must return at once."""

    def awaits(self, look: Awaits) -> None: ...
    def started(self, total: int) -> None: ...
    def fact_done(self, name: str, status: FactStatus, seconds: float) -> None: ...
    def under_way(self, text: str) -> None: ...
    def finished(self) -> None: ...


class Silent:
    """The observer of a run nobody watches."""

    def awaits(self, look: Awaits) -> None: ...
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
    on_bug: OnBug | None = None,
) -> None:
    """Runs every probe of `plan` and leaves an outcome for each on `board`, within `seconds`.

    `scope` ends the run early when somebody else cancels it. Raises PlanProblem, before any I/O, if a probe of ours
    wants a service that is not there.
    """
    watcher = observer or Silent()
    round_ = _Round(board, services, watcher, on_bug)
    _refuse_missing_services(plan, services)
    settled = {probe.makes: anyio.Event() for probe in plan.probes}
    watcher.started(len(plan.probes))
    with scope or anyio.CancelScope() as outer:
        outer.deadline = min(outer.deadline, anyio.current_time() + seconds)
        async with anyio.create_task_group() as group:
            for probe in plan.probes:
                group.start_soon(round_.node, probe, settled)
    for probe in plan.probes:
        board.put(missed(probe.makes))
    watcher.finished()


def _refuse_missing_services(plan: Plan, services: Mapping[type, Any]) -> None:
    for probe in plan.probes:
        if not probe.distribution:
            _services(probe, services)


def _services(probe: Probe, services: Mapping[type, Any]) -> dict[str, Any]:
    for parameter, wanted in probe.services:
        if wanted not in services:
            raise PlanProblem(f"{probe.origin}: no service {wanted.__name__} (parameter {parameter!r})")
    return {name: services[kind] for name, kind in probe.services}


class _Attempt(msgspec.Struct, frozen=True):
    """How a probe ended; `size` is that of a foreign fact, `away`: this process did not run while it waited for it."""

    status: FactStatus
    fact: Fact | None = None
    reason: str | None = None
    unlocked_by: str | None = None
    size: int = 0
    away: bool = False


class _Round:
    """What the probes of a run share."""

    def __init__(self, board: Board, services: Mapping[type, Any], observer: Observer, on_bug: OnBug | None) -> None:
        self._board = board
        self._services = services
        self._observer = observer
        self._on_bug = on_bug

    async def node(self, probe: Probe, settled: Mapping[type[Fact], anyio.Event]) -> None:
        """Waits for what a probe needs, runs it, and tells those who wait for it."""
        for fact in probe.needed:
            if fact in settled:
                await settled[fact].wait()
        outcome = await self._outcome(probe)
        self._board.put(outcome)
        settled[probe.makes].set()
        self._observer.fact_done(outcome.name, outcome.status, outcome.duration)

    async def _outcome(self, probe: Probe) -> Outcome:
        known = self._board.snapshot()
        lack = lacking(probe.needs, known)
        if lack is not None:
            return _blocked(probe, lack.blocked_by, lack.root)
        at, start = datetime.now(UTC), time.monotonic()
        attempt = await self._attempt(probe, known)
        return Outcome(
            probe.makes,
            attempt.status,
            attempt.fact,
            reason=attempt.reason,
            at=at,
            duration=time.monotonic() - start,
            unlocked_by=attempt.unlocked_by,
            broken=attempt.status == "broken",
            deadline=attempt.away,
            size=attempt.size,
        )

    async def _attempt(self, probe: Probe, known: Mapping[type[Fact], Outcome]) -> _Attempt:
        begun = time.monotonic()
        try:
            with anyio.move_on_after(probe.timeout):
                given = {**arguments(probe, known), **_services(probe, self._services)}
                fact = await probe.function(**given)
                return _Attempt("observed", fact, size=_proven(probe, fact))
        except Unobservable as outcome:
            unlocked_by = None if outcome.unlocked_by is None else worded(outcome.unlocked_by)
            return _Attempt("unobservable", reason=worded(outcome.reason), unlocked_by=unlocked_by)
        except NotNeeded as outcome:
            return _Attempt("not-needed", reason=worded(outcome.reason))
        except BaseException as error:
            if _is_end_of_run(error):
                raise
            if self._on_bug is not None:
                self._on_bug(probe.origin, error)
            return _Attempt("broken", reason=_bug(probe, error))
        reason = f"no result within {probe.timeout:g} s"
        return _Attempt("unobservable", reason=reason, away=absence.since(begun))


def _proven(probe: Probe, fact: Any) -> int:
    """The size of a foreign fact, 0 of ours. Raises TypeError or ValueError for what is no such fact."""
    if not isinstance(fact, probe.makes):
        raise TypeError(f"returned {type(fact).__name__}, not {fact_name(probe.makes)}")
    return size_of(fact) if probe.distribution else 0


def _is_end_of_run(error: BaseException) -> bool:
    """Whether the run takes a probe away, which is no error of the probe; it may also make up a cancellation itself."""
    if isinstance(error, BaseExceptionGroup):
        return all(_is_end_of_run(one) for one in error.exceptions)
    cancelled = isinstance(error, anyio.get_cancelled_exc_class())
    return cancelled and anyio.current_effective_deadline() == -math.inf


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


def _bug(probe: Probe, error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{probe.origin} broke{place} with {said(error)}"

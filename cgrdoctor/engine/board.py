"""What is known so far: the outcome of every fact, readable by another thread at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from cgrdoctor.engine.declare import Need, Node, fact_name
from cgrdoctor.model import Fact, FactRecord, FactStatus, ObservedFrom
from cgrdoctor.on_paper import seen_from

DEADLINE = "the deadline was reached first"
INTERRUPTED = "the run was interrupted first"


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds and `Z`, as every time in a report."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Outcome(msgspec.Struct, frozen=True):
    """How a probe ended. `blocked_by` names the facts it lacked, `root_cause` the first one lacking behind those.

    `broken` says that a bug lies at the root, `deadline` that time ran out, there or further up. `size` is that of a
    foreign fact in a report, in bytes.
    """

    fact_type: type[Fact]
    status: FactStatus
    fact: Fact | None = None
    reason: str | None = None
    at: datetime | None = None
    duration: float = 0.0
    blocked_by: tuple[str, ...] = ()
    root_cause: str | None = None
    unlocked_by: str | None = None
    deadline: bool = False
    broken: bool = False
    size: int = 0

    @property
    def name(self) -> str:
        return fact_name(self.fact_type)

    @property
    def seen_from(self) -> ObservedFrom:
        return seen_from(self.fact_type, self.fact)

    def record(self) -> FactRecord:
        """The outcome as it stands in a report."""
        return FactRecord(
            status=self.status,
            reason=self.reason,
            version=self.fact_type.version,
            observed_at=rfc3339(self.at) if self.at else None,
            observed_from=self.seen_from,
            duration=round(self.duration, 4),
            value=msgspec.to_builtins(self.fact) if self.fact is not None else None,
            blocked_by=self.blocked_by,
            root_cause=self.root_cause,
            unlocked_by=self.unlocked_by,
        )


class Lack(msgspec.Struct, frozen=True):
    """Why a need cannot be met: the nearest facts that are missing, the root, and what kind of missing it is."""

    blocked_by: tuple[str, ...]
    root: Outcome

    @property
    def root_cause(self) -> str:
        return self.root.root_cause or self.root.name


class Board:
    """Outcomes by fact type. Writes come from the event loop, reads from anywhere; `heard` hears of each that stays."""

    def __init__(self, heard: Callable[[Outcome], object] | None = None) -> None:
        self._outcomes: dict[type[Fact], Outcome] = {}
        self._lock = threading.Lock()
        self._heard = heard

    def put(self, outcome: Outcome) -> None:
        """Records an outcome; the first one of a fact stays."""
        with self._lock:
            stays = self._outcomes.setdefault(outcome.fact_type, outcome) is outcome
        if stays and self._heard is not None:
            self._heard(outcome)

    def give(self, fact: Fact) -> None:
        """Records a fact that no probe has to make."""
        self.put(Outcome(type(fact), "observed", fact, at=datetime.now(UTC)))

    def snapshot(self) -> Mapping[type[Fact], Outcome]:
        """A copy, stable while it is read."""
        with self._lock:
            return dict(self._outcomes)

    def get(self, fact_type: type[Fact]) -> Outcome | None:
        """The outcome of a fact, or None while it is open."""
        return self._outcomes.get(fact_type)


def lacking(needs: tuple[Need, ...], outcomes: Mapping[type[Fact], Outcome]) -> Lack | None:
    """The first need that the outcomes cannot meet, or None. A fact without an outcome counts as out of time."""
    for need in needs:
        found = [outcomes.get(fact) or missed(fact) for fact in need.facts]
        if need.strength == "optional" or any(outcome.status == "observed" for outcome in found):
            continue
        root = min(found, key=lambda outcome: ("broken", "unobservable", "not-needed").index(outcome.status))
        return Lack(tuple(outcome.name for outcome in found), root)
    return None


def missed(fact_type: type[Fact]) -> Outcome:
    """The outcome of a fact that was still open when time ran out."""
    return Outcome(fact_type, "unobservable", reason=DEADLINE, deadline=True)


def arguments(node: Node, outcomes: Mapping[type[Fact], Outcome]) -> dict[str, Any]:
    """What facts give a function: by parameter, of several alternatives the first one observed; records are made."""
    given: dict[str, Any] = {}
    parts: dict[str, dict[str, Fact | None]] = {}
    for need in node.needs:
        known = (outcome.fact for fact in need.facts if (outcome := outcomes.get(fact)) and outcome.fact is not None)
        if need.field:
            parts.setdefault(need.parameter, {})[need.field] = next(known, None)
        else:
            given[need.parameter] = next(known, None)
    return {**given, **{name: kind(**parts[name]) for name, kind in node.records}}


class Stopwatch:
    """Wall-clock moment of the start and seconds since, by the monotonic clock."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)
        self._from = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._from

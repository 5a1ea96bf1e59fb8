"""The row of Artifactory's own trace of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.facts.direct.edge import quotes_edge
from cgrdoctor_checks.facts.pull.artifactory_trace import Trace

REFUSES = re.compile(r"permi|authori|forbidden|not allowed", re.IGNORECASE)
"""Words of a trace in which a login, not a rule, is what is refused."""


def trace_rows(case: Case) -> Iterator[Row]:
    """None where the pull went through a virtual that is known to have no remote for cgr.dev."""
    log = case.trace
    if log is None or (case.virtual is True and _ways(case) == []):
        return
    marks = {
        log.mechanism or "": bool(log.mechanism),
        "any-member": case.virtual is True and not _is_of_a_way(case, log),
        "mime": log.said == "page",
        "permission": REFUSES.search(log.why) is not None,
        "edge-page": quotes_edge(log.why),
    }
    yield Row(
        arm="trace",
        mechanism=log.said,
        image="target",
        stage="proxy" if log.status == 407 else log.stage,
        quoted=log.status,
        marks=frozenset(mark for mark, holds in marks.items() if holds),
        repository=case.subject,
        speaker="artifactory",
        evidence=log.exchanges,
    )


def _ways(case: Case) -> list[str] | None:
    """The keys of the remotes for cgr.dev behind it, None where they were not shown."""
    return None if case.remotes is None else [remote.key for remote in case.remotes.chainguard]


def _is_of_a_way(case: Case, log: Trace) -> bool:
    """Whether a virtual's trace names a member that leads to cgr.dev; its other members are none of this pull's."""
    return any(key in decision for key in _ways(case) or () for decision in log.decisions)

"""Chainguard's own service: out of order for everybody, or refusing at its edge."""

from __future__ import annotations

from collections.abc import Iterable

from cgrdoctor_checks.causes import chainguard_service
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import CHAINGUARD, closed_blob, reaches_upstream, refusal, waiting
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.chainguard_service import UPSTREAM_EDGE_REFUSED, UPSTREAM_OUT_OF_ORDER

ANSWERED = ("works", "missing", "refused", "unasked")
"""Outcomes with which cgr.dev itself spoke; a login that it asked for in vain among them."""

LATE = ("read-timeout", "connect-timeout")
"""Stages at which Artifactory gives up on a service that is out of order."""


def out_of_order(row: Row, table: Table) -> Answer:
    if row.arm in ("direct", "direct-control"):
        return NAMES if row.mechanism == "outage" else NOTHING
    if row.arm == "connection-test":
        return POINTS if _failing_there(row) and row.step == "registry" and not table.verdict("works") else NOTHING
    if not row.failing:
        return NOTHING
    if row.mechanism not in ("rate-limited", "unavailable") and row.stage is None and _failing_there(row):
        return FITS if table.verdict("works") else POINTS
    return FITS if _starved(row) else NOTHING


def edge_refused(row: Row, table: Table) -> Answer:
    if row.arm in ("direct", "direct-control"):
        return NAMES if row.mechanism == "edge-refused" else NOTHING
    if row.arm in ("connection-test", "trace"):
        return NAMES if row.has("edge-page") else NOTHING
    if not row.failing:
        return NOTHING
    if row.has("edge-page"):
        return NAMES
    return FITS if _starved(row) or row.mechanism == "mime" else NOTHING


def _failing_there(row: Row) -> bool:
    """Whether a text of Artifactory's quotes a 5xx of whoever it asked."""
    return row.quoted is not None and row.quoted >= 500


def _is_well(table: Table) -> Exclusion | None:
    """cgr.dev has an answer of its own for this machine, and so for everybody: of blobs only where it gave some."""
    direct = list(table.of("direct", "direct-control"))
    at_blob = any(row.at_blob for row in table.failing)
    for row in direct:
        whole = row.arm == "direct" and row.outcome == "works"
        if whole or (not at_blob and row.outcome in ANSWERED and row.speaker not in ("edge", "filter")):
            return None if _seen(direct, "outage") else Exclusion("cgr.dev answers this machine", row.evidence)
    return None


def _lets_pass(table: Table) -> Exclusion | None:
    """What the edge lets pass from here it may still keep from Artifactory, which only a page of it would show."""
    shown = any(row.has("edge-page") for row in table.rows)
    if shown or _seen(table.of("direct", "direct-control"), "edge-refused"):
        return None
    return _is_well(table) or reaches_upstream(table)


def _seen(rows: Iterable[Row], verdict: str) -> bool:
    """Whether Chainguard's hosts showed that to this machine."""
    return any(row.mechanism == verdict for row in rows)


def _starved(row: Row) -> bool:
    """What comes out where Artifactory got no answer that it could use."""
    return waiting(row) or closed_blob(row) or refusal(row) or row.stage in LATE


CAUSES = (
    Cause(
        code=UPSTREAM_OUT_OF_ORDER,
        answer=out_of_order,
        excluded=_is_well,
        finding=chainguard_service.out_of_order,
        rival="curl https://cgr.dev/v2/ answers 401 on any machine, and https://status.cgr.dev shows no incident",
        who=CHAINGUARD,
        stops="moment",
        parent="upstream-failed",
    ),
    Cause(
        code=UPSTREAM_EDGE_REFUSED,
        answer=edge_refused,
        excluded=_lets_pass,
        finding=chainguard_service.edge_refused,
        rival="curl https://cgr.dev/v2/ on the Artifactory host shows cgr.dev's own 401",
        who=CHAINGUARD,
        stops="moment",
        parent="upstream-failed",
    ),
)

"""Chainguard's own service: out of order for everybody, or refusing at its edge."""

from __future__ import annotations

from cgrdoctor_checks.causes import chainguard_service
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import CHAINGUARD, closed_blob, refusal, waiting
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause
from cgrdoctor_checks.codes.chainguard_service import UPSTREAM_EDGE_REFUSED, UPSTREAM_OUT_OF_ORDER

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
    return FITS if _seen(table, "outage") and _starved(row) else NOTHING


def edge_refused(row: Row, table: Table) -> Answer:
    if row.arm in ("direct", "direct-control"):
        return NAMES if row.mechanism == "edge-refused" else NOTHING
    if row.arm in ("connection-test", "trace"):
        return NAMES if row.has("edge-page") else NOTHING
    if not row.failing:
        return NOTHING
    if row.has("edge-page"):
        return NAMES
    known = _seen(table, "edge-refused") or any(one.has("edge-page") for one in table.of("connection-test", "trace"))
    return FITS if known and (_starved(row) or row.mechanism == "mime") else NOTHING


def _failing_there(row: Row) -> bool:
    """Whether a text of Artifactory's quotes a 5xx of whoever it asked."""
    return row.quoted is not None and row.quoted >= 500


def _seen(table: Table, verdict: str) -> bool:
    """Whether Chainguard's hosts showed that to this machine."""
    return table.any("direct", verdict) or table.any("direct-control", verdict)


def _starved(row: Row) -> bool:
    """What comes out where Artifactory got no answer that it could use."""
    return waiting(row) or closed_blob(row) or refusal(row) or row.stage in LATE


CAUSES = (
    Cause(
        code=UPSTREAM_OUT_OF_ORDER,
        answer=out_of_order,
        finding=chainguard_service.out_of_order,
        rival="curl https://cgr.dev/v2/ answers 401 on any machine, and https://status.cgr.dev shows no incident",
        who=CHAINGUARD,
        stops="moment",
        parent="upstream-failed",
    ),
    Cause(
        code=UPSTREAM_EDGE_REFUSED,
        answer=edge_refused,
        finding=chainguard_service.edge_refused,
        rival="curl https://cgr.dev/v2/ on the Artifactory host shows cgr.dev's own 401",
        who=CHAINGUARD,
        stops="moment",
        parent="upstream-failed",
    ),
)

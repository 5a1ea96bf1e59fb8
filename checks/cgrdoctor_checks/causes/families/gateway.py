"""A proxy in front of Artifactory that waits for less than Artifactory needs."""

from __future__ import annotations

from cgrdoctor_checks.causes import gateway_timeout
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, impatient
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause
from cgrdoctor_checks.codes.artifactory import GATEWAY_TIMEOUT


def gave_up(row: Row, table: Table) -> Answer:
    """Named where the same request is answered well a moment later, by the same node as far as nodes show."""
    if row.arm == "again":
        if row.outcome != "works" or row.has("another-node"):
            return NOTHING
        if any(impatient(one) for one in table.target):
            return NAMES
        return POINTS if any(_cut(one) for one in table.target) else NOTHING
    if impatient(row):
        return POINTS
    healed = any(one.outcome == "works" for one in table.of("again"))
    return FITS if _cut(row) and healed else NOTHING


def _cut(row: Row) -> bool:
    """An answer that somebody broke off, for what Artifactory may have to fetch."""
    return row.failing and row.mechanism == "transport" and row.has("broken-off") and row.step not in ("ping", "token")


CAUSES = (
    Cause(
        code=GATEWAY_TIMEOUT,
        answer=gave_up,
        finding=gateway_timeout.gave_up,
        rival="the same request on the Artifactory host itself, past the proxy, ends in the same way",
        who=ADMIN,
        stops="moment",
    ),
)

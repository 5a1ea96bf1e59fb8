"""What answers Artifactory in cgr.dev's place, or in a way that it cannot use."""

from __future__ import annotations

from cgrdoctor_checks.causes import head_requests, upstream
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import (
    NETWORK,
    came_again,
    closed_blob,
    impatient,
    left_open,
    opaque,
    own_step,
    partly,
    reaches_upstream,
    vague,
    waiting,
)
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_CONTENT_BLOCKED,
    UPSTREAM_FAILED,
    UPSTREAM_HEAD_UNUSABLE,
)


def content_blocked(row: Row, table: Table) -> Answer:
    if row.arm == "connection-test":
        foreign = row.step == "registry" and row.mechanism == "unclear" and row.quoted is not None
        return NAMES if row.mechanism == "page" else FITS if foreign or row.has("succeeded") else NOTHING
    theirs = table.any("direct", "edge-refused") or any(one.has("edge-page") for one in table.of("connection-test"))
    if row.arm == "trace":
        return NOTHING if not row.has("mime") else FITS if theirs else NAMES
    if row.failing and row.mechanism == "mime":
        return FITS if theirs or row.has("edge-page") else NAMES
    if left_open(row, UPSTREAM_CONTENT_BLOCKED):
        return FITS
    return FITS if waiting(row) and not row.at_blob else NOTHING


def head_unusable(row: Row, table: Table) -> Answer:
    if row.arm == "trace":
        return POINTS if row.mechanism == "transport" and row.stage is None and row.has("head") else NOTHING
    if row.failing and row.has("head") and row.mechanism in ("upstream-transport", "failed", "refused"):
        return NAMES
    return FITS if row.failing and row.mechanism == "upstream-transport" and row.stage is None else NOTHING


def failed(row: Row, table: Table) -> Answer:
    """The umbrella of this leg: Artifactory could not talk upstream; or a blob came that had not come before."""
    if row.arm == "again":
        came = row.at_blob and row.outcome == "works" and not row.has("another-node")
        return NAMES if came and any(_kept_from_it(one) for one in table.target) else NOTHING
    if row.arm == "connection-test":
        return POINTS if row.failing and row.step == "registry" else NOTHING
    if row.arm == "trace":
        return POINTS if row.mechanism == "missed" and _answered_otherwise(table) else NOTHING
    if not row.failing or own_step(row):
        return NOTHING
    if row.mechanism == "upstream-transport":
        return FITS if row.at_blob else NAMES
    if row.quoted is not None and row.quoted >= 400 and row.mechanism not in ("rate-limited", "upstream-token"):
        return POINTS
    if _kept_from_it(row) and (came_again(table) or partly(table)):
        return FITS if any(one.fresh is False for one in table.of("through")) else POINTS
    return FITS if row.mechanism in ("failed", "unavailable", "assumed-offline") or vague(row) else NOTHING


def _kept_from_it(row: Row) -> bool:
    """A blob that Artifactory says it does not have; a gateway that gives up or a service that is unwell says less."""
    return closed_blob(row) and not impatient(row) and row.mechanism != "unavailable" and row.speaker != "gateway"


def _answered_otherwise(table: Table) -> bool:
    """Every image is a miss that Artifactory remembers, so that it had an answer, and this machine gets the image."""
    return table.control == "alike" and all(opaque(row) for row in table.target) and table.verdict("works")


def _asks_by_get(table: Table) -> Exclusion | None:
    asks = table.setting("asks-by-get")
    return Exclusion("Bypass HEAD Requests is checked", hard=True) if asks else None


CAUSES = (
    Cause(
        code=UPSTREAM_CONTENT_BLOCKED,
        answer=content_blocked,
        excluded=reaches_upstream,
        finding=upstream.content_blocked,
        rival="curl https://cgr.dev/v2/ on the Artifactory host shows cgr.dev's own 401",
        who=NETWORK,
        stops="repository",
        parent="upstream-failed",
    ),
    Cause(
        code=UPSTREAM_HEAD_UNUSABLE,
        answer=head_unusable,
        excluded=_asks_by_get,
        finding=head_requests.head_unusable,
        rival="curl -I https://cgr.dev/v2/ on the Artifactory host answers 401",
        who=NETWORK,
        stops="repository",
        parent="upstream-failed",
    ),
    Cause(
        code=UPSTREAM_FAILED,
        answer=failed,
        finding=upstream.somehow,
        rival="artifactory-request-out.log shows cgr.dev's answer",
        who=NETWORK,
        stops="moment",
    ),
)

"""Artifactory's way to cgr.dev: at which stage it ends, or who answers there in its place."""

from __future__ import annotations

from collections.abc import Callable

from cgrdoctor import Code
from cgrdoctor_checks.causes import head_requests, upstream
from cgrdoctor_checks.causes.signs import ADMIN, NETWORK, closed_blob, left_open, vague
from cgrdoctor_checks.causes.table import Row, Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.network import CLOCK_SKEW
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_CONTENT_BLOCKED,
    UPSTREAM_FAILED,
    UPSTREAM_HEAD_UNUSABLE,
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_TLS_UNTRUSTED,
    UPSTREAM_UNREACHABLE,
)
from cgrdoctor_checks.facts.artifactory.upstream_stages import STAGES

REACHING = tuple(stage.name for stage in STAGES if stage.code is UPSTREAM_UNREACHABLE and stage.spellings)
"""Stages at which a connection ends without anybody's refusal."""

WAITING = ("unfound", "upstream-transport", "assumed-offline", "failed", "unavailable")
"""Mechanisms that a way upstream may lie behind."""

OUT_OF_ORDER = ("outage",)


def _outage(table: Table) -> bool:
    return table.any("direct", *OUT_OF_ORDER) or table.any("direct-control", *OUT_OF_ORDER)


def _named_stage(row: Row, stages: tuple[str, ...]) -> bool:
    """Where a text of Artifactory's, its log or its own test quotes one of these stages."""
    if row.arm == "trace":
        return row.stage in stages and (row.mechanism == "transport" or row.stage == "proxy")
    if row.arm == "connection-test":
        return row.mechanism == "cut-off" and row.stage in stages
    return row.failing and row.mechanism == "upstream-transport" and row.stage in stages


def unreachable(row: Row, table: Table) -> Answer:
    if row.arm in ("direct", "direct-control"):
        return NAMES if row.mechanism in OUT_OF_ORDER else NOTHING
    if row.arm == "connection-test" and row.step == "blobs":
        return NOTHING
    if row.at_blob and not row.has("names-registry"):
        return FITS if row.failing and _outage(table) else NOTHING
    if _named_stage(row, REACHING):
        return NAMES
    if left_open(row, UPSTREAM_UNREACHABLE):
        return FITS
    if not row.failing:
        return NOTHING
    if row.has("late"):
        return POINTS
    if row.has("whole-timeout") and sum(one.has("whole-timeout") for one in table.failing) > 1:
        return NAMES
    if row.mechanism == "upstream-token":
        return FITS if _outage(table) else NOTHING
    return FITS if row.mechanism in WAITING and row.stage is None else NOTHING


def _staged(stage: str, code: Code) -> Callable[[Row, Table], Answer]:
    def answer(row: Row, table: Table) -> Answer:
        if _named_stage(row, (stage,)):
            return NAMES
        if left_open(row, code):
            return FITS
        waiting = row.failing and row.mechanism in WAITING and row.stage is None
        return FITS if (waiting and not row.at_blob) or closed_blob(row) else NOTHING

    return answer


def content_blocked(row: Row, table: Table) -> Answer:
    if row.arm == "connection-test":
        foreign = row.step == "registry" and row.mechanism == "unclear" and row.quoted is not None
        return NAMES if row.mechanism == "page" else FITS if foreign else NOTHING
    if row.arm == "trace":
        return NAMES if row.has("mime") else NOTHING
    if row.failing and row.mechanism == "mime":
        return NAMES
    if left_open(row, UPSTREAM_CONTENT_BLOCKED):
        return FITS
    return FITS if row.failing and row.mechanism in WAITING and row.stage is None and not row.at_blob else NOTHING


def head_unusable(row: Row, table: Table) -> Answer:
    if row.arm == "trace":
        return POINTS if row.mechanism == "transport" and row.stage is None and row.has("head") else NOTHING
    if row.failing and row.has("head") and row.mechanism in ("upstream-transport", "failed", "refused"):
        return NAMES
    return FITS if row.failing and row.mechanism == "upstream-transport" and row.stage is None else NOTHING


def failed(row: Row, table: Table) -> Answer:
    """The umbrella of this leg: Artifactory could not talk upstream, or cgr.dev's edge refuses us as well."""
    if row.arm in ("direct", "direct-control"):
        return NAMES if row.speaker == "edge" and row.mechanism == "unclear" else NOTHING
    if row.arm == "connection-test":
        return POINTS if row.failing and row.step == "registry" else NOTHING
    if not row.failing:
        return NOTHING
    if row.mechanism == "upstream-transport":
        return FITS if row.at_blob else NAMES
    if row.quoted is not None and row.quoted >= 400 and row.mechanism not in ("rate-limited", "upstream-token"):
        return POINTS
    return FITS if row.mechanism in ("failed", "unavailable", "assumed-offline") or vague(row) else NOTHING


def wrong_clock(row: Row, table: Table) -> Answer:
    return FITS if left_open(row, CLOCK_SKEW) and not row.has("clock-right") else NOTHING


def _reached(table: Table) -> Exclusion | None:
    for row in table.of("connection-test"):
        if row.mechanism == "reached" and row.step == "registry":
            return Exclusion("Artifactory itself reaches cgr.dev", row.evidence)
    return None


def _asks_by_get(table: Table) -> Exclusion | None:
    asks = table.setting("asks-by-get")
    return Exclusion("Bypass HEAD Requests is checked", hard=True) if asks else None


CAUSES = (
    Cause(
        code=CLOCK_SKEW,
        answer=wrong_clock,
        finding=upstream.untrusted,
        rival="the Date of Artifactory's answers is right",
        who=ADMIN,
        stops="repository",
    ),
    Cause(
        code=UPSTREAM_UNREACHABLE,
        answer=unreachable,
        excluded=_reached,
        finding=upstream.unreachable,
        rival="curl https://cgr.dev/v2/ on the Artifactory host answers 401 within a second",
        who=NETWORK,
        stops="repository",
        parent="upstream-failed",
    ),
    Cause(
        code=UPSTREAM_TLS_UNTRUSTED,
        answer=_staged("untrusted", UPSTREAM_TLS_UNTRUSTED),
        excluded=_reached,
        finding=upstream.untrusted,
        rival="openssl s_client on the Artifactory host shows the issuer of cgr.dev's own certificate",
        who=NETWORK,
        stops="repository",
        parent="upstream-failed",
    ),
    Cause(
        code=UPSTREAM_PROXY_REFUSED,
        answer=_staged("proxy", UPSTREAM_PROXY_REFUSED),
        excluded=_reached,
        finding=upstream.proxy_refused,
        rival="the remote's Proxy is empty, and Disable Proxy is checked or no default proxy is set",
        who=NETWORK,
        stops="repository",
        parent="upstream-failed",
    ),
    Cause(
        code=UPSTREAM_CONTENT_BLOCKED,
        answer=content_blocked,
        excluded=_reached,
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

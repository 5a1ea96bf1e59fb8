"""Artifactory's connection to cgr.dev: at which stage it ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cgrdoctor_checks.causes import upstream
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, NETWORK, closed_blob, left_open, reaches_upstream, waiting
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause
from cgrdoctor_checks.codes.network import CLOCK_SKEW
from cgrdoctor_checks.codes.pull import UPSTREAM_UNREACHABLE
from cgrdoctor_checks.facts.artifactory.upstream_stages import NAMED, PROXY, STAGES, UpstreamStage

REACHING = tuple(stage.name for stage in STAGES if stage.code is UPSTREAM_UNREACHABLE and stage.spellings)
"""Stages at which a connection ends without anybody's refusal."""


def _named_stage(row: Row, stages: tuple[str, ...]) -> bool:
    """Where a text of Artifactory's, its log or its own test quotes one of these stages."""
    if row.arm == "trace":
        return (
            not row.has("any-member") and row.stage in stages and (row.mechanism == "transport" or row.stage == "proxy")
        )
    if row.arm == "connection-test":
        return row.mechanism == "cut-off" and row.stage in stages
    return row.failing and row.mechanism == "upstream-transport" and row.stage in stages


def unreachable(row: Row, table: Table) -> Answer:
    if (row.arm == "connection-test" and row.step == "blobs") or (row.at_blob and not row.has("names-registry")):
        return NOTHING
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
    return FITS if waiting(row) or (row.arm == "connection-test" and row.mechanism == "unclear") else NOTHING


def _ended(stage: UpstreamStage) -> Callable[[Row, Table], Answer]:
    def answer(row: Row, table: Table) -> Answer:
        if _named_stage(row, (stage.name,)):
            return NAMES
        if left_open(row, stage.code):
            return FITS
        return FITS if (waiting(row) and not row.at_blob) or closed_blob(row) else NOTHING

    return answer


def wrong_clock(row: Row, table: Table) -> Answer:
    return FITS if left_open(row, CLOCK_SKEW) and not row.has("clock-right") else NOTHING


def _at(stage: UpstreamStage, *, rival: str) -> Cause:
    """A stage that is a cause of its own."""
    return Cause(
        code=stage.code,
        answer=_ended(stage),
        excluded=reaches_upstream,
        finding=partial(upstream.at_stage, stage),
        rival=rival,
        who=NETWORK,
        stops="repository",
        parent="upstream-failed",
    )


UNTRUSTED = NAMED["untrusted"]
CAUSES = (
    Cause(
        code=CLOCK_SKEW,
        answer=wrong_clock,
        finding=partial(upstream.at_stage, UNTRUSTED),
        rival="the Date of Artifactory's answers is right",
        who=ADMIN,
        stops="repository",
    ),
    Cause(
        code=UPSTREAM_UNREACHABLE,
        answer=unreachable,
        excluded=reaches_upstream,
        finding=upstream.unreachable,
        rival="curl https://cgr.dev/v2/ on the Artifactory host answers 401 within a second",
        who=NETWORK,
        stops="repository",
        parent="upstream-failed",
    ),
    _at(UNTRUSTED, rival="openssl s_client on the Artifactory host shows the issuer of cgr.dev's own certificate"),
    _at(PROXY, rival="the remote's Proxy is empty, and Disable Proxy is checked or no default proxy is set"),
)

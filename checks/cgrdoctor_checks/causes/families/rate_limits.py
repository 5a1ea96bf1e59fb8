"""Whose rate limit a 429 is."""

from __future__ import annotations

from cgrdoctor_checks.causes import rate_limit
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, NETWORK, everything, vague
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_RATE_LIMITED, GATEWAY_RATE_LIMITED
from cgrdoctor_checks.codes.front import QUOTA_EXCEEDED
from cgrdoctor_checks.codes.pull import UPSTREAM_RATE_LIMITED
from cgrdoctor_checks.facts.artifactory.symptom import OWN


def of_subscription(row: Row, table: Table) -> Answer:
    return NAMES if row.has("quota") else NOTHING


def of_chainguard(row: Row, table: Table) -> Answer:
    if row.has("quota"):
        return NOTHING
    if row.arm in ("direct", "direct-control"):
        return NAMES if row.mechanism == "rate-limited" else NOTHING
    if row.failing and row.mechanism == "rate-limited" and row.step not in OWN:
        if row.has("own-limit"):
            return NOTHING
        if row.has("of-upstream") or table.verdict("rate-limited"):
            return NAMES
        seen_here = any(one.step in OWN and one.mechanism == "rate-limited" for one in table.of("through"))
        return POINTS if (row.has("signed") or not _others_signed(row, table)) and not seen_here else FITS
    if row.failing and row.quoted == 429:
        return NAMES
    seen = table.verdict("rate-limited")
    if seen and row.failing and row.mechanism in ("upstream-token", "upstream-transport", "assumed-offline"):
        return FITS
    return FITS if vague(row) and everything(table) and row.mechanism == "unfound" else NOTHING


def of_artifactory(row: Row, table: Table) -> Answer:
    if row.has("quota"):
        return NOTHING
    if _limited_ping(row):
        return POINTS if row.has("signed") else NOTHING
    if not row.failing or row.mechanism != "rate-limited":
        return NOTHING
    if row.has("own-limit"):
        return NAMES
    if row.has("of-upstream") and row.step not in OWN:
        return NOTHING
    if row.step in OWN:
        return POINTS if row.has("signed") or not _others_signed(row, table) else FITS
    return FITS


def _limited_ping(row: Row) -> bool:
    """`/v2/` itself is limited, for which Artifactory asks nobody upstream."""
    return row.arm == "through" and row.step == "ping" and row.mechanism == "rate-limited"


def of_gateway(row: Row, table: Table) -> Answer:
    if row.has("quota"):
        return NOTHING
    if _limited_ping(row):
        return NOTHING if row.has("signed") else POINTS
    if not row.failing or row.mechanism != "rate-limited" or row.has("own-limit"):
        return NOTHING
    if row.has("of-upstream") and row.step not in OWN:
        return NOTHING
    return FITS if row.has("signed") else POINTS if _others_signed(row, table) else FITS


def _others_signed(row: Row, table: Table) -> bool:
    """Whether other answers of this run carry Artifactory's marks."""
    return any(one.speaker == "artifactory" and one != row for one in table.of("through"))


CAUSES = (
    Cause(
        code=UPSTREAM_RATE_LIMITED,
        answer=of_chainguard,
        finding=rate_limit.by_chainguard,
        rival="artifactory-request-out.log shows no 429 of cgr.dev",
        who=ADMIN,
        stops="moment",
    ),
    Cause(
        code=ARTIFACTORY_RATE_LIMITED,
        answer=of_artifactory,
        finding=rate_limit.by_artifactory,
        rival="Artifactory's request.log shows no 429 of that minute",
        who=ADMIN,
        stops="moment",
    ),
    Cause(
        code=QUOTA_EXCEEDED,
        answer=of_subscription,
        finding=rate_limit.by_quota,
        rival="MyJFrog shows that Data Transfer and Storage are below the subscription's",
        who=ADMIN,
        stops="moment",
    ),
    Cause(
        code=GATEWAY_RATE_LIMITED,
        answer=of_gateway,
        finding=rate_limit.by_gateway,
        rival="the same requests on the Artifactory host are not limited",
        who=NETWORK,
        stops="moment",
    ),
)

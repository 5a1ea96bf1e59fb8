"""Manifests come, config or layers do not: the blob host, a slow way, a gap in the cache."""

from __future__ import annotations

from cgrdoctor_checks.causes import blobs, damaged_cache
from cgrdoctor_checks.causes.families.upstream_connection import REACHING
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, CLOSED, DEVELOPER, NETWORK, came_again, closed_blob, impatient, partly
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.cache import CACHE_INCOMPLETE
from cgrdoctor_checks.codes.pull import UPSTREAM_BLOB_HOST_BLOCKED, UPSTREAM_SOCKET_TIMEOUT

BEYOND = tuple(stage for stage in REACHING if stage != "read-timeout")


def host_blocked(row: Row, table: Table) -> Answer:
    if row.arm == "connection-test":
        if row.step != "blobs" or row.mechanism == "reached":
            return NOTHING
        return NAMES if row.stage in BEYOND or row.mechanism == "page" else POINTS if row.failing else NOTHING
    if row.failing and row.mechanism == "assumed-offline" and not _came_just_now(table):
        # Failures at the blob host put the whole remote offline, other images with it; so do failures at cgr.dev.
        shut = any(one.step == "blobs" and one.mechanism != "reached" for one in table.of("connection-test"))
        return FITS if shut or row.at_blob else NOTHING
    if not row.failing or not row.at_blob or row.mechanism not in CLOSED or row.has("names-registry"):
        return NOTHING
    if row.stage is None:
        kept_back = any(one.at_blob and one.outcome in ("refused", "error") for one in table.of("direct"))
        return FITS if kept_back or impatient(row) else POINTS
    return NAMES if row.stage in BEYOND else FITS if row.stage == "read-timeout" else NOTHING


def _came_just_now(table: Table) -> bool:
    """Whether a manifest came from upstream in this run, so that the state began at the blobs."""
    return any(row.fresh for row in table.of("through") if row.step in ("manifest", "platform-manifest"))


def socket_timeout(row: Row, table: Table) -> Answer:
    if not row.failing or not row.at_blob:
        return NOTHING
    if row.stage == "read-timeout" and row.mechanism in CLOSED:
        return NAMES
    return FITS if closed_blob(row) and row.step == "layer" else NOTHING


def incomplete(row: Row, table: Table) -> Answer:
    if row.arm == "cache":
        gap = row.mechanism == "blob-absent" and row.has("others-held", "markers")
        return NAMES if gap and any(closed_blob(one) for one in table.failing) else NOTHING
    if row.arm == "connection-test":
        return POINTS if row.step == "blobs" and row.mechanism == "reached" else NOTHING
    if not row.failing or row.image != "target":
        return NOTHING
    if row.step == "platform-manifest" and row.mechanism == "unfound":
        return NAMES
    return FITS if closed_blob(row) or (row.at_blob and row.stage == "read-timeout") else NOTHING


def _passes(table: Table) -> Exclusion | None:
    return came_again(table) or _blobs_reached(table) or partly(table)


def _blobs_reached(table: Table) -> Exclusion | None:
    for row in table.of("connection-test"):
        if row.step == "blobs" and row.mechanism == "reached":
            return Exclusion("Artifactory itself reaches the blob host", row.evidence)
    return None


def _never_held(table: Table) -> Exclusion | None:
    """A blob of which only the marker is there was never fetched; nor was one of an image that came just now."""
    passed = came_again(table)
    if passed is not None:
        return passed
    if any(row.mechanism == "blob-marked" for row in table.of("cache")):
        return Exclusion("the cache holds only the blob's marker")
    reached = _blobs_reached(table) is not None
    return Exclusion("the manifest came from upstream just now") if _came_just_now(table) and not reached else None


CAUSES = (
    Cause(
        code=UPSTREAM_BLOB_HOST_BLOCKED,
        answer=host_blocked,
        excluded=_passes,
        finding=blobs.host_blocked,
        rival="curl to the blob host on the Artifactory host answers",
        who=NETWORK,
        stops="blobs",
        parent="upstream-failed",
    ),
    Cause(
        code=UPSTREAM_SOCKET_TIMEOUT,
        answer=socket_timeout,
        finding=blobs.too_slow,
        rival="small layers of other images fail too",
        who=DEVELOPER,
        stops="blobs",
    ),
    Cause(
        code=CACHE_INCOMPLETE,
        answer=incomplete,
        excluded=_never_held,
        finding=damaged_cache.gap,
        rival="layers of an image never pulled before fail too",
        who=ADMIN,
        stops="image",
    ),
)

"""What the cache serves in place of the content, or remembers."""

from __future__ import annotations

from cgrdoctor_checks.causes import damaged_cache, remembered_miss
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, closed_blob, of_target, opaque, passes
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.cache import CACHE_CORRUPT, CACHE_POISONED, CONTENT_LOST, MISSED_RETRIEVAL_CACHED


def remembered(row: Row, table: Table) -> Answer:
    if row.arm == "again":
        told = row.outcome == "works" and any(opaque(one) for one in table.target)
        return NOTHING if not told else NAMES if row.has("another-node") else POINTS
    if not opaque(row):
        return NOTHING
    if row.image != "target":
        return FITS if any(one.has("another-node") and one.outcome == "works" for one in table.of("again")) else NOTHING
    there = table.verdict("works") or any(one.has("has-tag") for one in table.of("tags"))
    return POINTS if there and passes(table) else FITS


def corrupt(row: Row, table: Table) -> Answer:
    if row.arm == "cache":
        return NAMES if row.has("stored-wrong") and not row.has("page-stored") else NOTHING
    if (
        not of_target(row)
        or row.step in ("ping", "token")
        or row.mechanism != "wrong-content"
        or row.has("as-upstream")
    ):
        return NOTHING
    return NAMES


def lost(row: Row, table: Table) -> Answer:
    if row.arm == "trace":
        return NAMES if row.mechanism == "content-lost" else NOTHING
    if row.failing and row.mechanism == "content-lost":
        return NAMES
    if row.arm == "cache":
        return POINTS if _listed(row) and any(closed_blob(one) for one in table.target) else NOTHING
    listed = closed_blob(row) and row.image == "target" and any(_listed(one) for one in table.of("cache"))
    traced = opaque(row) and row.image == "target" and table.any("trace", "content-lost")
    return FITS if listed or traced else NOTHING


def _listed(row: Row) -> bool:
    """The database lists the very blob that does not come, with no wrong checksum."""
    return row.mechanism == "blob-held" and not row.has("page-stored", "stored-wrong")


def poisoned(row: Row, table: Table) -> Answer:
    if row.arm == "cache":
        return NAMES if row.mechanism == "page-stored" or row.has("page-stored") else NOTHING
    if not of_target(row) or row.step in ("ping", "token"):
        return NOTHING
    if row.mechanism == "page":
        return FITS if _pages_everywhere(table) else NAMES
    return FITS if row.mechanism == "wrong-content" else NOTHING


def _pages_everywhere(table: Table) -> bool:
    """The control image brings a page as well: no single file in a cache does that."""
    return any(row.mechanism in ("page", "html") for row in table.of("control", "control-tags"))


def _held(table: Table) -> Exclusion | None:
    """What is cached is served, whatever was missed before."""
    held = any(row.mechanism == "held" for row in table.of("cache"))
    plain = held and all(opaque(row) for row in table.target)
    return Exclusion("the cache holds the image") if plain and passes(table) else None


def _not_at_upstream(table: Table) -> Exclusion | None:
    lacks = table.verdict("tag-not-found", "image-not-found", "organization-unknown", "platform-missing")
    return Exclusion("cgr.dev does not serve the image to this machine either") if lacks else None


def _forgotten(table: Table) -> Exclusion | None:
    return _held(table) or _not_at_upstream(table)


def _bytes_of_a_page(table: Table) -> Exclusion | None:
    page = any(row.mechanism == "page-stored" or row.has("page-stored") for row in table.of("cache"))
    return Exclusion("what is stored is a web page", hard=True) if page else None


def _no_page(table: Table) -> Exclusion | None:
    known = any(row.has("stored-right", "stored-wrong") and not row.has("page-stored") for row in table.of("cache"))
    return Exclusion("what is stored is no web page", hard=True) if known else None


CAUSES = (
    Cause(
        code=MISSED_RETRIEVAL_CACHED,
        answer=remembered,
        excluded=_forgotten,
        finding=remembered_miss.remembered,
        rival="a pull after the Missed Retrieval Cache Period still fails",
        who=ADMIN,
        stops="moment",
    ),
    Cause(
        code=CACHE_CORRUPT,
        answer=corrupt,
        excluded=_bytes_of_a_page,
        finding=damaged_cache.corrupt,
        rival="the bytes that cgr.dev serves have the same digest",
        who=ADMIN,
        stops="image",
    ),
    Cause(
        code=CONTENT_LOST,
        answer=lost,
        finding=damaged_cache.lost,
        rival="the file that the storage API names for the artifact is in the filestore",
        who=ADMIN,
        stops="image",
    ),
    Cause(
        code=CACHE_POISONED,
        answer=poisoned,
        excluded=_no_page,
        finding=damaged_cache.poisoned,
        rival="another, uncached image brings the same page",
        who=ADMIN,
        stops="image",
    ),
)

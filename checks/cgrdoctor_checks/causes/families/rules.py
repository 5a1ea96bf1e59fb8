"""Rules of the repository and of JFrog's policies that keep single images back."""

from __future__ import annotations

from cgrdoctor_checks.causes import stated_by_artifactory, xray_curation
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, alone, closed_blob, of_target, opaque, passes
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.fields import EXCLUDE_PATTERN_BLOCKS, INCLUDE_PATTERN_BLOCKS
from cgrdoctor_checks.codes.policy import CURATION_BLOCKED, XRAY_BLOCKED


def included(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        return NAMES if row.mechanism == "include-rejects" else NOTHING
    if row.arm == "trace":
        return POINTS if row.mechanism == "denied" and row.has("pattern") else NOTHING
    if of_target(row) and row.mechanism == "pattern":
        return FITS if table.setting("exclude-rejects", "excludes") else POINTS
    return FITS if _may_reject(row, table, "include-rejects") else NOTHING


def _may_reject(row: Row, table: Table, departure: str) -> bool:
    """A list may keep the control image out too: Artifactory logs it, or the image itself comes out of the cache."""
    if of_target(row) and (opaque(row) or closed_blob(row)) and table.setting(departure):
        return True
    if of_target(row) and closed_blob(row) and not table.asked.settings:
        return True
    logged = any(one.mechanism == "denied" and one.has("pattern") for one in table.of("trace"))
    beside = not any(of_target(one) and one.arm == "through" for one in table.failing)
    return opaque(row) and (logged or (of_target(row) and alone(table)) or (row.image == "control" and beside))


def excluded(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        return NAMES if row.mechanism == "exclude-rejects" else NOTHING
    if row.arm == "trace":
        return FITS if row.mechanism == "denied" and row.has("pattern") else NOTHING
    if of_target(row) and row.mechanism == "pattern":
        return POINTS if table.setting("exclude-rejects", "excludes") else FITS
    return FITS if _may_reject(row, table, "exclude-rejects") else NOTHING


def _policy(row: Row, table: Table, own: str, own_words: str, other_words: str, settled: bool) -> Answer:
    """A refusal in the policy's own name, in its words, or of the very kind while other images pass.

    A policy stops downloads: that a list of tags does not come says nothing of it.
    """
    if not of_target(row) or row.arm == "tags":
        return NOTHING
    if row.mechanism == own:
        return NAMES
    if row.mechanism == "forbidden" and not row.has("unauthorized", "page"):
        if row.has(own_words):
            return NAMES
        if row.has(other_words):
            return FITS
        if passes(table) and row.has("denied") and not row.has("permission", "reason"):
            return POINTS if settled else FITS
    if row.mechanism in ("xray", "curation"):
        return FITS
    if opaque(row) and alone(table):
        held = any(one.mechanism == "held" for one in table.of("cache"))
        return POINTS if held and passes(table) and own == "xray" else FITS
    return NOTHING


def xray(row: Row, table: Table) -> Answer:
    return _policy(row, table, "xray", "xray-words", "curation-words", not table.setting("curated"))


def curation(row: Row, table: Table) -> Answer:
    return _policy(row, table, "curation", "curation-words", "xray-words", table.setting("curated"))


def _include_lets_through(table: Table) -> Exclusion | None:
    return _lets_through(table, "include-rejects", "Include Patterns lets the image through")


def _exclude_lets_through(table: Table) -> Exclusion | None:
    return _lets_through(table, "exclude-rejects", "Exclude Patterns lets the image through")


def _lets_through(table: Table, departure: str, by: str) -> Exclusion | None:
    said = any(row.mechanism == "pattern" for row in table.failing)
    read = table.asked.settings and not table.setting(departure)
    return Exclusion(by, hard=True) if read and not said else None


def _not_curated(table: Table) -> Exclusion | None:
    off = table.setting("not-curated") and not table.setting("curated")
    return Exclusion("the remote is not curated") if off else None


def _of_this_remote(table: Table) -> Exclusion | None:
    """A remote that is asked by itself names Xray, with 403; only a virtual hides it behind 404, or a cached file."""
    held = any(row.mechanism == "held" for row in table.of("cache"))
    plain = table.asked.virtual is False and not held and all(opaque(row) for row in table.target)
    return Exclusion("the remote itself answers 404, and the cache does not hold the image") if plain else None


CAUSES = (
    Cause(
        code=INCLUDE_PATTERN_BLOCKS,
        answer=included,
        excluded=_include_lets_through,
        finding=stated_by_artifactory.include_pattern,
        rival="Include Patterns is **/*",
        gate=True,
        who=ADMIN,
        stops="image",
    ),
    Cause(
        code=EXCLUDE_PATTERN_BLOCKS,
        answer=excluded,
        excluded=_exclude_lets_through,
        finding=stated_by_artifactory.exclude_pattern,
        rival="Exclude Patterns is empty",
        gate=True,
        who=ADMIN,
        stops="image",
    ),
    Cause(
        code=XRAY_BLOCKED,
        answer=xray,
        excluded=_of_this_remote,
        finding=xray_curation.by_xray,
        rival="another image of the repository is refused too",
        who=ADMIN,
        stops="image",
    ),
    Cause(
        code=CURATION_BLOCKED,
        answer=curation,
        excluded=_not_curated,
        finding=xray_curation.by_curation,
        rival="the remote is not curated",
        who=ADMIN,
        stops="image",
    ),
)

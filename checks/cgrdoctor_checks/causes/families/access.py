"""Who may read what, and whether this is the repository that is meant."""

from __future__ import annotations

from cgrdoctor_checks.causes import permissions, virtual_repository, whole_repository
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import ADMIN, FORBIDDEN, opaque, refused_upstream
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.artifactory import (
    REPOSITORY_NOT_FOUND,
    REPOSITORY_WRONG_TYPE,
    VIRTUAL_MEMBER_MISSING,
)
from cgrdoctor_checks.codes.token import ARTIFACTORY_PERMISSION_DENIED


def denied(row: Row, table: Table) -> Answer:
    """A 403 may be this login's, or cgr.dev's as Artifactory hands it on: its reason, and cgr.dev's word, go first."""
    if row.arm == "trace":
        return POINTS if row.mechanism == "denied" and row.has("permission") else NOTHING
    if row.arm == "puller":
        return NAMES if row.mechanism == "shut-out" else NOTHING
    if row.failing and row.mechanism in FORBIDDEN and row.step != "token":
        if row.mechanism == "unauthorized" and not table.asked.behind:
            return FITS
        doubtful = (
            row.has("reason", "page", "edge-page")
            or refused_upstream(table)
            or table.verdict("edge-refused")
            or (row.has("denied") and not row.has("permission"))
        )
        return FITS if doubtful else POINTS
    return FITS if opaque(row) else NOTHING


def no_member(row: Row, table: Table) -> Answer:
    if row.arm == "member":
        told = row.mechanism == "serves" and (row.guessed or row.has("beside"))
        return NAMES if told and any(_kept_back(one) for one in table.target) else NOTHING
    return FITS if _kept_back(row) and table.asked.virtual is not False else NOTHING


def _kept_back(row: Row) -> bool:
    """What a virtual answers that has nobody to ask, or hands on from a member without a login."""
    return opaque(row) or (row.failing and row.mechanism == "upstream-token" and not row.at_blob)


def no_repository(row: Row, table: Table) -> Answer:
    return FITS if opaque(row) or (row.failing and row.mechanism in ("unsupported-route", "not-registry")) else NOTHING


def wrong_type(row: Row, table: Table) -> Answer:
    refused = row.failing and row.mechanism in ("forbidden", "refused") and row.has("reason")
    return FITS if refused or (row.failing and row.mechanism == "unsupported-route") else NOTHING


def _reads(table: Table) -> Exclusion | None:
    """This login got another image out of the same repository; a right to fill the cache is another one."""
    both = table.control == "works" and all(row.mechanism not in FORBIDDEN for row in table.target)
    whole = both and table.asked.virtual is False and not table.verdict("works") and not _tagged(table)
    return Exclusion("this login pulls another image of the repository") if whole else None


def _tagged(table: Table) -> bool:
    return any(row.has("has-tag") for row in table.of("tags"))


def _shown(table: Table) -> Exclusion | None:
    known = table.asked.virtual is not None or table.asked.settings
    return Exclusion("Artifactory shows the repository's configuration", hard=True) if known else None


CAUSES = (
    Cause(
        code=ARTIFACTORY_PERMISSION_DENIED,
        answer=denied,
        excluded=_reads,
        finding=permissions.denied,
        rival="another user pulls the same image",
        who=ADMIN,
        stops="image",
    ),
    Cause(
        code=VIRTUAL_MEMBER_MISSING,
        answer=no_member,
        finding=virtual_repository.itself,
        rival="the virtual repository has a remote for cgr.dev among its members",
        who=ADMIN,
        stops="organization",
    ),
    Cause(
        code=REPOSITORY_NOT_FOUND,
        answer=no_repository,
        excluded=_shown,
        finding=whole_repository.umbrella,
        rival="the key is in the list of repositories",
        who=ADMIN,
        stops="repository",
    ),
    Cause(
        code=REPOSITORY_WRONG_TYPE,
        answer=wrong_type,
        excluded=_shown,
        finding=whole_repository.umbrella,
        rival="the repository is of type Docker",
        who=ADMIN,
        stops="repository",
    ),
)

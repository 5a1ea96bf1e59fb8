"""Who may read what, whether this is the repository that is meant, and the umbrella over everything."""

from __future__ import annotations

from cgrdoctor_checks.causes import permissions, virtual_repository, whole_repository
from cgrdoctor_checks.causes.signs import ADMIN, FORBIDDEN, NETWORK, opaque, passes, refused_upstream
from cgrdoctor_checks.causes.table import Row, Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.artifactory import (
    DOCKER_API_NOT_ROUTED,
    REPOSITORY_NOT_FOUND,
    REPOSITORY_WRONG_TYPE,
    UNEXPECTED_HTML,
    VIRTUAL_MEMBER_MISSING,
)
from cgrdoctor_checks.codes.network import CONNECTION_TIMEOUT
from cgrdoctor_checks.codes.pull import PULL_FAILED
from cgrdoctor_checks.codes.token import ARTIFACTORY_PERMISSION_DENIED, AUTHORIZATION_NOT_FORWARDED

ELSEWHERE = ("html", "unauthorized", "unsupported-route", "not-registry")
"""Mechanisms at token or manifest that other checks judge: the way to Artifactory, the login, its routing."""


def denied(row: Row, table: Table) -> Answer:
    """A 403 may be this login's, or cgr.dev's as Artifactory hands it on: its reason, and cgr.dev's word, go first."""
    if row.arm == "trace":
        return POINTS if row.mechanism == "denied" and row.has("permission") else NOTHING
    if row.failing and row.mechanism in FORBIDDEN and row.step != "token":
        if row.mechanism == "unauthorized" and not table.asked.behind:
            return FITS
        doubtful = (
            row.has("reason", "page") or refused_upstream(table) or (row.has("denied") and not row.has("permission"))
        )
        return FITS if doubtful else POINTS
    return FITS if opaque(row) else NOTHING


def umbrella(row: Row, table: Table) -> Answer:
    if row.arm == "member" and table.asked.virtual and not row.guessed:
        return NAMES if row.mechanism == "serves" and any(opaque(one) for one in table.target) else NOTHING
    if not row.failing:
        return NOTHING
    if row.mechanism in ELSEWHERE and row.step in ("token", "manifest"):
        return NAMES
    if row.has("as-upstream") or row.mechanism in ("transport", "nothing"):
        return NAMES
    if row.mechanism == "page":
        return POINTS
    if row.mechanism in ("unfound", "failed", "refused") and not row.at_blob:
        return POINTS if not passes(table) or row.mechanism == "failed" else FITS
    unknown = row.has("reason") and row.mechanism in ("forbidden", "refused")
    return POINTS if unknown else FITS


def no_member(row: Row, table: Table) -> Answer:
    if row.arm == "member":
        told = row.mechanism == "serves" and row.guessed
        return NAMES if told and any(opaque(one) for one in table.target) else NOTHING
    return FITS if opaque(row) and table.asked.virtual is not False else NOTHING


def no_repository(row: Row, table: Table) -> Answer:
    return FITS if opaque(row) or (row.failing and row.mechanism in ("unsupported-route", "not-registry")) else NOTHING


def wrong_type(row: Row, table: Table) -> Answer:
    refused = row.failing and row.mechanism in ("forbidden", "refused") and row.has("reason")
    return FITS if refused or (row.failing and row.mechanism == "unsupported-route") else NOTHING


def not_routed(row: Row, table: Table) -> Answer:
    return FITS if row.failing and row.mechanism in ("unsupported-route", "not-registry") else NOTHING


def page(row: Row, table: Table) -> Answer:
    return FITS if row.failing and (row.mechanism in ELSEWHERE or row.mechanism == "wrong-content") else NOTHING


def lost_login(row: Row, table: Table) -> Answer:
    return FITS if row.failing and row.mechanism in FORBIDDEN else NOTHING


def slow_way(row: Row, table: Table) -> Answer:
    return FITS if row.failing and row.mechanism in ("transport", *ELSEWHERE) else NOTHING


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
        stops="repository",
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
    Cause(
        code=DOCKER_API_NOT_ROUTED,
        answer=not_routed,
        finding=whole_repository.umbrella,
        rival="the reverse proxy rewrites /v2/ to the Docker API",
        who=ADMIN,
        stops="instance",
    ),
    Cause(
        code=UNEXPECTED_HTML,
        answer=page,
        finding=whole_repository.umbrella,
        rival="the same answer comes on the Artifactory host itself",
        who=NETWORK,
        stops="instance",
    ),
    Cause(
        code=AUTHORIZATION_NOT_FORWARDED,
        answer=lost_login,
        finding=whole_repository.umbrella,
        rival="the same login works on the Artifactory host itself",
        who=ADMIN,
        stops="instance",
    ),
    Cause(
        code=CONNECTION_TIMEOUT,
        answer=slow_way,
        finding=whole_repository.umbrella,
        rival="another machine fails in the same way",
        who=NETWORK,
        stops="instance",
    ),
    Cause(
        code=PULL_FAILED,
        answer=umbrella,
        finding=whole_repository.umbrella,
        rival="",
        who=ADMIN,
        stops="moment",
    ),
)

"""Fields of the remote that stop every pull. Each has a check of its own; here it is weighed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cgrdoctor import Code
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor_checks.causes import settings_finding
from cgrdoctor_checks.causes.signs import ADMIN, closed_blob, everything, left_open, opaque, unread, vague
from cgrdoctor_checks.causes.table import Row, Table
from cgrdoctor_checks.causes.weigh import (
    CONTRADICTS,
    FITS,
    NAMES,
    NOTHING,
    POINTS,
    Answer,
    Cause,
    Exclusion,
    Scope,
)
from cgrdoctor_checks.codes.fields import (
    CACHE_DISABLED,
    LENIENT_HOST_AUTHENTICATION,
    PROJECT_ID_DOUBLED,
    REMOTE_CREDENTIALS_MISSING,
    REMOTE_USERNAME_MALFORMED,
    TOKEN_AUTHENTICATION_DISABLED,
    URL_MISMATCH,
)


def token_off(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        return NAMES if row.mechanism == "token-authentication-off" else NOTHING
    if row.arm == "trace":
        return POINTS if row.mechanism == "upstream-status" and row.quoted == 401 else NOTHING
    if row.failing and row.mechanism == "upstream-token":
        return NOTHING
    return FITS if vague(row) else NOTHING


def url(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        if row.mechanism == "url-departs" and any(one.has("scope-right") for one in table.failing):
            return NOTHING
        return NAMES if row.mechanism in ("url-elsewhere", "url-departs") else NOTHING
    if row.failing and row.realm and row.realm != REGISTRY_HOST:
        return NAMES
    if row.failing and row.has("scope-right") and row.realm == REGISTRY_HOST and table.setting("url-departs"):
        return CONTRADICTS
    if left_open(row, URL_MISMATCH) or (row.failing and row.mechanism == "mime"):
        return FITS
    return FITS if vague(row) else NOTHING


def lenient(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        return NAMES if row.mechanism == "lenient" and any(one.at_blob for one in table.failing) else NOTHING
    return FITS if closed_blob(row) else NOTHING


def stores_nothing(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        failing = any(one.mechanism in ("failed", "refused") or one.has("must-store") for one in table.failing)
        return POINTS if row.mechanism == "stores-nothing" and failing else NOTHING
    return NAMES if row.failing and row.has("must-store") else FITS if _broken_off(row) else NOTHING


def _broken_off(row: Row) -> bool:
    return row.failing and row.mechanism in ("failed", "refused") and row.speaker == "artifactory"


def no_credential(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        if row.mechanism == "no-password":
            return POINTS
        return NAMES if row.mechanism == "no-user-name" and not table.setting("user-name") else NOTHING
    return FITS if _wants_token(row, table) else NOTHING


def malformed(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        return NAMES if row.mechanism == "user-name-malformed" else NOTHING
    return FITS if vague(row) and (everything(table) or not unread(table)) else NOTHING


def doubled(row: Row, table: Table) -> Answer:
    return FITS if opaque(row) and row.image == "target" and table.asked.private else NOTHING


def _wants_token(row: Row, table: Table) -> bool:
    return vague(row) and row.image == "target" and table.asked.private


def _without(*departures: str, by: str) -> Callable[[Table], Exclusion | None]:
    """Hard where the fields were shown and have none of these departures."""

    def excluded(table: Table) -> Exclusion | None:
        read = table.asked.settings and not table.setting(*departures)
        return Exclusion(by, hard=True) if read else None

    return excluded


def _url_right(table: Table) -> Exclusion | None:
    """Read by anybody who sees the list; what another realm says goes before it."""
    known = table.setting("url-right", "url-plain") and not table.setting("url-elsewhere", "url-departs")
    return Exclusion("the remote's URL is https://cgr.dev/") if known else None


def _granted_malformed(table: Table) -> Exclusion | None:
    if table.asked.anonymous:
        return Exclusion("the remote has no User Name", hard=True)
    return _without("user-name-malformed", by="the remote's User Name is an identity id")(table)


def _field(
    code: Code,
    answer: Callable[[Row, Table], Answer],
    excluded: Callable[[Table], Exclusion | None],
    rival: str,
    stops: Scope,
    parent: str | None = None,
) -> Cause:
    return Cause(
        code=code,
        answer=answer,
        excluded=excluded,
        finding=partial(settings_finding.of_field, code),
        rival=rival,
        who=ADMIN,
        stops=stops,
        parent=parent,
    )


REJECTED = "pull-token-rejected"
CAUSES = (
    _field(
        TOKEN_AUTHENTICATION_DISABLED,
        token_off,
        _without("token-authentication-off", by="Enable Token Authentication is checked"),
        "Enable Token Authentication is checked",
        "repository",
    ),
    _field(URL_MISMATCH, url, _url_right, "the remote's URL is exactly https://cgr.dev/", "repository"),
    _field(
        LENIENT_HOST_AUTHENTICATION,
        lenient,
        _without("lenient", by="Lenient Host Authentication is off"),
        "Lenient Host Authentication is off",
        "blobs",
    ),
    _field(
        CACHE_DISABLED,
        stores_nothing,
        _without("stores-nothing", by="Store Artifacts Locally is checked"),
        "Store Artifacts Locally is checked",
        "repository",
    ),
    _field(
        REMOTE_CREDENTIALS_MISSING,
        no_credential,
        _without("no-user-name", "no-password", by="the remote has a User Name"),
        "the remote has a User Name",
        "organization",
        REJECTED,
    ),
    _field(
        REMOTE_USERNAME_MALFORMED,
        malformed,
        _granted_malformed,
        "the remote's User Name is an identity id",
        "repository",
        REJECTED,
    ),
    _field(
        PROJECT_ID_DOUBLED,
        doubled,
        lambda table: None if unread(table) else Exclusion("the remote's Project ID was read", hard=True),
        "the remote's Project ID is empty",
        "image",
    ),
)

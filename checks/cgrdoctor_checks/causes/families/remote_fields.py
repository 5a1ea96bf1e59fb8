"""Fields of the remote that stop every pull, or all its blobs."""

from __future__ import annotations

from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor_checks.causes.field_cause import field_cause, shown_without
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import closed_blob, left_open, opaque, vague
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import (
    CONTRADICTS,
    FITS,
    NAMES,
    NOTHING,
    POINTS,
    Answer,
    Exclusion,
)
from cgrdoctor_checks.codes.fields import (
    CACHE_DISABLED,
    LENIENT_HOST_AUTHENTICATION,
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
        unexplained = any(_broken_off(one, table) or one.has("must-store") for one in table.failing)
        return POINTS if row.mechanism == "stores-nothing" and unexplained else NOTHING
    return NAMES if row.failing and row.has("must-store") else FITS if _broken_off(row, table) else NOTHING


def _broken_off(row: Row, table: Table) -> bool:
    """A failure that says nothing; where the switch was read to be off also one that looks like a missing image."""
    if row.failing and row.mechanism in ("failed", "refused") and row.speaker == "artifactory":
        return row.step != "token"
    return table.setting("stores-nothing") and (opaque(row) or closed_blob(row))


def _url_right(table: Table) -> Exclusion | None:
    """Read by anybody who sees the list; what another realm says goes before it."""
    known = table.setting("url-right", "url-plain") and not table.setting("url-elsewhere", "url-departs")
    return Exclusion("the remote's URL is https://cgr.dev/") if known else None


CAUSES = (
    field_cause(
        TOKEN_AUTHENTICATION_DISABLED,
        token_off,
        shown_without("token-authentication-off", by="Enable Token Authentication is checked"),
        "Enable Token Authentication is checked",
        "repository",
    ),
    field_cause(URL_MISMATCH, url, _url_right, "the remote's URL is exactly https://cgr.dev/", "repository"),
    field_cause(
        LENIENT_HOST_AUTHENTICATION,
        lenient,
        shown_without("lenient", by="Lenient Host Authentication is off"),
        "Lenient Host Authentication is off",
        "blobs",
    ),
    field_cause(
        CACHE_DISABLED,
        stores_nothing,
        shown_without("stores-nothing", by="Store Artifacts Locally is checked"),
        "Store Artifacts Locally is checked",
        "repository",
    ),
)

"""What the remote sends to cgr.dev: its User Name, its password, and the path that a Project ID makes."""

from __future__ import annotations

from cgrdoctor_checks.causes.field_cause import field_cause, shown_without
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import everything, opaque, unread, vague
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import (
    FITS,
    NAMES,
    NOTHING,
    POINTS,
    Answer,
    Exclusion,
)
from cgrdoctor_checks.codes.fields import (
    PROJECT_ID_DOUBLED,
    REMOTE_CREDENTIALS_MISSING,
    REMOTE_USERNAME_MALFORMED,
)

REJECTED = "pull-token-rejected"


def no_credential(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        if row.mechanism == "no-password":
            return POINTS
        beside = [one for one in table.of("member") if one.has("beside")]
        if row.mechanism != "no-user-name" or table.setting("user-name"):
            return NOTHING
        return NAMES if not beside else NOTHING if any(one.outcome == "works" for one in beside) else POINTS
    return FITS if _wants_token(row, table) else NOTHING


def malformed(row: Row, table: Table) -> Answer:
    if row.arm == "settings":
        return NAMES if row.mechanism == "user-name-malformed" else NOTHING
    return FITS if vague(row) and (everything(table) or not unread(table)) else NOTHING


def doubled(row: Row, table: Table) -> Answer:
    return FITS if opaque(row) and row.image == "target" and table.asked.private else NOTHING


def _wants_token(row: Row, table: Table) -> bool:
    return vague(row) and row.image == "target" and table.asked.private


def _granted_malformed(table: Table) -> Exclusion | None:
    if table.asked.anonymous:
        return Exclusion("the remote has no User Name", hard=True)
    return shown_without("user-name-malformed", by="the remote's User Name is an identity id")(table)


CAUSES = (
    field_cause(
        REMOTE_CREDENTIALS_MISSING,
        no_credential,
        shown_without("no-user-name", "no-password", by="the remote has a User Name"),
        "the remote has a User Name",
        "organization",
        REJECTED,
    ),
    field_cause(
        REMOTE_USERNAME_MALFORMED,
        malformed,
        _granted_malformed,
        "the remote's User Name is an identity id",
        "repository",
        REJECTED,
    ),
    field_cause(
        PROJECT_ID_DOUBLED,
        doubled,
        lambda table: None if unread(table) else Exclusion("the remote's Project ID was read", hard=True),
        "the remote's Project ID is empty",
        "image",
    ),
)

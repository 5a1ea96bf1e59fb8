"""The remote's pull token: whether cgr.dev takes it, whose it is, and what its role allows.

What cgr.dev says of a credential it says of the one that was presented; it counts for the remote's where that is the
same one, as far as can be read.
"""

from __future__ import annotations

from cgrdoctor_checks.causes import chainguard_account
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import (
    ADMIN,
    FORBIDDEN,
    ORGANIZATION,
    UNGRANTED,
    alone,
    closed_blob,
    everything,
    granted,
    nothing_of_it,
    of_target,
    refusal,
    served_to_the_remote,
)
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.token import (
    PULL_ROLE_MISSING,
    PULL_TOKEN_EXPIRED,
    PULL_TOKEN_REJECTED,
    PULL_TOKEN_WRONG_ORGANIZATION,
)

NO_TOKEN = ("upstream-token", "upstream-transport")


def rejected(row: Row, table: Table) -> Answer:
    """The umbrella: no token for the remote's credential, and why cannot be seen."""
    if row.arm == "direct":
        doomed = table.any("direct-control", "not-granted")
        past = any(True for _ in table.of("token"))
        refused = row.mechanism == "not-granted" and doomed and row.credential == "same"
        return NAMES if refused and not past else NOTHING
    if row.failing and row.mechanism == "upstream-token" and row.step != "token":
        return POINTS if table.control == "works" and not granted(table) else NAMES
    if row.failing and row.quoted in (401, 403):
        return NAMES if row.quoted == 401 and row.has("of-upstream") else POINTS
    return FITS if refusal(row) and everything(table) else NOTHING


def expired(row: Row, table: Table) -> Answer:
    if row.arm in ("direct", "direct-control") and row.mechanism == "token-expired":
        if row.credential == "same":
            return NAMES
        blamed = any(one.mechanism in (*NO_TOKEN, *FORBIDDEN) for one in table.target) and table.control != "works"
        return POINTS if row.credential == "unknown" and blamed else NOTHING
    if row.arm == "token":
        everywhere = table.verdict("not-granted") and table.any("direct-control", "not-granted")
        return NAMES if everywhere and row.credential != "other" else NOTHING
    return FITS if refusal(row) and everything(table) else NOTHING


def other_organization(row: Row, table: Table) -> Answer:
    if row.arm == "catalog":
        if not row.has("foreign") or row.credential == "other":
            return NOTHING
        return NAMES
    if row.failing and row.mechanism == "upstream-token" and of_target(row) and table.asked.private:
        here = table.control == "works" and table.verdict("works") and table.asked.anonymous is False
        return POINTS if here else FITS
    private = table.asked.private and of_target(row)
    return FITS if private and refusal(row) and alone(table) else NOTHING


def role(row: Row, table: Table) -> Answer:
    if row.arm == "direct":
        at_blob = row.at_blob and row.mechanism == "capability-missing" and row.credential != "other"
        return NAMES if at_blob and not row.has("anonymous") else NOTHING
    if row.arm == "catalog":
        if row.credential == "other" or not table.verdict(*UNGRANTED):
            return NOTHING
        return NAMES if row.has("other-refused") else POINTS if nothing_of_it(table) else NOTHING
    if not table.asked.private or not of_target(row):
        return NOTHING
    return FITS if closed_blob(row) or (refusal(row) and alone(table)) else NOTHING


def _password(table: Table) -> Exclusion | None:
    return (
        Exclusion("the remote has no User Name", hard=True) if table.asked.anonymous and table.asked.private else None
    )


def _served(table: Table) -> Exclusion | None:
    """An anonymous remote has no token that could be past."""
    if table.asked.anonymous:
        return Exclusion("the remote has no User Name", hard=True)
    return served_to_the_remote(table)


CAUSES = (
    Cause(
        code=PULL_TOKEN_REJECTED,
        answer=rejected,
        excluded=_password,
        finding=chainguard_account.token_rejected,
        rival="a token request with the remote's credential answers 200",
        who=ADMIN,
        stops="moment",
    ),
    Cause(
        code=PULL_TOKEN_EXPIRED,
        answer=expired,
        excluded=_served,
        finding=chainguard_account.token_expired,
        rival="chainctl auth pull-token list shows the remote's identity with days left",
        who=ORGANIZATION,
        stops="repository",
        parent="pull-token-rejected",
    ),
    Cause(
        code=PULL_TOKEN_WRONG_ORGANIZATION,
        answer=other_organization,
        excluded=served_to_the_remote,
        finding=chainguard_account.wrong_organization,
        rival="the remote's User Name begins with the organization's id",
        who=ADMIN,
        stops="organization",
        parent="pull-token-rejected",
    ),
    Cause(
        code=PULL_ROLE_MISSING,
        answer=role,
        excluded=served_to_the_remote,
        finding=chainguard_account.role_missing,
        rival="another image of the organization pulls through the same key",
        who="developer",
        stops="organization",
    ),
)

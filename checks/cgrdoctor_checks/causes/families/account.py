"""The Chainguard account: the remote's pull token, its role, the organization, its catalog and its policies.

What cgr.dev says of a credential it says of the one that was presented; it counts for the remote's where that is the
same one, as far as can be read.
"""

from __future__ import annotations

from cgrdoctor_checks.causes import chainguard_account, container_policy
from cgrdoctor_checks.causes.signs import (
    ADMIN,
    FORBIDDEN,
    ORGANIZATION,
    alone,
    closed_blob,
    everything,
    granted,
    of_target,
    vague,
)
from cgrdoctor_checks.causes.table import Row, Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.policy import CONTAINER_POLICY_DENIED
from cgrdoctor_checks.codes.token import (
    IMAGE_NOT_IN_CATALOG,
    ORGANIZATION_UNKNOWN,
    PULL_ROLE_MISSING,
    PULL_TOKEN_EXPIRED,
    PULL_TOKEN_REJECTED,
    PULL_TOKEN_WRONG_ORGANIZATION,
)

NO_TOKEN = ("upstream-token", "upstream-transport")
REFUSED = ("capability-missing", "not-granted")


def _refusal(row: Row) -> bool:
    """What a refusal of cgr.dev's can come out as; Artifactory hands on 401 and 403, or folds them into 404."""
    if not row.failing or row.stage is not None:
        return False
    return (vague(row) and row.step != "token") or (row.mechanism in FORBIDDEN and row.step != "token")


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
        return POINTS
    return FITS if _refusal(row) and everything(table) else NOTHING


def expired(row: Row, table: Table) -> Answer:
    if row.arm in ("direct", "direct-control") and row.mechanism == "token-expired":
        if row.credential == "same":
            return NAMES
        blamed = any(one.mechanism in NO_TOKEN for one in table.target) and table.control != "works"
        return POINTS if row.credential == "unknown" and blamed else NOTHING
    if row.arm == "token":
        everywhere = table.verdict("not-granted") and table.any("direct-control", "not-granted")
        return NAMES if everywhere and row.credential != "other" else NOTHING
    return FITS if _refusal(row) and everything(table) else NOTHING


def other_organization(row: Row, table: Table) -> Answer:
    if row.arm == "catalog":
        if not row.has("foreign") or row.credential == "other":
            return NOTHING
        return NAMES
    if row.failing and row.mechanism == "upstream-token" and of_target(row) and table.asked.private:
        here = table.control == "works" and table.verdict("works") and table.asked.anonymous is False
        return POINTS if here else FITS
    private = table.asked.private and of_target(row)
    return FITS if private and _refusal(row) and alone(table) else NOTHING


def unknown_organization(row: Row, table: Table) -> Answer:
    if row.arm == "direct":
        return NAMES if row.mechanism == "organization-unknown" and table.asked.organization else NOTHING
    return FITS if table.asked.private and of_target(row) and _refusal(row) and alone(table) else NOTHING


def role(row: Row, table: Table) -> Answer:
    if row.arm == "direct":
        at_blob = row.at_blob and row.mechanism == "capability-missing" and row.credential != "other"
        return NAMES if at_blob and not row.has("anonymous") else NOTHING
    if row.arm == "catalog":
        both = row.has("other-refused") and table.verdict(*REFUSED)
        return NAMES if both and row.credential != "other" else NOTHING
    if not table.asked.private or not of_target(row):
        return NOTHING
    return FITS if closed_blob(row) or (_refusal(row) and alone(table)) else NOTHING


def not_in_catalog(row: Row, table: Table) -> Answer:
    if row.arm == "catalog":
        if row.has("other-works") and not row.has("listed") and table.verdict(*REFUSED):
            return NAMES if row.credential != "other" else POINTS
        return NOTHING
    if row.arm == "direct":
        ours = row.mechanism in REFUSED and row.credential != "other" and not row.has("anonymous")
        return POINTS if ours and not _everywhere(table) else NOTHING
    if not table.asked.private or not of_target(row) or not _refusal(row):
        return NOTHING
    if row.mechanism == "upstream-token" and table.control == "works" and not table.verdict("works"):
        return POINTS
    return FITS if alone(table) or row.mechanism in FORBIDDEN else NOTHING


def _everywhere(table: Table) -> bool:
    return table.any("direct-control", "not-granted", "token-expired", "bad-request")


def by_policy(row: Row, table: Table) -> Answer:
    if row.arm == "direct" and table.asked.private:
        if row.mechanism == "policy-denied":
            return NAMES
        left = row.mechanism == "capability-missing" and not row.has("capability") and not row.at_blob
        other = any(one.has("listed") and one.has("other-works") for one in table.of("catalog"))
        return NAMES if left and other else NOTHING
    private = table.asked.private and of_target(row)
    return FITS if private and _refusal(row) and alone(table) else NOTHING


def _served(table: Table) -> Exclusion | None:
    """cgr.dev's word about the remote's own user name is no inference."""
    if table.asked.anonymous:
        return Exclusion("the remote has no User Name", hard=True)
    served = granted(table)
    return Exclusion("cgr.dev serves the image to the remote's own user name", hard=True) if served else None


def _password(table: Table) -> Exclusion | None:
    return (
        Exclusion("the remote has no User Name", hard=True) if table.asked.anonymous and table.asked.private else None
    )


def _served_to_anybody(table: Table) -> Exclusion | None:
    """What any credential pulls is in the catalog, which is the organization's."""
    served = table.verdict("works") and table.asked.private
    return Exclusion("cgr.dev serves the image", hard=True) if served else None


def _listed(table: Table) -> Exclusion | None:
    if granted(table):
        return Exclusion("cgr.dev serves the image to the remote's own user name", hard=True)
    return None


def _resolved(table: Table) -> Exclusion | None:
    known = any(
        row.mechanism not in ("organization-unknown", "unreachable", "unclear", "outage", "rate-limited")
        for row in table.of("direct")
    )
    return Exclusion("cgr.dev resolves the organization", hard=True) if known else None


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
        excluded=_listed,
        finding=chainguard_account.wrong_organization,
        rival="the remote's User Name begins with the organization's id",
        who=ADMIN,
        stops="organization",
        parent="pull-token-rejected",
    ),
    Cause(
        code=ORGANIZATION_UNKNOWN,
        answer=unknown_organization,
        excluded=_resolved,
        finding=chainguard_account.organization_unknown,
        rival="chainctl iam organizations list shows the name",
        who=ORGANIZATION,
        stops="organization",
    ),
    Cause(
        code=PULL_ROLE_MISSING,
        answer=role,
        excluded=_listed,
        finding=chainguard_account.role_missing,
        rival="another image of the organization pulls through the same key",
        who="developer",
        stops="organization",
    ),
    Cause(
        code=IMAGE_NOT_IN_CATALOG,
        answer=not_in_catalog,
        excluded=_served_to_anybody,
        finding=chainguard_account.not_in_catalog,
        rival="chainctl images repos list shows the image",
        who=ORGANIZATION,
        stops="image",
    ),
    Cause(
        code=CONTAINER_POLICY_DENIED,
        answer=by_policy,
        excluded=_listed,
        finding=container_policy.denied,
        rival="chainctl policies check says that the image is allowed",
        who=ORGANIZATION,
        stops="image",
    ),
)

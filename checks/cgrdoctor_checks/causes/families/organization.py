"""The organization that the image is asked of: whether it exists, its catalog and its policies."""

from __future__ import annotations

from cgrdoctor_checks.causes import chainguard_account, container_policy
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.signs import (
    FORBIDDEN,
    ORGANIZATION,
    UNGRANTED,
    alone,
    nothing_of_it,
    of_target,
    refusal,
    served_to_the_remote,
)
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import FITS, NAMES, NOTHING, POINTS, Answer, Cause, Exclusion
from cgrdoctor_checks.codes.policy import CONTAINER_POLICY_DENIED
from cgrdoctor_checks.codes.token import (
    IMAGE_NOT_IN_CATALOG,
    ORGANIZATION_UNKNOWN,
)


def unknown_organization(row: Row, table: Table) -> Answer:
    if row.arm == "direct":
        return NAMES if row.mechanism == "organization-unknown" and table.asked.organization else NOTHING
    return FITS if table.asked.private and of_target(row) and refusal(row) and alone(table) else NOTHING


def not_in_catalog(row: Row, table: Table) -> Answer:
    if row.arm == "catalog":
        if row.has("other-works") and not row.has("listed") and table.verdict(*UNGRANTED):
            return NAMES if row.credential != "other" else POINTS
        return NOTHING
    if row.arm == "direct":
        ours = row.mechanism in UNGRANTED and row.credential != "other" and not row.has("anonymous")
        return POINTS if ours and not _everywhere(table) and not nothing_of_it(table) else NOTHING
    if not table.asked.private or not of_target(row) or not refusal(row):
        return NOTHING
    if row.mechanism == "upstream-token" and table.control == "works" and not table.verdict("works"):
        return FITS if nothing_of_it(table) else POINTS
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
    return FITS if private and refusal(row) and alone(table) else NOTHING


def _served_to_anybody(table: Table) -> Exclusion | None:
    """What any credential pulls is in the catalog, which is the organization's."""
    served = table.verdict("works") and table.asked.private
    return Exclusion("cgr.dev serves the image", hard=True) if served else None


def _resolved(table: Table) -> Exclusion | None:
    known = any(
        row.mechanism
        not in ("organization-unknown", "unreachable", "unclear", "outage", "edge-refused", "rate-limited")
        for row in table.of("direct")
    )
    return Exclusion("cgr.dev resolves the organization", hard=True) if known else None


CAUSES = (
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
        excluded=served_to_the_remote,
        finding=container_policy.denied,
        rival="chainctl policies check says that the image is allowed",
        who=ORGANIZATION,
        stops="image",
    ),
)

"""How findings about the Chainguard account are written down: their certainty, their remedies."""

from __future__ import annotations

from cgrdoctor import Code, Confidence, Finding, fail
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.codes.token import (
    IMAGE_NOT_IN_CATALOG,
    ORGANIZATION_UNKNOWN,
    PULL_ROLE_MISSING,
    PULL_TOKEN_EXPIRED,
    PULL_TOKEN_REJECTED,
    PULL_TOKEN_WRONG_ORGANIZATION,
)
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.pull_token import new_token

OF_THE_TOKEN = (PULL_TOKEN_EXPIRED, PULL_TOKEN_REJECTED, PULL_TOKEN_WRONG_ORGANIZATION)
LAG = (
    "Artifactory keeps an upstream token for four minutes and a miss for its Missed Retrieval Cache Period (1800 s "
    "unless set): a pull that was refused before needs that long, or a zap of the cache."
)


def sure(case: Case) -> Confidence:
    """What cgr.dev says of our credential is certain of the remote's only where it is the same one."""
    return "certain" if case.same_credential else "likely"


def account_finding(
    case: Case,
    code: Code,
    summary: str,
    confidence: Confidence,
    *,
    subject: str | None = None,
    evidence: tuple[str, ...] = (),
) -> Finding:
    """A failure of the account; evidence is that of the direct arm first, unless it tells nothing."""
    return fail(
        code,
        summary,
        subject=subject or case.image,
        evidence=evidence or tuple(dict.fromkeys((*evidence_of(case.direct, case.direct_control), *case.evidence))),
        confidence=confidence,
        remedy=_remedy(case, code),
    )


def _remedy(case: Case, code: Code) -> commands.Remedy:
    if code in OF_THE_TOKEN:
        return _anonymous(case) if not case.private else new_token(case.target, case.remote_key)
    organization = case.organization_name or "ORGANIZATION"
    listing = {
        ORGANIZATION_UNKNOWN: ("chainctl", "iam", "organizations", "list", "-o", "json"),
        PULL_ROLE_MISSING: ("chainctl", "iam", "role-bindings", "list", "--parent", organization),
    }.get(code, ("chainctl", "images", "repos", "list", "--parent", organization))
    near = case.organization.similar if case.organization and code is IMAGE_NOT_IN_CATALOG else ()
    return commands.steps(
        code.fix,
        *(f"Perhaps {name} is meant." for name in near),
        LAG,
        commands=(commands.shell("See what there is", *listing), commands.pull(case.target.image)),
    )


def _anonymous(case: Case) -> commands.Remedy:
    """Free images need no credential; one that is dead keeps them away, because there is no way back to anonymous."""
    key = case.spelled(case.remote_key)
    return commands.change(
        key,
        case.target.artifactory_url,
        f"Clear User Name and Password of {key}: free images need none, and cgr.dev refuses this one",
        {"username": "", "password_set": ""},
        steps=("If the remote also serves Production images, renew its pull token instead.", LAG),
    )

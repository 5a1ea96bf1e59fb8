"""Judging a refusal that has to do with the Chainguard account: the token exchange, the role, the catalog."""

from __future__ import annotations

from cgrdoctor import Code, Confidence, Finding, Rival, fail
from cgrdoctor_checks import remedy
from cgrdoctor_checks.fields.credentials import new_token
from cgrdoctor_checks.pull.case import Case, quoted, rival
from cgrdoctor_checks.pull.freshness import evidence_of
from cgrdoctor_checks.token.codes import (
    IMAGE_NOT_IN_CATALOG,
    ORGANIZATION_UNKNOWN,
    PULL_ROLE_MISSING,
    PULL_TOKEN_EXPIRED,
    PULL_TOKEN_REJECTED,
    PULL_TOKEN_WRONG_ORGANIZATION,
)

EXPIRED = rival("pull-token-expired", "a token request with the remote's credential answers 200", "artifactory-admin")
REVOKED = rival("pull-token-rejected", "the identity is in `chainctl iam identities list`", "chainguard-org-admin")
CATALOG = rival("image-not-in-catalog", "`chainctl images repos list` shows the image", "chainguard-org-admin")
ROLE = rival("pull-role-missing", "another image of the organization pulls", "chainguard-org-admin")
OTHER_ORG = rival(
    "pull-token-wrong-organization", "the token's identity id begins with the organization's id", "chainguard-org-admin"
)
MALFORMED = rival("remote-username-malformed", "the remote's User Name is an identity id", "artifactory-admin")
UNKNOWN_ORG = rival("organization-unknown", "`chainctl iam organizations list` shows the name", "chainguard-org-admin")
NO_CREDENTIAL = rival("remote-credentials-missing", "the remote has a User Name", "artifactory-admin")
REMEMBERED = rival(
    "missed-retrieval-cached", "a pull after the Missed Retrieval Cache Period still fails", "artifactory-admin"
)


def organization_unknown(case: Case) -> Finding | None:
    """cgr.dev resolves the organization for nobody; that needs no credential to see."""
    if case.verdict != "organization-unknown" or case.direct is None:
        return None
    name = case.direct.path.partition("/")[0]
    return _found(
        case,
        ORGANIZATION_UNKNOWN,
        f"cgr.dev cannot resolve the organization {name}: {quoted(case.direct.pull.failed)}",
        "certain",
        subject=name,
    )


def token_expired(case: Case) -> Finding | None:
    """The exchange with our credential says so; whether it is the remote's decides how sure that is."""
    arms = (case.direct, case.direct_control)
    if not any(arm is not None and arm.verdict == "token-expired" for arm in arms):
        return None
    if case.symptom in ("transport", "html", "unauthorized", "forbidden"):
        return None
    told = case.direct if case.verdict == "token-expired" else case.direct_control
    words = quoted(told.pull.failed) if told else ""
    sure: Confidence = "certain" if case.same_credential else "likely"
    whose = (
        "the remote's pull token" if case.same_credential else "the pull token given here (the remote's may be another)"
    )
    return _found(
        case,
        PULL_TOKEN_EXPIRED,
        f"{whose} has expired: {words}",
        sure,
        (REVOKED, MALFORMED) if sure == "likely" else (),
    )


def refused_directly(case: Case) -> Finding | None:
    """cgr.dev refuses the same credential or the same image directly, for a reason that can be told."""
    verdict = case.verdict
    if (
        verdict in ("capability-missing", "not-granted", "image-not-found")
        and case.direct
        and not case.direct.pull.anonymous
    ):
        return _entitlement(case)
    return None


def _entitlement(case: Case) -> Finding | None:
    organization = case.organization
    own = case.direct.path.partition("/")[0] if case.direct else ""
    seen = organization.organizations if organization else ()
    if seen and own not in seen:
        return _found(
            case,
            PULL_TOKEN_WRONG_ORGANIZATION,
            f"the pull token sees {', '.join(seen)}, not {own}",
            _sure(case),
            (CATALOG,) if not case.same_credential else (),
        )
    control = case.direct_control
    if case.verdict == "not-granted" and control is not None and control.verdict == "not-granted":
        return _found(
            case,
            PULL_TOKEN_REJECTED,
            f"cgr.dev refuses the credential for every image: {quoted(control.pull.failed)}",
            "likely",
            (EXPIRED, MALFORMED, OTHER_ORG),
        )
    if case.verdict == "image-not-found":
        return None
    if organization is not None and organization.other_verdict == "works":
        summary = f"{case.image} is refused while {organization.other_image} pulls"
        return _found(case, IMAGE_NOT_IN_CATALOG, summary, _sure(case), () if case.same_credential else (OTHER_ORG,))
    if organization is not None and organization.other_verdict in ("capability-missing", "not-granted"):
        summary = f"{case.image} and {organization.other_image} are both refused for lack of a capability"
        return _found(case, PULL_ROLE_MISSING, summary, _sure(case), () if case.same_credential else (OTHER_ORG,))
    if case.verdict == "capability-missing":
        words = quoted(case.direct.pull.failed if case.direct else None)
        return _found(case, IMAGE_NOT_IN_CATALOG, f"cgr.dev refuses {case.image}: {words}", "likely", (ROLE, OTHER_ORG))
    summary = f"cgr.dev grants no token for {case.image}, though the credential is good for other images"
    return _found(case, IMAGE_NOT_IN_CATALOG, summary, "likely", (OTHER_ORG, ROLE))


def token_refused(case: Case) -> Finding:
    """Artifactory says that it got no token from cgr.dev, and the direct arm does not tell why."""
    if case.control_state == "works":
        summary = f"Artifactory gets a token for other images, not for {case.image}: {quoted(case.failed)}"
        return _found(
            case,
            IMAGE_NOT_IN_CATALOG,
            summary,
            "likely",
            (OTHER_ORG, UNKNOWN_ORG, ROLE, REVOKED),
            evidence=case.evidence,
        )
    rivals = [EXPIRED, MALFORMED, OTHER_ORG]
    if case.control_state == "unknown":
        rivals += [CATALOG, UNKNOWN_ORG]
    if case.remote_anonymous is not False and case.private:
        rivals.append(NO_CREDENTIAL)
    words = quoted(case.failed)
    return _found(
        case,
        PULL_TOKEN_REJECTED,
        f"cgr.dev issues no token to Artifactory: {words}",
        "likely",
        tuple(rivals),
        evidence=case.evidence,
    )


def not_entitled(case: Case) -> Finding:
    """404 for a Production image that exists, while the control image works: the remote's credential lacks it."""
    return _found(
        case,
        IMAGE_NOT_IN_CATALOG,
        f"{case.image} is not found through {case.subject}, while the control image is",
        "possible",
        (NO_CREDENTIAL, REMEMBERED, OTHER_ORG, ROLE, rival("tag-not-found", "the tag is in the tag list", "developer")),
    )


def _sure(case: Case) -> Confidence:
    return "certain" if case.same_credential else "likely"


def _found(
    case: Case,
    code: Code,
    summary: str,
    confidence: Confidence,
    rivals: tuple[Rival, ...] = (),
    *,
    subject: str | None = None,
    evidence: tuple[str, ...] = (),
) -> Finding:
    return fail(
        code,
        summary,
        subject=subject or case.image,
        evidence=evidence or tuple(dict.fromkeys((*evidence_of(case.direct, case.direct_control), *case.evidence))),
        confidence=confidence,
        rivals=tuple(item for item in rivals if item.code != code.name),
        remedy=_remedy(case, code),
    )


def _remedy(case: Case, code: Code) -> remedy.Remedy:
    if code in (PULL_TOKEN_EXPIRED, PULL_TOKEN_REJECTED, PULL_TOKEN_WRONG_ORGANIZATION):
        return new_token(case.target, case.subject)
    organization = case.target.organization or "ORGANIZATION"
    listing = {
        ORGANIZATION_UNKNOWN: ("chainctl", "iam", "organizations", "list", "-o", "json"),
        PULL_ROLE_MISSING: ("chainctl", "iam", "role-bindings", "list", "--parent", organization),
    }.get(code, ("chainctl", "images", "repos", "list", "--parent", organization))
    return remedy.steps(
        code.fix,
        "Artifactory may use an old upstream token for four minutes, and remember the miss for half an hour.",
        commands=(remedy.shell("See what there is", *listing), remedy.pull(case.target.image)),
    )

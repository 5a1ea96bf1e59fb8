"""Judging a refusal that has to do with the Chainguard account: the token exchange, the role, the catalog.

What cgr.dev says of a credential it says of the one that was presented. It is the remote's where the remote's user name
is readable and equal; where the remote has another one, only what does not depend on the credential counts.
"""

from __future__ import annotations

from cgrdoctor import Finding, Rival
from cgrdoctor_checks.causes import container_policy
from cgrdoctor_checks.causes.alternatives import (
    ADMIN,
    CATALOG,
    EXPIRED,
    MALFORMED,
    NETWORK,
    NO_CREDENTIAL,
    OTHER_ORG,
    REVOKED,
    ROLE,
    UNKNOWN_ORG,
    rival,
)
from cgrdoctor_checks.causes.chainguard_finding import found, sure
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.token import (
    IMAGE_NOT_IN_CATALOG,
    ORGANIZATION_UNKNOWN,
    PULL_ROLE_MISSING,
    PULL_TOKEN_EXPIRED,
    PULL_TOKEN_REJECTED,
    PULL_TOKEN_WRONG_ORGANIZATION,
)
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION

NOT_OURS = ("transport", "html", "unauthorized", "forbidden")
"""Symptoms of the way to Artifactory and of our own login, which the remote's credential has no part in."""


def told_by_chainguard(case: Case) -> Finding | None:
    """What cgr.dev's own answers say about organization and credential."""
    by_policy = container_policy.named(case) or container_policy.left_over(case)
    return organization_unknown(case) or token_expired(case) or by_policy or refused_directly(case)


def organization_unknown(case: Case) -> Finding | None:
    """cgr.dev resolves the organization for nobody; that needs no credential to see."""
    if case.verdict != "organization-unknown" or case.direct is None or not case.organization_name:
        return None
    name = case.path.partition("/")[0]
    words = quoted(case.direct.pull.failed)
    return found(
        case, ORGANIZATION_UNKNOWN, f"cgr.dev cannot resolve the organization {name}: {words}", "certain", subject=name
    )


def token_expired(case: Case) -> Finding | None:
    """cgr.dev says of the credential that its keys have expired, or refuses it and the token says so of itself."""
    if case.symptom in NOT_OURS or case.credential == "other":
        return None
    arms = [arm for arm in (case.direct, case.direct_control) if arm is not None]
    told = next((arm for arm in arms if arm.verdict == "token-expired"), None)
    if told is None and case.verdict == "token-expired":
        told = case.direct
    past = case.token is not None and (case.token.seconds_left or 1) <= 0
    hinted = past and case.verdict == "not-granted" and _refused_everywhere(case)
    if told is None and not hinted:
        return None
    if not case.same_credential and not _blames_the_credential(case):
        return None
    words = (
        quoted(told.pull.failed) if told else f"it says that it ended at {case.token.expires_at if case.token else ''}"
    )
    whose = (
        "the remote's pull token" if case.same_credential else "the pull token given here (the remote's may be another)"
    )
    if told is not None and case.same_credential:
        return found(case, PULL_TOKEN_EXPIRED, f"{whose} has expired: {words}", "certain")
    return found(case, PULL_TOKEN_EXPIRED, f"{whose} has expired: {words}", "likely", (REVOKED, *_malformed(case)))


def _blames_the_credential(case: Case) -> bool:
    """Whether Artifactory gets no token, for the control image neither: what a dead credential looks like."""
    return case.symptom in ("upstream-token", "upstream-transport") and case.control_state != "works"


def refused_directly(case: Case) -> Finding | None:
    """cgr.dev refuses this image, for a reason that can be told from what it grants otherwise."""
    refused = case.verdict in ("capability-missing", "not-granted", "image-not-found")
    if not refused or case.direct is None or case.direct.pull.anonymous:
        return None
    if case.credential == "other":
        return _not_in_catalog(case)
    return _wrong_organization(case) or (_refusal(case) if case.verdict != "image-not-found" else None)


def _not_in_catalog(case: Case) -> Finding | None:
    """The catalog is the organization's: what it lacks for our credential it lacks for the remote's."""
    other = case.organization
    if other is None or other.other_verdict != "works" or case.verdict == "image-not-found":
        return None
    summary = f"cgr.dev refuses {case.image} to another credential too, while {other.other_image} pulls with it"
    return found(case, IMAGE_NOT_IN_CATALOG, summary, "likely", (OTHER_ORG, ROLE))


def _wrong_organization(case: Case) -> Finding | None:
    """The organizations the credential sees, without the free one, which everybody sees; only of a whole list."""
    seen = case.organization
    own = case.organization_name
    if seen is None or not seen.complete or (case.token is not None and own == case.token.organization_id):
        return None
    others = [name for name in seen.organizations if name != FREE_ORGANIZATION]
    if not others or own in seen.organizations:
        return None
    summary = f"the pull token sees {', '.join(others)}, not {own}"
    return found(case, PULL_TOKEN_WRONG_ORGANIZATION, summary, sure(case), () if case.same_credential else (CATALOG,))


def _refusal(case: Case) -> Finding:
    other = case.organization
    if _refused_everywhere(case) and case.direct_control is not None:
        words = quoted(case.direct_control.pull.failed)
        summary = f"cgr.dev refuses the credential for every image: {words}"
        return found(case, PULL_TOKEN_REJECTED, summary, "likely", (EXPIRED, *_malformed(case)))
    doubt = () if case.same_credential else (OTHER_ORG,)
    if other is not None and other.other_verdict == "works":
        summary = f"{case.image} is refused while {other.other_image} pulls"
        return found(case, IMAGE_NOT_IN_CATALOG, summary, sure(case), doubt)
    if other is not None and other.other_verdict in ("capability-missing", "not-granted"):
        summary = f"{case.image} and {other.other_image} are both refused for lack of a capability"
        return found(case, PULL_ROLE_MISSING, summary, sure(case), doubt)
    words = quoted(case.direct.pull.failed if case.direct else None)
    return found(case, IMAGE_NOT_IN_CATALOG, f"cgr.dev refuses {case.image}: {words}", "likely", (ROLE, OTHER_ORG))


def _refused_everywhere(case: Case) -> bool:
    control = case.direct_control
    return case.verdict == "not-granted" and control is not None and control.verdict == "not-granted"


def blobs_refused(case: Case) -> Finding | None:
    """Manifest granted, blob refused by cgr.dev itself: what a role such as console_viewer may and may not read."""
    step = case.direct.pull.failed if case.direct else None
    if step is None or step.name not in ("config", "layer") or case.verdict != "capability-missing":
        return None
    if case.credential == "other" or case.direct is None or case.direct.pull.anonymous:
        return None
    summary = f"cgr.dev shows the manifest of {case.image} and refuses its {step.name}: {quoted(step)}"
    blocked = rival("upstream-blob-host-blocked", "curl to the blob host on the Artifactory host answers", NETWORK)
    return found(case, PULL_ROLE_MISSING, summary, sure(case), () if case.same_credential else (blocked,))


def token_refused(case: Case) -> Finding:
    """Artifactory says that it got no token from cgr.dev, and cgr.dev does not tell why."""
    words = quoted(case.failed)
    if case.control_state == "works":
        return _this_image_only(case, words)
    rivals = [EXPIRED, *_malformed(case)]
    if case.verdict == "works" and case.same_credential:
        words = f"it does to this machine under the same user name, so that the Password must differ: {words}"
        rivals = [
            rival("upstream-failed", "artifactory-request-out.log shows cgr.dev's answer to the token request", ADMIN)
        ]
    elif case.control_state in ("unknown", "cached"):
        rivals += _of_this_image(case)
    summary = f"cgr.dev issues no token to Artifactory: {words}"
    return found(case, PULL_TOKEN_REJECTED, summary, "likely", tuple(rivals), evidence=case.evidence)


def _this_image_only(case: Case, words: str) -> Finding:
    """The control image gets its token, so that the remote's credential, if it has one, is alive."""
    summary = f"Artifactory gets a token for other images, not for {case.image}: {words}"
    if not case.private:
        dead = rival("image-not-free", "the Directory lists the image as free", "developer")
        return found(case, PULL_TOKEN_REJECTED, summary, "likely", (dead,), evidence=case.evidence)
    if case.verdict != "works":
        return found(case, IMAGE_NOT_IN_CATALOG, summary, "likely", _of_this_image(case), evidence=case.evidence)
    here = "this machine's credential gets one"
    if case.remote_anonymous is False:
        rivals: tuple[Rival, ...] = (ROLE, REVOKED)
        return found(
            case, PULL_TOKEN_WRONG_ORGANIZATION, f"{summary}; {here}", "likely", rivals, evidence=case.evidence
        )
    rivals = (NO_CREDENTIAL, OTHER_ORG, ROLE)
    return found(case, PULL_TOKEN_REJECTED, f"{summary}; {here}", "likely", rivals, evidence=case.evidence)


def _of_this_image(case: Case) -> tuple[Rival, ...]:
    """Causes that concern one organization or image, as far as cgr.dev has not excluded them by serving it."""
    listed = () if case.verdict == "works" else (CATALOG, UNKNOWN_ORG)
    missing = (NO_CREDENTIAL,) if case.private and case.remote_anonymous is not False else ()
    return (*listed, OTHER_ORG, ROLE, *missing)


def _malformed(case: Case) -> tuple[Rival, ...]:
    """The user name may be no identity id, unless it could be read (then its own check judges it)."""
    return (MALFORMED,) if case.settings is None else ()

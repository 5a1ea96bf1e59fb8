"""Findings about the Chainguard account: the token exchange, the role, the catalog.

What cgr.dev says of a credential it says of the one that was presented. It is the remote's where the remote's user name
is readable and equal; where the remote has another one, only what does not depend on the credential counts.
"""

from __future__ import annotations

from cgrdoctor import Confidence, Finding
from cgrdoctor_checks.causes.chainguard_finding import account_finding, sure
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


def organization_unknown(case: Case) -> Finding:
    """cgr.dev resolves the organization for nobody; that needs no credential to see."""
    name = case.path.partition("/")[0]
    words = quoted(case.direct.pull.failed if case.direct else None)
    summary = f"cgr.dev cannot resolve the organization {name}: {words}"
    return account_finding(case, ORGANIZATION_UNKNOWN, summary, "certain", subject=name)


def token_expired(case: Case) -> Finding:
    """cgr.dev says of the credential that its keys have expired, or refuses it and the token says so of itself."""
    arms = [arm for arm in (case.direct, case.direct_control) if arm is not None]
    told = next((arm for arm in arms if arm.verdict == "token-expired"), None)
    if told is None and case.verdict == "token-expired":
        told = case.direct
    same = case.same_credential
    whose = "the remote's pull token" if same else "the pull token given here (the remote's may be another)"
    ends = f"it says that it ended at {case.token.expires_at if case.token else ''}"
    words = quoted(told.pull.failed) if told else ends
    sure_of_it: Confidence = "certain" if told is not None and same else "likely"
    return account_finding(case, PULL_TOKEN_EXPIRED, f"{whose} has expired: {words}", sure_of_it)


def wrong_organization(case: Case) -> Finding:
    """The organizations the credential sees, or a token that is good for other images only."""
    seen = case.organization
    others = [name for name in (seen.organizations if seen else ()) if name != FREE_ORGANIZATION]
    if others and case.organization_name not in others:
        summary = f"the pull token sees {', '.join(others)}, not {case.organization_name}"
        return account_finding(case, PULL_TOKEN_WRONG_ORGANIZATION, summary, sure(case), subject=case.remote_key)
    summary = f"Artifactory gets a token for other images, not for {case.image}: {quoted(case.failed)}"
    here = f"{summary}; this machine's credential gets one"
    return account_finding(
        case, PULL_TOKEN_WRONG_ORGANIZATION, here, "likely", subject=case.remote_key, evidence=case.evidence
    )


def not_in_catalog(case: Case) -> Finding:
    """The catalog is the organization's: what it lacks for our credential it lacks for the remote's."""
    other = case.organization
    refused = case.verdict in ("capability-missing", "not-granted")
    if refused and other is not None and other.other_verdict == "works":
        if case.credential == "other":
            summary = f"cgr.dev refuses {case.image} to another credential too, while {other.other_image} pulls with it"
            return account_finding(case, IMAGE_NOT_IN_CATALOG, summary, "likely")
        summary = f"{case.image} is refused while {other.other_image} pulls"
        return account_finding(case, IMAGE_NOT_IN_CATALOG, summary, sure(case))
    if refused:
        words = quoted(case.direct.pull.failed if case.direct else None)
        return account_finding(case, IMAGE_NOT_IN_CATALOG, f"cgr.dev refuses {case.image}: {words}", "likely")
    summary = f"Artifactory gets a token for other images, not for {case.image}: {quoted(case.failed)}"
    if case.symptom != "upstream-token":
        summary = f"Artifactory does not serve {case.image}, while it serves other images: {quoted(case.failed)}"
    return account_finding(case, IMAGE_NOT_IN_CATALOG, summary, "likely", evidence=case.evidence)


def role_missing(case: Case) -> Finding:
    """Refused like another image of the organization; or shown, and its content refused."""
    step = case.direct.pull.failed if case.direct else None
    if step is not None and step.name in ("config", "layer"):
        summary = f"cgr.dev shows the manifest of {case.image} and refuses its {step.name}: {quoted(step)}"
        return account_finding(case, PULL_ROLE_MISSING, summary, sure(case))
    seen = case.organization
    if seen is not None and not seen.other_image:
        shows = f"shows it no image of {case.organization_name}" if seen.step.ok else "refuses it the whole catalog"
        return account_finding(
            case, PULL_ROLE_MISSING, f"cgr.dev refuses {case.image} to the credential, and {shows}", "likely"
        )
    other = seen.other_image if seen else "another image"
    summary = f"{case.image} and {other} are both refused for lack of a capability"
    return account_finding(case, PULL_ROLE_MISSING, summary, sure(case))


def token_rejected(case: Case) -> Finding:
    """Artifactory says that it got no token from cgr.dev, and cgr.dev does not tell why."""
    control = case.direct_control
    if case.verdict == "not-granted" and control is not None and control.verdict == "not-granted":
        summary = f"cgr.dev refuses the credential for every image: {quoted(control.pull.failed)}"
        return account_finding(case, PULL_TOKEN_REJECTED, summary, "likely")
    words = quoted(case.failed)
    if case.control_state == "works":
        words = f"for {case.image}, while it does for other images: {words}"
    elif case.verdict == "works" and case.same_credential:
        words = f"it does to this machine under the same user name, so that the Password must differ: {words}"
    summary = f"cgr.dev issues no token to Artifactory: {words}"
    return account_finding(case, PULL_TOKEN_REJECTED, summary, "likely", evidence=case.evidence)

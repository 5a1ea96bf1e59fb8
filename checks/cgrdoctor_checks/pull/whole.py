"""Nothing comes through: a setting, a permission or the way upstream, and the answer does not say which."""

from __future__ import annotations

from cgrdoctor import Because, Code, Confidence, Finding, Rival, fail
from cgrdoctor_checks import remedy
from cgrdoctor_checks.artifactory.wording import Mechanism
from cgrdoctor_checks.fields.codes import INCLUDE_PATTERN_BLOCKS, REMOTE_BLACKED_OUT, REMOTE_OFFLINE
from cgrdoctor_checks.fields.codes import TOKEN_AUTHENTICATION_DISABLED as TOKEN_OFF
from cgrdoctor_checks.pull.case import Case, quoted
from cgrdoctor_checks.pull.codes import PULL_FAILED, REMOTE_ASSUMED_OFFLINE
from cgrdoctor_checks.pull.freshness import evidence_of
from cgrdoctor_checks.pull.hint import hint
from cgrdoctor_checks.pull.rivals import ADMIN, BLOCKED, FILTER, INSPECTED, NETWORK, OWN_PROXY, URL, rival
from cgrdoctor_checks.pull.upstream import at_stage
from cgrdoctor_checks.token.codes import ARTIFACTORY_PERMISSION_DENIED

DENIED: dict[Mechanism, Code] = {"pattern": INCLUDE_PATTERN_BLOCKS, "blacked-out": REMOTE_BLACKED_OUT}


def whole_repository(case: Case) -> Finding:
    """What Artifactory tests for us or the clock shows, else the umbrella with everything that fits."""
    return _way_upstream(case) or umbrella(case)


def logged(case: Case) -> Finding | None:
    """Artifactory's own trace of the same manifest names a state or a rule."""
    log = case.trace
    if log is None:
        return None
    if log.said == "assumed-offline":
        return _by_trace(case, REMOTE_ASSUMED_OFFLINE, "likely", (BLOCKED,), "it assumes the remote offline")
    if log.said == "offline":
        return _by_trace(case, REMOTE_OFFLINE, "certain", (), "the remote or the instance is set offline")
    if log.said == "denied":
        return _denied(case)
    if log.said == "upstream-status" and log.status == 401:
        rivals = (rival("pull-token-rejected", "Enable Token Authentication is unchecked", ADMIN, case.subject), URL)
        return _by_trace(case, TOKEN_OFF, "likely", rivals, "upstream answers 401, and no token is fetched")
    return None


def _denied(case: Case) -> Finding | None:
    why = case.trace.why if case.trace else ""
    code = DENIED.get(case.trace.mechanism) if case.trace and case.trace.mechanism else None
    if code is not None:
        return _by_trace(case, code, "certain" if code is REMOTE_BLACKED_OUT else "likely", (_excludes(case),), why)
    if any(word in why.lower() for word in ("permi", "authori", "forbidden", "not allowed")):
        return _by_trace(case, ARTIFACTORY_PERMISSION_DENIED, "likely", (_excludes(case),), why)
    return None


def _excludes(case: Case) -> Rival:
    return rival("exclude-pattern-blocks", "Exclude Patterns is empty", ADMIN, case.subject)


def _by_trace(case: Case, code: Code, confidence: Confidence, rivals: tuple[Rival, ...], said: str) -> Finding:
    return fail(
        code,
        f"Artifactory's own trace of {case.image} says why: {said}",
        subject=case.subject,
        evidence=tuple(dict.fromkeys((*evidence_of(case.trace), *case.evidence))),
        confidence=confidence,
        rivals=() if confidence == "certain" else rivals,
        remedy=remedy.steps(code.fix, commands=(remedy.pull(case.target.image),)),
    )


def _way_upstream(case: Case) -> Finding | None:
    if case.control_state in ("works", "cached"):
        return None
    found = hint(case)
    return at_stage(case, found) if found is not None else None


def umbrella(case: Case) -> Finding:
    """The leg is Artifactory's, the cause is open: everything that fits is a rival."""
    test = case.egress
    reached = test is not None and test.reached is True
    because = (
        (Because(text=f"Artifactory itself reaches {test.endpoint}", evidence=test.exchanges),)
        if test is not None and reached
        else ()
    )
    summary = f"{case.target.image} does not come through {case.subject}: {quoted(case.failed)}"
    return fail(
        PULL_FAILED,
        summary,
        subject=case.subject,
        evidence=case.evidence,
        confidence="likely" if case.control_state == "same" else "possible",
        rivals=(*_of_settings(case), *_of_the_way(case, reached=reached), *_of_this_image(case)),
        because=(Because(text=summary, evidence=case.evidence), *because),
    )


def _of_settings(case: Case) -> tuple[Rival, ...]:
    """Settings that could be read are judged by their own checks."""
    hidden = rival("artifactory-permission-denied", "another user pulls the same image", ADMIN, case.subject)
    if case.settings is not None:
        return (hidden,)
    return (
        rival("token-authentication-disabled", "Enable Token Authentication is checked", ADMIN, case.subject),
        rival("remote-url-mismatch", "the URL is exactly https://cgr.dev/", ADMIN, case.subject),
        rival("remote-offline", "Offline and Ignore Repository are unchecked", ADMIN, case.subject),
        hidden,
    )


def _of_the_way(case: Case, *, reached: bool) -> tuple[Rival, ...]:
    assumed = rival(
        "remote-assumed-offline", "the failure lasts longer than the Assumed Offline Period", ADMIN, case.subject
    )
    rejected = rival("pull-token-rejected", "a token request with the remote's credential answers 200", ADMIN)
    broken = rival("artifactory-unhealthy", "artifactory-service.log shows no exception of that minute", ADMIN)
    server = (
        (broken, rival("upstream-failed", "the log shows cgr.dev's answer", NETWORK))
        if case.symptom == "failed"
        else ()
    )
    way = () if reached else (BLOCKED, FILTER, INSPECTED, OWN_PROXY)
    return (*server, assumed, *way, rejected)


def _of_this_image(case: Case) -> tuple[Rival, ...]:
    if case.control_state == "same":
        return ()
    return (
        rival("missed-retrieval-cached", "another image through the same key fails too", "developer"),
        rival("image-not-found", "cgr.dev serves the image directly", "developer"),
    )

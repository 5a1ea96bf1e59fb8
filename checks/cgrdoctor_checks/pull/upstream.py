"""Judging answers in which Artifactory itself names a trouble towards cgr.dev, or a switch of the remote."""

from __future__ import annotations

from cgrdoctor import Code, Finding, Rival, fail
from cgrdoctor_checks import remedy
from cgrdoctor_checks.artifactory.codes import ARTIFACTORY_UNHEALTHY
from cgrdoctor_checks.artifactory.wording import UpstreamStage, upstream_stage
from cgrdoctor_checks.fields.codes import (
    EXCLUDE_PATTERN_BLOCKS,
    INCLUDE_PATTERN_BLOCKS,
    REMOTE_BLACKED_OUT,
    REMOTE_OFFLINE,
)
from cgrdoctor_checks.policy.codes import CURATION_BLOCKED, XRAY_BLOCKED
from cgrdoctor_checks.pull.case import Case, quoted, rival
from cgrdoctor_checks.pull.codes import (
    REMOTE_ASSUMED_OFFLINE,
    STORAGE_FULL,
    UPSTREAM_CONTENT_BLOCKED,
    UPSTREAM_FAILED,
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_RATE_LIMITED,
    UPSTREAM_TLS_UNTRUSTED,
    UPSTREAM_UNREACHABLE,
)

SAID_PLAINLY: dict[str, Code] = {
    "xray": XRAY_BLOCKED,
    "curation": CURATION_BLOCKED,
    "blacked-out": REMOTE_BLACKED_OUT,
    "offline": REMOTE_OFFLINE,
    "assumed-offline": REMOTE_ASSUMED_OFFLINE,
    "rate-limited": UPSTREAM_RATE_LIMITED,
    "storage-full": STORAGE_FULL,
    "lock-down": ARTIFACTORY_UNHEALTHY,
    "unavailable": ARTIFACTORY_UNHEALTHY,
}

STAGES: dict[UpstreamStage, str] = {
    "dns": "the name cgr.dev does not resolve there",
    "connect-timeout": "the connection is never answered (dropped)",
    "refused": "the connection is refused",
    "unreachable": "there is no route",
    "reset": "the connection is reset",
    "read-timeout": "the answer does not come in time",
}


def said_plainly(case: Case) -> Finding | None:
    """Where Artifactory's answer names the mechanism itself."""
    code = SAID_PLAINLY.get(case.symptom)
    if code is None:
        return pattern(case) if case.symptom == "pattern" else None
    return fail(
        code,
        f"Artifactory answers {quoted(case.failed)}",
        subject=case.target.registry_host if code in (ARTIFACTORY_UNHEALTHY, STORAGE_FULL) else case.subject,
        evidence=case.evidence,
        confidence="certain" if case.failed and case.failed.message else "likely",
        remedy=_heals(case) if code is REMOTE_ASSUMED_OFFLINE else remedy.steps(code.fix),
    )


def pattern(case: Case) -> Finding:
    """The text speaks of patterns without saying which list."""
    excluded = any((remote.excludes_pattern or "") for remote in (case.settings.remotes if case.settings else ()))
    code = EXCLUDE_PATTERN_BLOCKS if excluded else INCLUDE_PATTERN_BLOCKS
    other = INCLUDE_PATTERN_BLOCKS if excluded else EXCLUDE_PATTERN_BLOCKS
    return fail(
        code,
        f"Artifactory rejects the path by its patterns: {quoted(case.failed)}",
        subject=case.subject,
        evidence=case.evidence,
        confidence="likely",
        rivals=[rival(other.name, "the other pattern list is empty", "artifactory-admin", case.subject)],
        remedy=remedy.steps(code.fix),
    )


def transport(case: Case) -> Finding:
    """Artifactory said that it could not talk upstream; the text may name the stage."""
    stage = upstream_stage(case.failed.message if case.failed else "")
    words = quoted(case.failed)
    if stage == "tls":
        return _upstream(case, UPSTREAM_TLS_UNTRUSTED, f"Artifactory does not trust what answers as cgr.dev: {words}")
    if stage == "proxy":
        return _upstream(case, UPSTREAM_PROXY_REFUSED, f"a proxy stands between Artifactory and cgr.dev: {words}")
    if stage:
        summary = f"Artifactory cannot reach cgr.dev, {STAGES[stage]}: {words}"
        return _upstream(case, UPSTREAM_UNREACHABLE, summary)
    return _upstream(
        case,
        UPSTREAM_FAILED,
        f"Artifactory could not talk to cgr.dev: {words}",
        (
            rival(
                "upstream-unreachable", "artifactory-request-out.log shows an answer of cgr.dev", "artifactory-admin"
            ),
            rival("pull-token-rejected", "the log shows a token answer of 200", "artifactory-admin"),
            rival("upstream-tls-untrusted", "the log shows no PKIX or handshake error", "artifactory-admin"),
            rival("upstream-proxy-refused", "the log shows no 407", "artifactory-admin"),
        ),
    )


def late(case: Case) -> Finding | None:
    """Artifactory answered the ping and then nothing for what it has to ask upstream: it is waiting for cgr.dev.

    Any other transport failure is one of our own way to Artifactory, which is judged there.
    """
    step, pinged = case.failed, case.through.pull.step("ping")
    reason = step.failure if step else None
    if step is None or reason is None or pinged is None or pinged.status is None or step.name == "token":
        return None
    if (reason.stage, reason.kind) != ("headers", "timeout") or step.redirected_to:
        return None
    return _upstream(
        case,
        UPSTREAM_UNREACHABLE,
        f"Artifactory gives no answer for {case.image} within {reason.seconds:.0f} s, as if it waited for cgr.dev",
        (rival("connection-timeout", "other resources of Artifactory are slow too", "network-team"),),
    )


def content_blocked(case: Case) -> Finding:
    """Artifactory refused a page in place of the content."""
    return _upstream(
        case,
        UPSTREAM_CONTENT_BLOCKED,
        f"something between Artifactory and cgr.dev answers with a web page: {quoted(case.failed)}",
        (rival("remote-url-mismatch", "the remote's URL is exactly https://cgr.dev/", "artifactory-admin"),),
    )


def _upstream(case: Case, code: Code, summary: str, rivals: tuple[Rival, ...] = ()) -> Finding:
    return fail(
        code,
        summary,
        subject="cgr.dev",
        evidence=case.evidence,
        confidence="likely",
        rivals=rivals,
        remedy=remedy.steps(
            code.fix,
            "From the Artifactory host, curl -sSI https://cgr.dev/v2/ must answer 401 with a Bearer challenge.",
            commands=(remedy.shell("On the Artifactory host", "curl", "-sSI", "https://cgr.dev/v2/"),),
        ),
    )


def _heals(case: Case) -> remedy.Remedy:
    periods = [r.assumed_offline_period for r in (case.settings.remotes if case.settings else ())]
    seconds = next((period for period in periods if period is not None), None)
    span = f"{seconds} s" if seconds is not None else "the Assumed Offline Period (300 s unless set)"
    return remedy.steps(
        "Mend Artifactory's way to cgr.dev; the state ends by itself",
        f"A retry within {span} after the failure proves nothing.",
        "Saving the repository's configuration ends the state at once.",
        commands=(remedy.pull(case.target.image),),
    )

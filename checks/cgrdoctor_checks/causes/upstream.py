"""Judging Artifactory's way to Chainguard, which this machine cannot see: inferred from what Artifactory answered."""

from __future__ import annotations

from cgrdoctor import Code, Finding, Rival, fail
from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor_checks.causes.alternatives import (
    BLOCKED,
    CATALOG,
    CLOCK,
    EXPIRED,
    FILTER,
    HEAD,
    INSPECTED,
    NETWORK,
    OTHER_ORG,
    OWN_PROXY,
    ROLE,
    TOKEN,
    URL,
    rival,
)
from cgrdoctor_checks.causes.head_requests import head_unusable
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.upstream_stage import Hint, Stage, hint
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_BLOB_HOST_BLOCKED,
    UPSTREAM_CONTENT_BLOCKED,
    UPSTREAM_FAILED,
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_TLS_UNTRUSTED,
    UPSTREAM_UNREACHABLE,
)
from cgrdoctor_checks.remedies import commands

STAGES: dict[Stage, str] = {
    "dns": "its name does not resolve there",
    "connect-timeout": "the connection is never answered (dropped)",
    "refused": "the connection is refused",
    "unreachable": "there is no route",
    "tls": "the TLS handshake is broken off",
    "reset": "the connection is reset",
    "read-timeout": "the answer does not come in time",
}


def transport(case: Case) -> Finding:
    """Artifactory said that it could not talk upstream; something in this run may name the stage."""
    found = hint(case)
    if found is not None:
        return at_stage(case, found)
    rivals = (BLOCKED, TOKEN, INSPECTED, OWN_PROXY, HEAD, *of_the_account(case))
    return head_unusable(case) or failed_somehow(case, REGISTRY_HOST, rivals)


def at_stage(case: Case, found: Hint, host: str = REGISTRY_HOST) -> Finding:
    """The code for the stage, each with the rivals that the stage leaves."""
    if found.stage == "untrusted":
        summary = f"Artifactory does not trust what answers as {host}: {found.words}"
        return _upstream(case, UPSTREAM_TLS_UNTRUSTED, summary, (_clock(case), FILTER), found.evidence, host)
    if found.stage == "proxy":
        summary = f"a proxy stands between Artifactory and {host}, and refuses: {found.words}"
        return _upstream(case, UPSTREAM_PROXY_REFUSED, summary, (BLOCKED, FILTER), found.evidence, host)
    if found.stage == "page":
        return content_blocked(case, found.words, found.evidence)
    if found.stage == "outage":
        return outage(case, found)
    if host == BLOB_HOST:
        return blob_host(case, f"{STAGES[found.stage]}: {found.words}", found.evidence)
    summary = f"Artifactory cannot reach {host}, {STAGES[found.stage]}: {found.words}"
    rivals = (*_url(case), INSPECTED if found.stage == "tls" else OWN_PROXY)
    return _upstream(case, UPSTREAM_UNREACHABLE, summary, rivals, found.evidence)


def outage(case: Case, found: Hint) -> Finding:
    """cgr.dev answers this machine with a failure of its own; no firewall of Artifactory's does that."""
    return fail(
        UPSTREAM_UNREACHABLE,
        f"Artifactory gets nothing new from cgr.dev, which is out of order itself: {found.words}",
        subject=REGISTRY_HOST,
        evidence=tuple(dict.fromkeys((*found.evidence, *case.evidence))),
        confidence="likely",
        rivals=(BLOCKED,),
        owner="chainguard-support",
        remedy=commands.steps(
            "Wait until cgr.dev is well again",
            "Look at https://status.cgr.dev; if nothing is announced there, tell Chainguard support.",
            "Meanwhile cached images pull: pin what builds need by digest.",
            commands=(
                commands.shell("See how it answers", "curl", "-sSI", "https://cgr.dev/v2/"),
                commands.pull(case.target.image),
            ),
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
        (rival("connection-timeout", "other resources of Artifactory answer at once", NETWORK), OWN_PROXY),
    )


def content_blocked(case: Case, words: str | None = None, evidence: tuple[str, ...] = ()) -> Finding:
    """A page came in place of the content, and Artifactory refused it."""
    return _upstream(
        case,
        UPSTREAM_CONTENT_BLOCKED,
        f"something between Artifactory and cgr.dev answers with a web page: {words or quoted(case.failed)}",
        (*_url(case), OWN_PROXY),
        evidence,
    )


def blob_host(case: Case, words: str, evidence: tuple[str, ...] = (), rivals: tuple[Rival, ...] = ()) -> Finding:
    """Manifests come, what lies on the blob host does not."""
    step = case.failed
    return _upstream(
        case,
        UPSTREAM_BLOB_HOST_BLOCKED,
        f"Artifactory has the manifest of {case.image} but not its {step.name if step else 'blob'}: {words}",
        rivals or (OWN_PROXY,),
        evidence,
        BLOB_HOST,
    )


def failed_somehow(case: Case, host: str, rivals: tuple[Rival, ...], words: str | None = None) -> Finding:
    """The umbrella: the leg is known, the cause is not."""
    summary = f"Artifactory could not talk to {host}: {words or quoted(case.failed)}"
    return _upstream(case, UPSTREAM_FAILED, summary, rivals, subject=host)


def of_the_account(case: Case) -> tuple[Rival, ...]:
    """Causes in the token exchange, while nothing shows that it is the network: those the control image leaves."""
    if not case.private:
        return ()
    return (EXPIRED, OTHER_ORG, CATALOG, ROLE) if case.control_state != "same" else (EXPIRED,)


def _url(case: Case) -> tuple[Rival, ...]:
    """The URL may name another host, unless it could be read (then its own check judges it)."""
    return (URL,) if case.settings is None else ()


def _clock(case: Case) -> Rival:
    """Certificates are judged by a clock; Artifactory's own, if its answers carry a right Date, is none of it."""
    skew = case.failed.skew if case.failed else None
    return BLOCKED if skew is not None and abs(skew) <= 60 else CLOCK


def _upstream(
    case: Case,
    code: Code,
    summary: str,
    rivals: tuple[Rival, ...],
    evidence: tuple[str, ...] = (),
    subject: str = REGISTRY_HOST,
) -> Finding:
    return fail(
        code,
        summary,
        subject=subject,
        evidence=tuple(dict.fromkeys((*evidence, *case.evidence))),
        confidence="likely",
        rivals=tuple(one for one in dict.fromkeys(rivals) if one.code != code.name),
        remedy=commands.egress(code.fix, case.target.image),
    )

"""Judging Artifactory's way to Chainguard, which this machine cannot see: inferred from what Artifactory answered."""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Code, Finding, Rival, fail
from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor_checks.causes.alternatives import (
    BLOCKED,
    CATALOG,
    CLOCK,
    EXPIRED,
    HEAD,
    INSPECTED,
    INSPECTED_BLOBS,
    NETWORK,
    OF_THE_WAY,
    OTHER_ORG,
    OWN_PROXY,
    ROLE,
    TOKEN,
    URL,
    rival,
)
from cgrdoctor_checks.causes.head_requests import head_unusable
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.upstream_stage import Hint, hint
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_BLOB_HOST_BLOCKED,
    UPSTREAM_FAILED,
    UPSTREAM_UNREACHABLE,
)
from cgrdoctor_checks.facts.artifactory.upstream_stages import OUTAGE, PAGE, UpstreamStage
from cgrdoctor_checks.remedies import commands


def transport(case: Case) -> Finding:
    """Artifactory said that it could not talk upstream; something in this run may name the stage."""
    found = hint(case)
    if found is not None:
        return at_stage(case, found)
    rivals = (BLOCKED, TOKEN, INSPECTED, OWN_PROXY, HEAD, *of_the_account(case))
    return head_unusable(case) or failed_somehow(case, REGISTRY_HOST, rivals)


def at_stage(case: Case, found: Hint, host: str = REGISTRY_HOST) -> Finding:
    """What the stage's own row says, with the rivals that are left of it."""
    stage = found.stage
    if stage is OUTAGE:
        return _outage(case, found)
    lacking = f", and so has no {case.failed.name} of {case.image}" if host == BLOB_HOST and case.failed else ""
    summary = f"{stage.sentence.format(host=host)}{lacking}: {found.words}"
    return _upstream(case, stage.code_at(host), summary, tuple(_open(case, stage, host)), found.evidence, host)


def _open(case: Case, stage: UpstreamStage, host: str) -> Iterator[Rival]:
    """The rivals of the row that this run leaves open."""
    for code in stage.rivals:
        if code == CLOCK.code:
            yield _clock(case)
        elif code == INSPECTED.code and host == BLOB_HOST:
            yield INSPECTED_BLOBS
        elif code == URL.code:
            yield from _url(case) if host == REGISTRY_HOST else ()
        else:
            yield OF_THE_WAY[code]


def _outage(case: Case, found: Hint) -> Finding:
    """cgr.dev answers this machine with a failure of its own; no firewall of Artifactory's does that."""
    return fail(
        found.stage.code,
        f"{found.stage.sentence.format(host=REGISTRY_HOST)}: {found.words}",
        subject=REGISTRY_HOST,
        evidence=tuple(dict.fromkeys((*found.evidence, *case.evidence))),
        confidence="likely",
        rivals=tuple(_open(case, found.stage, REGISTRY_HOST)),
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


def content_blocked(case: Case) -> Finding:
    """A page came in place of the content, and Artifactory refused it."""
    return at_stage(case, Hint(PAGE, quoted(case.failed), ()))


def blob_host(case: Case, words: str, rivals: tuple[Rival, ...]) -> Finding:
    """Manifests come, what lies on the blob host does not."""
    step = case.failed
    return _upstream(
        case,
        UPSTREAM_BLOB_HOST_BLOCKED,
        f"Artifactory has the manifest of {case.image} but not its {step.name if step else 'blob'}: {words}",
        rivals,
        subject=BLOB_HOST,
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

"""The clocks.

## What it looks at
The Date headers of Artifactory and of cgr.dev against this machine's clock.

## Why it matters
Certificates and tokens are judged by the clock; a wrong one makes good ones look expired.

## How it fails
`certificate has expired or is not yet valid: current time ...`, tokens refused at once.

## How to fix
Synchronise by NTP the machine that is off.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Rival, Unobservable, check, graded
from cgrdoctor_checks.codes.network import CLOCK_SKEW
from cgrdoctor_checks.facts.artifactory.ping import ArtifactoryPing
from cgrdoctor_checks.facts.direct.pulls import UpstreamPing
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.remedies import commands

TOLERANCE = 60
"""Seconds of difference that are nobody's fault."""


@check("network.clock", title="The clocks agree", codes=[CLOCK_SKEW])
def clocks(
    ping: ArtifactoryPing | None, pinged: RegistryPing | None, upstream: UpstreamPing | None
) -> Iterator[Finding]:
    """Two hosts that agree against us show that it is our clock; one alone leaves it open."""
    artifactory = next((fact.step for fact in (ping, pinged) if fact and fact.step.skew is not None), None)
    theirs = artifactory.skew if artifactory else None
    reference = upstream.step.skew if upstream else None
    if theirs is None and reference is None:
        raise Unobservable("no answer carried a Date")
    evidence = evidence_of(ping, pinged, upstream)
    if (
        reference is not None
        and abs(reference) > TOLERANCE
        and (theirs is None or abs(theirs - reference) <= TOLERANCE)
    ):
        yield _skew("this machine", reference, evidence, certain=theirs is not None)
    elif theirs is not None and abs(theirs) > TOLERANCE and artifactory is not None:
        known = reference is not None and abs(reference) <= TOLERANCE
        yield _skew(artifactory.host if known else "this machine", theirs, evidence, certain=known)


def _skew(subject: str, seconds: float, evidence: tuple[str, ...], *, certain: bool) -> Finding:
    ours = subject == "this machine"
    difference = f"{abs(seconds):.0f} s {'behind' if (seconds > 0) == ours else 'ahead'}"
    return graded(
        CLOCK_SKEW,
        "warn",
        f"the clock of {subject} is {difference}",
        subject=subject,
        expected=f"at most {TOLERANCE} s",
        actual=difference,
        evidence=evidence,
        leg="client" if ours else "artifactory",
        owner="developer" if ours else "artifactory-admin",
        confidence="certain" if certain else "likely",
        rivals=()
        if certain
        else (
            Rival(
                code="clock-skew",
                would_be_excluded_by="a third clock agrees with this machine's",
                who="artifactory-admin",
                subject="Artifactory",
            ),
        ),
        remedy=commands.steps(
            f"{CLOCK_SKEW.fix.rstrip('.')} on {subject}",
            commands=(commands.shell(f"On {subject}: whether a time service is in use", "timedatectl", "status"),),
        ),
    )

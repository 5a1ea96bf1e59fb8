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

from cgrdoctor import Finding, Rival, Severity, Unobservable, check, graded
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.answer import parse_date
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.net.path import Path
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes.network import CLOCK_SKEW
from cgrdoctor_checks.facts.artifactory.ping import ArtifactoryPing
from cgrdoctor_checks.facts.cache.recheck import span
from cgrdoctor_checks.facts.direct.pulls import UpstreamPing
from cgrdoctor_checks.facts.network.paths import ArtifactoryPath, UpstreamPath
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.network.path_findings import OUTSIDE, within_dates
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.instance import of_jfrog

TOLERANCE = 60
"""Seconds of difference that are nobody's fault."""


@check("network.clock", title="The clocks agree", codes=[CLOCK_SKEW])
def clocks(
    ping: ArtifactoryPing | None,
    pinged: RegistryPing | None,
    upstream: UpstreamPing | None,
    here: ArtifactoryPath | None,
    there: UpstreamPath | None,
    invocation: Invocation | None,
) -> Iterator[Finding]:
    """Two hosts that agree against us show that it is our clock; one alone leaves it open.

    A certificate that only our clock finds wanting is a second witness, and a failure where pulls need it.
    """
    artifactory = next((fact.step for fact in (ping, pinged) if fact and fact.step.skew is not None), None)
    theirs = artifactory.skew if artifactory else None
    reference = upstream.step.skew if upstream else None
    if theirs is None and reference is None:
        raise Unobservable("no answer carried a Date")
    seen = [path.path for path in (here, there) if path is not None and _misjudged(path.path, artifactory, upstream)]
    evidence = evidence_of(ping, pinged, upstream, *(path for path in (here, there) if path and path.path in seen))
    needed = any(path.host != REGISTRY_HOST or (invocation and invocation.vantage == "artifactory") for path in seen)
    severity: Severity = "fail" if needed else "warn"
    if (
        reference is not None
        and abs(reference) > TOLERANCE
        and (theirs is None or abs(theirs - reference) <= TOLERANCE)
    ):
        yield _skew("this machine", reference, evidence, severity, certain=theirs is not None or bool(seen))
    elif theirs is not None and abs(theirs) > TOLERANCE and artifactory is not None:
        known = reference is not None and abs(reference) <= TOLERANCE
        subject = artifactory.host if known else "this machine"
        yield _skew(subject, theirs, evidence, severity, certain=known or bool(seen))


def _misjudged(path: Path, artifactory: Step | None, upstream: UpstreamPing | None) -> bool:
    """Whether the path's certificate is outside its dates by our clock, and within them by that of a host."""
    if path.trouble is None or path.trouble.kind not in OUTSIDE:
        return False
    shown = [tried.certificate for tried in path.addresses if tried.failure is not None and tried.certificate]
    told = (artifactory, upstream.step if upstream else None)
    moments = [moment for step in told if step is not None and (moment := parse_date(step.header("date")))]
    return any(within_dates(one, moment) for one in shown for moment in moments)


def _skew(subject: str, seconds: float, evidence: tuple[str, ...], severity: Severity, *, certain: bool) -> Finding:
    ours = subject == "this machine"
    difference = f"{span(abs(seconds))} {'behind' if (seconds > 0) == ours else 'ahead'}"
    return graded(
        CLOCK_SKEW,
        severity,
        f"the clock of {subject} is {difference}",
        subject=subject,
        expected=f"at most {TOLERANCE} s",
        actual=difference,
        evidence=evidence,
        leg="client" if ours else "artifactory",
        owner=None if ours or of_jfrog(subject) else "artifactory-admin",
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

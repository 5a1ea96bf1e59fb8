"""Judging answers in which Artifactory itself names a state or a rule that stops the pull."""

from __future__ import annotations

from cgrdoctor import Code, Confidence, Finding, Rival, fail
from cgrdoctor_checks.causes.alternatives import ADMIN, NETWORK, rival
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.rate_limit import rate_limited
from cgrdoctor_checks.causes.recovery_time import healed_at
from cgrdoctor_checks.causes.upstream import transport
from cgrdoctor_checks.causes.upstream_stage import told_by_artifactory, transport_seen
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_UNHEALTHY
from cgrdoctor_checks.codes.fields import (
    EXCLUDE_PATTERN_BLOCKS,
    INCLUDE_PATTERN_BLOCKS,
    REMOTE_BLACKED_OUT,
    REMOTE_OFFLINE,
)
from cgrdoctor_checks.codes.pull import REMOTE_ASSUMED_OFFLINE, STORAGE_FULL
from cgrdoctor_checks.remedies import commands

BY_TEXT: dict[str, Code] = {
    "blacked-out": REMOTE_BLACKED_OUT,
    "lock-down": ARTIFACTORY_UNHEALTHY,
}
"""Symptoms that only a text shows, and no other cause words so."""

OF_ARTIFACTORY = (ARTIFACTORY_UNHEALTHY, STORAGE_FULL)
"""Troubles of the whole instance."""


def said_plainly(case: Case) -> Finding | None:
    """Where Artifactory's answer names the mechanism itself."""
    if case.symptom in BY_TEXT:
        return _said(case, BY_TEXT[case.symptom], "certain")
    if case.symptom == "assumed-offline" and case.failed is not None and case.failed.name in ("config", "layer"):
        return None
    judge = {
        "assumed-offline": assumed_offline,
        "offline": offline,
        "pattern": pattern,
        "rate-limited": rate_limited,
        "storage-full": storage_full,
        "unavailable": unavailable,
    }.get(case.symptom)
    return judge(case) if judge else None


def assumed_offline(case: Case) -> Finding:
    """The state itself, unless this run also saw the failure that opened it.

    A virtual keeps its members' answers back, so that the first one to say so is no first answer: what Artifactory
    tells of its connection counts then.
    """
    kept_back = case.behind is not None and told_by_artifactory(case) is not None
    if kept_back or transport_seen(case.failures) is not None:
        return transport(case)
    return _said(case, REMOTE_ASSUMED_OFFLINE, "certain", solution=_heals(case))


def offline(case: Case) -> Finding:
    """Artifactory says "offline" of three states: the remote's switch, the instance's, and the one it assumes."""
    switches = [remote.offline for remote in (case.settings.remotes if case.settings else ())]
    if any(switches):
        return _said(case, REMOTE_OFFLINE, "certain")
    assumed = rival(
        "remote-assumed-offline", "the failure lasts longer than the Assumed Offline Period", ADMIN, case.subject
    )
    switched = rival(
        "remote-offline", "Offline of the remote and the instance's Global Offline Mode are off", ADMIN, case.subject
    )
    if False in switches:
        return _said(case, REMOTE_ASSUMED_OFFLINE, "likely", (switched,), _heals(case))
    return _said(case, REMOTE_OFFLINE, "likely", (assumed,))


def pattern(case: Case) -> Finding:
    """The text speaks of patterns without saying which list."""
    excluded = any((remote.excludes_pattern or "") for remote in (case.settings.remotes if case.settings else ()))
    code = EXCLUDE_PATTERN_BLOCKS if excluded else INCLUDE_PATTERN_BLOCKS
    other = INCLUDE_PATTERN_BLOCKS if excluded else EXCLUDE_PATTERN_BLOCKS
    return _said(case, code, "likely", (rival(other.name, "the other pattern list is empty", ADMIN, case.subject),))


def storage_full(case: Case) -> Finding:
    """By its text; a bare 413 or 507 may be a reverse proxy's."""
    said = case.failed is not None and bool(case.failed.message)
    proxy = rival("artifactory-unhealthy", "Storage Summary shows free space", ADMIN)
    return _said(case, STORAGE_FULL, "certain" if said else "likely", () if said else (proxy,))


def unavailable(case: Case) -> Finding:
    """502 to 504 without a mechanism: a sick node, or a gateway that lost patience while Artifactory waits upstream."""
    waiting = rival("upstream-failed", "resources that need no upstream are answered 5xx too", NETWORK)
    return _said(case, ARTIFACTORY_UNHEALTHY, "likely", (waiting,))


def _said(
    case: Case,
    code: Code,
    confidence: Confidence,
    rivals: tuple[Rival, ...] = (),
    solution: commands.Remedy | None = None,
) -> Finding:
    return fail(
        code,
        f"Artifactory answers {quoted(case.failed)}",
        subject=case.target.registry_host if code in OF_ARTIFACTORY else case.subject,
        evidence=case.evidence,
        confidence=confidence,
        rivals=rivals,
        remedy=solution or commands.steps(code.fix, commands=(commands.pull(case.target.image),)),
    )


def _heals(case: Case) -> commands.Remedy:
    periods = [r.assumed_offline_period for r in (case.settings.remotes if case.settings else ())]
    seconds = next((period for period in periods if period is not None), None)
    span = f"{seconds} s" if seconds is not None else "the Assumed Offline Period (300 s unless set)"
    moment = healed_at(case.through, seconds or 300)
    return commands.egress(
        "Mend Artifactory's way to cgr.dev; the state ends by itself",
        case.target.image,
        f"A retry within {span} after the failure proves nothing.",
        f"Once cgr.dev answers again, the state ends by itself by {moment} (Artifactory's clock).",
        "Saving the repository's configuration ends the state at once.",
    )

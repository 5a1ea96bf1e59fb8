"""Findings whose state or rule Artifactory names itself: in its answer, or in its trace of the same manifest."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from cgrdoctor import Code, Confidence, Finding, fail
from cgrdoctor.net.hosts import is_jfrog_cloud
from cgrdoctor_checks.causes import cluster_nodes
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.recovery_time import healed_at
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_UNHEALTHY
from cgrdoctor_checks.codes.fields import (
    EXCLUDE_PATTERN_BLOCKS,
    INCLUDE_PATTERN_BLOCKS,
    REMOTE_BLACKED_OUT,
    REMOTE_OFFLINE,
)
from cgrdoctor_checks.codes.pull import REMOTE_ASSUMED_OFFLINE, STORAGE_FULL
from cgrdoctor_checks.facts.artifactory.configuration import usual
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.unwell import bring_up
from cgrdoctor_checks.remedies.way_upstream import egress

OF_ARTIFACTORY = (ARTIFACTORY_UNHEALTHY, STORAGE_FULL)
"""Troubles of the whole instance."""

IN_WORDS = {"offline": "the remote or the instance is set offline", "assumed-offline": "it assumes the remote offline"}


def blacked_out(case: Case) -> Finding:
    """Ignore Repository, in Artifactory's words."""
    return _said(case, REMOTE_BLACKED_OUT, "certain")


def assumed_offline(case: Case) -> Finding:
    """The state, and when it ends by itself."""
    sure: Confidence = "certain" if case.symptom == "assumed-offline" and case.behind is None else "likely"
    found = _said(case, REMOTE_ASSUMED_OFFLINE, sure, _heals(case))
    return replace(found, owner="jfrog-support") if is_jfrog_cloud(case.target.registry_host) else found


def offline(case: Case) -> Finding:
    """Artifactory says "offline" of three states: the remote's switch, the instance's, and the one it assumes."""
    read = any(remote.offline for remote in (case.settings.remotes if case.settings else ()))
    traced = case.trace is not None and case.trace.said == "offline"
    return _said(case, REMOTE_OFFLINE, "certain" if read or traced else "likely")


def include_pattern(case: Case) -> Finding:
    """The text speaks of patterns without saying which list."""
    return _said(case, INCLUDE_PATTERN_BLOCKS, _of_pattern(case))


def exclude_pattern(case: Case) -> Finding:
    """The same of the other list."""
    return _said(case, EXCLUDE_PATTERN_BLOCKS, _of_pattern(case))


def _of_pattern(case: Case) -> Confidence:
    return "certain" if case.settings is not None and case.symptom != "pattern" else "likely"


def storage_full(case: Case) -> Finding:
    """By its text; a bare 413 or 507 may be a reverse proxy's."""
    return _said(case, STORAGE_FULL, "certain" if case.failed is not None and case.failed.message else "likely")


def unavailable(case: Case) -> Finding:
    """Its own words; 502 to 504 without them are a sick node, or a gateway that lost patience while it waits."""
    differing = cluster_nodes.differing(case)
    if differing is not None and differing.code == ARTIFACTORY_UNHEALTHY.name:
        return differing
    sure: Confidence = "certain" if case.symptom == "lock-down" else "likely"
    host, image = case.target.registry_host, case.target.image
    return _said(case, ARTIFACTORY_UNHEALTHY, sure, bring_up(host, case.failed, image))


def _said(case: Case, code: Code, confidence: Confidence, solution: commands.Remedy | None = None) -> Finding:
    return fail(
        code,
        _words(case),
        subject=case.target.registry_host if code in OF_ARTIFACTORY else case.subject,
        evidence=tuple(dict.fromkeys((*evidence_of(case.trace), *case.evidence))),
        confidence=confidence,
        remedy=solution or _by_hand(case, code),
    )


SWITCHES: Mapping[str, Mapping[str, object]] = {
    REMOTE_BLACKED_OUT.name: {"blacked_out": False},
    REMOTE_OFFLINE.name: {"offline": False},
    INCLUDE_PATTERN_BLOCKS.name: {"includes_pattern": "**/*"},
    EXCLUDE_PATTERN_BLOCKS.name: {"excludes_pattern": ""},
}
"""The settings that end what Artifactory says, by code."""


def _by_hand(case: Case, code: Code) -> commands.Remedy:
    """Where it is a setting of a remote, the setting; of a virtual it may be any member's."""
    last = (commands.pull(case.target.image),)
    key, base, summary = case.subject, case.target.artifactory_url, code.fix.rstrip(".")
    if code.name not in SWITCHES or key == case.target.registry_host or case.virtual:
        return commands.steps(code.fix, commands=last)
    settings = dict(SWITCHES[code.name])
    if code is INCLUDE_PATTERN_BLOCKS and case.settings is None:  # its words are the same for both lists
        settings |= SWITCHES[EXCLUDE_PATTERN_BLOCKS.name]
        summary = "Set Include Patterns to **/* and empty Exclude Patterns"
    remedy = commands.change(key, base, f"{summary} on {key}", settings)
    return replace(remedy, commands=(*remedy.commands, *last))


def _words(case: Case) -> str:
    log = case.trace
    if case.symptom == "unfound" and log is not None and log.said in ("offline", "assumed-offline", "denied"):
        return f"Artifactory's own trace of {case.image} says why: {IN_WORDS.get(log.said) or log.why}"
    return f"Artifactory answers {quoted(case.failed)}"


def _heals(case: Case) -> commands.Remedy:
    periods = [r.assumed_offline_period for r in (case.settings.remotes if case.settings else ())]
    seconds = next((period for period in periods if period is not None), None)
    unless_set = usual("assumed_offline_period")
    span = f"{seconds} s" if seconds is not None else f"the Assumed Offline Period ({unless_set} s unless set)"
    moment = healed_at(case.through, seconds or unless_set)
    lines = (
        f"Wait until {moment} (Artifactory's clock): the state ends by itself, {span} after the failure.",
        f"Saving {case.subject} in Administration > Repositories > Remote ends it at once.",
    )
    if is_jfrog_cloud(case.target.registry_host):
        return commands.steps(
            "If the state comes back once it has ended, ask JFrog support why the instance does not reach cgr.dev",
            *lines,
            commands=(commands.pull(case.target.image),),
        )
    return egress("Mend Artifactory's way to cgr.dev; the state ends by itself", case.target.image, *lines)

"""The finding about a miss that Artifactory remembers of what cgr.dev has."""

from __future__ import annotations

from cgrdoctor import Finding, fail
from cgrdoctor_checks.causes import cluster_nodes
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.recovery_time import healed_at
from cgrdoctor_checks.codes.cache import MISSED_RETRIEVAL_CACHED
from cgrdoctor_checks.remedies import clear_cache, commands


def remembered(case: Case) -> Finding:
    """404 through Artifactory for what cgr.dev serves, or for what another try brings."""
    differing = cluster_nodes.differing(case)
    if differing is not None and differing.code == MISSED_RETRIEVAL_CACHED.name:
        return differing
    there = case.verdict == "works" or bool(case.tags and case.tags.has_tag)
    seen = (
        f"cgr.dev serves {case.image}" if case.verdict == "works" else f"the live tag list has the tag of {case.image}"
    )
    known = seen if there else f"{case.image} may exist at cgr.dev"
    return fail(
        MISSED_RETRIEVAL_CACHED,
        f"{known}, Artifactory says that it is missing: {quoted(case.failed)}",
        subject=case.target.image,
        evidence=case.evidence,
        confidence="likely",
        remedy=_forgotten(case),
    )


def _forgotten(case: Case) -> commands.Remedy:
    """Wait, until when by Artifactory's clock, or clear; by which call depends on the version."""
    periods = [r.missed_retrieval_cache_period for r in (case.settings.remotes if case.settings else ())]
    seconds = next((period for period in periods if period is not None), None)
    span = f"{seconds} s" if seconds is not None else "the Missed Retrieval Cache Period (1800 s unless set)"
    healed = healed_at(case.through, seconds if seconds is not None else 1800)
    return commands.steps(
        f"Wait until {healed} (Artifactory's clock), or clear what Artifactory remembers of {case.image}",
        f"It remembers a miss for {span}; a retry before proves nothing and does not prolong it.",
        "Every node of a cluster remembers by itself.",
        commands=(
            *clear_cache.miss(
                case.target.artifactory_url,
                case.spelled(case.cache_key),
                case.target.path_in_repository,
                case.caller,
            ),
            commands.pull(case.target.image),
        ),
    )

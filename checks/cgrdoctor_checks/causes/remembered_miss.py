"""The finding about a miss that Artifactory remembers of what cgr.dev has."""

from __future__ import annotations

from cgrdoctor import Finding, fail
from cgrdoctor_checks.causes import cluster_nodes, damaged_cache
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.cache import MISSED_RETRIEVAL_CACHED


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
        remedy=damaged_cache.forget_the_miss(case),
    )

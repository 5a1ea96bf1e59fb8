"""Judging a pull whose manifest failed once and came at a further try."""

from __future__ import annotations

from cgrdoctor import Code, Finding, fail
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_UNHEALTHY, NODES_DIFFER
from cgrdoctor_checks.codes.cache import MISSED_RETRIEVAL_CACHED
from cgrdoctor_checks.facts.pull.retries import CLUSTERED, NODE, tallied
from cgrdoctor_checks.remedies import commands

CODES: dict[str, Code] = {
    "unavailable": ARTIFACTORY_UNHEALTHY,
    "lock-down": ARTIFACTORY_UNHEALTHY,
    "unfound": MISSED_RETRIEVAL_CACHED,
}


def differing(case: Case) -> Finding | None:
    """The same request was answered in two ways within a moment: by nodes that disagree, or by a state that passes."""
    if case.again is None or case.again.better is None or case.failed is None:
        return None
    steps = (case.failed, *case.again.tries)
    nodes = [step.header(NODE) for step in (case.failed, case.again.better)]
    apart = all(nodes) and nodes[0] != nodes[1]
    code = CODES.get(case.symptom) or (NODES_DIFFER if apart and case.symptom in CLUSTERED else None)
    if code is None:
        return None
    return fail(
        code,
        f"the answers to the same request for {case.target.image} differ: {tallied(steps)}",
        subject=case.target.image if code is MISSED_RETRIEVAL_CACHED else case.target.registry_host,
        evidence=tuple(step.exchange for step in steps),
        confidence="certain" if apart else "likely",
        remedy=commands.steps(
            f"Take {nodes[0]} out of the load balancer until it answers as the others do"
            if apart
            else "Compare the nodes of the cluster, and take the one that fails out of the load balancer",
            "Look at its logs; restart it, or zap the cache there.",
            "What one node remembers (misses, offline state, upstream tokens) the others do not know.",
            commands=(commands.pull(case.target.image),),
        ),
    )

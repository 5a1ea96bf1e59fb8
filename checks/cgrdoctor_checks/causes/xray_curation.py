"""Judging a pull that a policy of JFrog's stops: in its own words, in words nobody has seen, or hidden behind 404."""

from __future__ import annotations

from cgrdoctor import Finding, fail
from cgrdoctor_checks.causes.alternatives import rival
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.policy import CURATION_BLOCKED, XRAY_BLOCKED
from cgrdoctor_checks.facts.policy.block import is_policy, names_curation
from cgrdoctor_checks.remedies import commands

PASSES = ("works", "cached")
"""States of the control image in which this login may read the repository; from where it came does not matter."""


def blocked(case: Case) -> Finding | None:
    """A refusal of this image that is neither the user's nor the repository's."""
    step = case.failed
    if step is None or not is_policy(step, others_pass=case.control_state in PASSES):
        return None
    told = names_curation(step, case.curated)
    code, other = (CURATION_BLOCKED, XRAY_BLOCKED) if told else (XRAY_BLOCKED, CURATION_BLOCKED)
    plain = case.symptom in ("xray", "curation")
    rivals = [
        rival(other.name, f"the refusal stands in the log of {code.title.split()[1]}", "artifactory-admin"),
        rival("artifactory-permission-denied", "an admin is refused too", "artifactory-admin", case.subject),
    ]
    return fail(
        code,
        f"Artifactory refuses {case.image}: {quoted(step)}",
        subject=case.subject,
        evidence=case.evidence,
        confidence="certain" if plain else "likely",
        rivals=() if plain else rivals[1 if told is not None else 0 :],
        remedy=commands.steps(code.fix, *_where(case)),
    )


def hidden(case: Case) -> Finding | None:
    """404 for what the cache holds: no miss, for what is cached is served; somebody forbids this one image."""
    entry = case.cached
    if entry is None or case.control_state not in PASSES:
        return None
    return fail(
        XRAY_BLOCKED,
        f"{entry.key} holds {case.image} in its cache and answers {quoted(case.failed)}, while other images pass",
        subject=entry.key,
        evidence=(*case.evidence, *(case.cache.exchanges if case.cache else ())),
        confidence="likely",
        rivals=(
            rival("curation-blocked", "the remote is not curated", "artifactory-admin", entry.key),
            rival("artifactory-permission-denied", "an admin is refused too", "artifactory-admin", entry.key),
            rival("include-pattern-blocks", "Include Patterns is **/*", "artifactory-admin", entry.key),
            rival("missed-retrieval-cached", "the pull works after a zap", "artifactory-admin", entry.key),
        ),
        remedy=commands.steps(XRAY_BLOCKED.fix, *_where(case)),
    )


def _where(case: Case) -> tuple[str, ...]:
    return (
        f"Artifactory's request.log and Xray's violations of {case.subject} name the policy and the watch.",
        "A blocked image is refused from the cache too; zapping does not help.",
    )

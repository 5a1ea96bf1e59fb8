"""The umbrella: the pull fails, and nothing that was seen names the cause."""

from __future__ import annotations

from cgrdoctor import Because, Confidence, Finding, fail
from cgrdoctor_checks.causes import damaged_cache, virtual_repository
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.pull import PULL_FAILED

ELSEWHERE = ("html", "unauthorized", "forbidden", "unsupported-route", "not-registry", "transport")
"""Symptoms of a pull that ends before Artifactory asks anybody, which other checks judge."""


def umbrella(case: Case) -> Finding:
    """What fails, in Artifactory's words."""
    special = virtual_repository.itself(case) or damaged_cache.as_at_upstream(case)
    if special is not None and special.code == PULL_FAILED.name:
        return special
    if case.symptom in ELSEWHERE and case.failed is not None and case.failed.name in ("token", "manifest"):
        return _between(case)
    test = case.egress
    summary = f"{case.target.image} does not come through {case.subject}: {quoted(case.failed)}"
    because = [Because(text=summary, evidence=case.evidence)]
    if test is not None and test.reached:
        because.append(Because(text=f"Artifactory itself reaches {test.endpoint}", evidence=test.exchanges))
    sure: Confidence = "likely" if case.control_state == "same" else "possible"
    return fail(PULL_FAILED, summary, subject=case.subject, evidence=case.evidence, confidence=sure, because=because)


def _between(case: Case) -> Finding:
    """The pull ends before Artifactory asks anybody: another check names the cause, this one the failure."""
    step = case.failed
    return fail(
        PULL_FAILED,
        f"the pull of {case.target.image} ends at its {step.name if step else 'start'}: {quoted(step)}",
        subject=case.subject,
        leg="client-to-artifactory",
        evidence=case.evidence,
        confidence="possible",
    )

"""Findings about a pull that a policy of JFrog's stops: in its own words, in words nobody has seen, or behind 404."""

from __future__ import annotations

from cgrdoctor import Code, Finding, fail
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.policy import CURATION_BLOCKED, XRAY_BLOCKED
from cgrdoctor_checks.remedies import commands


def by_xray(case: Case) -> Finding:
    """Xray's own words are proof; a refusal of its kind, or 404 for what the cache holds, is a sign."""
    return _refused(case, XRAY_BLOCKED, plain=case.symptom == "xray")


def by_curation(case: Case) -> Finding:
    """The same of Curation."""
    return _refused(case, CURATION_BLOCKED, plain=case.symptom == "curation")


def _refused(case: Case, code: Code, *, plain: bool) -> Finding:
    entry = case.cached if case.symptom == "unfound" else None
    held = (
        f"{entry.key} holds {case.image} in its cache and answers {quoted(case.failed)}, while other images pass"
        if entry
        else ""
    )
    return fail(
        code,
        held or f"Artifactory refuses {case.image}: {quoted(case.failed)}",
        subject=entry.key if entry else case.subject,
        evidence=(*case.evidence, *(case.cache.exchanges if case.cache and entry else ())),
        confidence="certain" if plain else "likely",
        remedy=commands.steps(f"{code.fix.rstrip('.')}: {case.image}", *_where(case)),
    )


def _where(case: Case) -> tuple[str, ...]:
    return (
        f"Watch Violations (Xray), or Curation > Audit Events, names the policy for {case.image} in {case.subject}.",
        "A blocked image is refused from the cache too; zapping does not help.",
    )

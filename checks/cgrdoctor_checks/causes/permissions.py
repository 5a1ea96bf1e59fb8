"""The finding about a login that may not read the repository, or a member of it."""

from __future__ import annotations

from cgrdoctor import Finding, fail
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.token import ARTIFACTORY_PERMISSION_DENIED
from cgrdoctor_checks.remedies import commands


def denied(case: Case) -> Finding:
    """Read for what is cached, Deploy/Cache for what is not."""
    cached = case.control_state in ("works", "cached")
    may = "another image of it pulls: Deploy/Cache may lack for what is not cached yet" if cached else ""
    words = quoted(case.failed)
    if case.symptom == "unfound" and case.trace is not None and case.trace.said == "denied":
        words = f"Artifactory's own trace says {case.trace.why}"
    return fail(
        ARTIFACTORY_PERMISSION_DENIED,
        f"this login may not read {case.subject}: {words}" + (f"; {may}" if may else ""),
        subject=case.subject,
        evidence=case.evidence,
        confidence="likely",
        remedy=commands.steps(
            ARTIFACTORY_PERMISSION_DENIED.fix,
            f"Administration > Identity and Access > Permissions: {case.subject} with Read and Deploy/Cache.",
        ),
    )

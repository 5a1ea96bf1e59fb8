"""The finding about a reference that names no organization."""

from __future__ import annotations

from cgrdoctor import Finding, fail
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.codes.reference import MISSING_ORGANIZATION
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import organization


def missing_organization(case: Case) -> Finding | None:
    """The same image with an organization in front exists at cgr.dev."""
    if case.spelling is None or case.spelling.verdict != "works":
        return None
    better = organization.better(case.target, case.spelling.path)
    usernames = [remote.username or "" for remote in (case.settings.remotes if case.settings else ())]
    return fail(
        MISSING_ORGANIZATION,
        f"cgr.dev has {case.spelling.path}, not {case.target.path_in_repository}",
        subject=case.target.image,
        expected=better,
        actual=case.target.image,
        evidence=evidence_of(case.spelling, case.direct),
        remedy=organization.in_front(case.target, case.spelling, usernames),
    )

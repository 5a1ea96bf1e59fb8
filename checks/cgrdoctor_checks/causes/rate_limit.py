"""Whose rate limit a 429 is: cgr.dev's, Artifactory's own, or that of something between us and Artifactory.

A request for which Artifactory asks nobody upstream is limited on this side; an answer without Artifactory's marks, in
a run whose other answers carry them, was written before Artifactory saw the request.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from cgrdoctor import Code, Finding, Rival, fail
from cgrdoctor_checks.causes.alternatives import ADMIN, NETWORK, REMEMBERED, rival
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_RATE_LIMITED, GATEWAY_RATE_LIMITED
from cgrdoctor_checks.codes.pull import UPSTREAM_RATE_LIMITED
from cgrdoctor_checks.facts.artifactory.fingerprint_headers import is_artifactory
from cgrdoctor_checks.facts.artifactory.symptom import OWN
from cgrdoctor_checks.remedies import commands

UPSTREAM = re.compile(r"\b(?:remote|upstream|cgr\.dev)\b", re.IGNORECASE)
"""Artifactory says of an upstream 429 that the remote repository reached the limit (captures of 7.161)."""

THEIRS = rival(UPSTREAM_RATE_LIMITED.name, "artifactory-request-out.log shows no 429 of cgr.dev", ADMIN)
OURS = rival(ARTIFACTORY_RATE_LIMITED.name, "Artifactory's request.log shows no 429 of that minute", ADMIN)
BETWEEN = rival(GATEWAY_RATE_LIMITED.name, "the same requests on the Artifactory host are not limited", NETWORK)


def rate_limited(case: Case) -> Finding:
    """By the direct pull, by words, by the endpoint, by the marks of the answer."""
    step = case.failed
    if case.verdict == "rate-limited" or (step is not None and UPSTREAM.search(step.message) and step.name not in OWN):
        return _limited(case, UPSTREAM_RATE_LIMITED, ())
    if step is None or is_artifactory(step):
        ours = step is not None and step.name in OWN
        code, other = (ARTIFACTORY_RATE_LIMITED, BETWEEN) if ours else (UPSTREAM_RATE_LIMITED, OURS)
        return _limited(case, code, (other,))
    if any(is_artifactory(one) for one in case.through.pull.steps):
        return _limited(case, GATEWAY_RATE_LIMITED, (OURS,) if step.name in OWN else (OURS, THEIRS))
    if step.name in OWN:
        return _limited(case, ARTIFACTORY_RATE_LIMITED, (BETWEEN,))
    return _limited(case, UPSTREAM_RATE_LIMITED, (OURS, BETWEEN))


def behind_a_miss(case: Case) -> Finding | None:
    """cgr.dev answers this machine 429, and Artifactory shows whatever upstream answers as a missing image."""
    if case.verdict != "rate-limited" or case.direct is None or case.control_state == "works":
        return None
    words = quoted(case.direct.pull.failed)
    found = _limited(case, UPSTREAM_RATE_LIMITED, (REMEMBERED,))
    return replace(
        found,
        summary=f"cgr.dev answers this machine {words}, and Artifactory shows nothing of it: {quoted(case.failed)}",
        evidence=tuple(dict.fromkeys((*case.direct.exchanges, *case.evidence))),
    )


def _limited(case: Case, code: Code, rivals: tuple[Rival, ...]) -> Finding:
    step = case.failed
    wait = step.header("retry-after") if step else None
    return fail(
        code,
        f"429 for the {step.name if step else 'pull'}: {quoted(step)}" + (f"; Retry-After is {wait}" if wait else ""),
        subject=case.subject if code is UPSTREAM_RATE_LIMITED else case.target.registry_host,
        evidence=case.evidence,
        confidence="likely" if rivals else "certain",
        rivals=rivals,
        remedy=commands.steps(
            code.fix,
            *((f"Wait {wait} s before the next try; every earlier one may prolong it.",) if wait else ()),
            commands=(commands.pull(case.target.image),),
        ),
    )

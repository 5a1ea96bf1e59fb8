"""Whose rate limit a 429 is: cgr.dev's, Artifactory's own, or that of something between us and Artifactory.

A request for which Artifactory asks nobody upstream is limited on this side; an answer without Artifactory's marks, in
a run whose other answers carry them, was written before Artifactory saw the request.
"""

from __future__ import annotations

import re
from datetime import datetime

from msgspec.structs import replace

from cgrdoctor import Code, Confidence, Finding, fail
from cgrdoctor.net.answer import parse_date
from cgrdoctor.net.retry_after import delay
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_RATE_LIMITED, GATEWAY_RATE_LIMITED
from cgrdoctor_checks.codes.pull import UPSTREAM_RATE_LIMITED
from cgrdoctor_checks.facts.cache.recheck import span
from cgrdoctor_checks.remedies import commands

UPSTREAM = re.compile(r"\b(?:remote|upstream|cgr\.dev)\b", re.IGNORECASE)
"""Artifactory says of an upstream 429 that the remote repository reached the limit (captures of 7.161)."""

OWN_LIMIT = re.compile(
    r"\b(?:set|imposed|defined|enforced)\s+by\s+(?:the\s+|your\s+)?(?:jfrog|artifactory)\b"
    r"|\bmonthly quota\b|\bquota for\b",
    re.IGNORECASE,
)
"""Artifactory names itself where the limit is its own, JFrog's cloud its quota (field reports, 2026)."""


def by_chainguard(case: Case) -> Finding:
    """In Artifactory's words, or as cgr.dev answers this machine."""
    seen = case.direct if case.verdict == "rate-limited" else None
    if seen is not None and case.symptom != "rate-limited":
        found = _limited(case, UPSTREAM_RATE_LIMITED, "likely")
        words = f"cgr.dev answers this machine {quoted(seen.pull.failed)}, and Artifactory shows nothing of it"
        evidence = tuple(dict.fromkeys((*seen.exchanges, *case.evidence)))
        return replace(found, summary=f"{words}: {quoted(case.failed)}", evidence=evidence)
    told = case.failed is not None and UPSTREAM.search(case.failed.message) is not None
    return _limited(case, UPSTREAM_RATE_LIMITED, "certain" if seen is not None or told else "likely")


def by_artifactory(case: Case) -> Finding:
    """For what asks nobody upstream, or in its own name."""
    return _limited(case, ARTIFACTORY_RATE_LIMITED, "likely")


def by_gateway(case: Case) -> Finding:
    """Without Artifactory's marks, in a run whose other answers carry them."""
    return _limited(case, GATEWAY_RATE_LIMITED, "likely")


def _limited(case: Case, code: Code, confidence: Confidence) -> Finding:
    step = case.failed
    subject = case.subject if code is UPSTREAM_RATE_LIMITED else case.target.registry_host
    return limited(code, step, subject, case.evidence, confidence, case.target.image, case.through.started_at)


def limited(
    code: Code,
    step: Step | None,
    subject: str,
    evidence: tuple[str, ...],
    confidence: Confidence,
    image: str,
    asked_at: str,
) -> Finding:
    """One 429, with how long it asks to wait; `asked_at` is UTC, RFC 3339."""
    told = step.header("retry-after") if step else None
    return fail(
        code,
        f"429 for the {step.name if step else 'pull'}: {quoted(step)}" + (f"; Retry-After is {told}" if told else ""),
        subject=subject,
        evidence=evidence,
        confidence=confidence,
        remedy=commands.steps(code.fix, *_patience(step, asked_at), commands=(commands.pull(image),)),
    )


def _patience(step: Step | None, asked_at: str) -> tuple[str, ...]:
    """How long the answer asks for, by the clock of who sent it where it names a moment."""
    if step is None:
        return ()
    seconds = delay(step.header("retry-after"), parse_date(step.header("date")) or datetime.fromisoformat(asked_at))
    if seconds is None:
        return ()
    return (f"Wait {span(seconds)} before the next try; every earlier one may prolong it.",)

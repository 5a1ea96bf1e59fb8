"""Whose rate limit a 429 is: cgr.dev's, Artifactory's own, or that of something between us and Artifactory.

A request for which Artifactory asks nobody upstream is limited on this side; an answer without Artifactory's marks, in
a run whose other answers carry them, was written before Artifactory saw the request.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from cgrdoctor import Code, Confidence, Finding, fail
from cgrdoctor.net.answer import parse_date
from cgrdoctor.net.retry_after import delay
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_RATE_LIMITED, GATEWAY_RATE_LIMITED
from cgrdoctor_checks.codes.front import QUOTA_EXCEEDED
from cgrdoctor_checks.codes.pull import UPSTREAM_RATE_LIMITED
from cgrdoctor_checks.facts.cache.recheck import span
from cgrdoctor_checks.remedies import commands

UPSTREAM = re.compile(r"\b(?:remote|upstream|cgr\.dev)\b", re.IGNORECASE)
"""Artifactory says of an upstream 429 that the remote repository reached the limit (captures of 7.161)."""

OWN_LIMIT = re.compile(
    r"\b(?:set|imposed|defined|enforced)\s+by\s+(?:the\s+|your\s+)?(?:jfrog|artifactory)\b", re.IGNORECASE
)
"""Artifactory names itself where the limit is its own (field reports, 2026)."""

QUOTA = re.compile(
    r"\bmonthly\b[a-z ,]{0,40}\b(?:quota|limit|allowance)\b"
    r"|\b(?:quota|limit|allowance)\b[a-z ,]{0,30}\b(?:data transfer|storage|this month|subscription|plan)\b"
    r"|\b(?:data transfer|storage)\b[a-z ,]{0,20}\b(?:quota|limit|allowance)\b[^.]{0,60}"
    r"(?:\.\s)?[^.]{0,60}\b(?:upgrade|subscription|plan)\b",
    re.IGNORECASE,
)
"""JFrog's cloud speaks of a quota of the subscription: of a month, of Data Transfer, of Storage (captured, 2026)."""

REFUSALS = (402, 403, 413, 429, 503, 507)
"""Statuses with which a quota that is used up was seen, or could be told."""


def speaks_of_quota(step: Step) -> bool:
    """Whether an answer says that a quota of JFrog's cloud is used up; of one upstream it would name that."""
    if step.status not in REFUSALS or step.shape == "html" or UPSTREAM.search(step.message):
        return False
    return QUOTA.search(step.message) is not None


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


def by_quota(case: Case) -> Finding:
    """In the words of JFrog's cloud."""
    step = next((one for one in case.failures if speaks_of_quota(one)), case.failed)
    return quota(step, case.target.registry_host, case.evidence)


def quota(step: Step | None, host: str, evidence: tuple[str, ...]) -> Finding:
    """No time to wait is told: it is the end of the month, or never."""
    what = "Storage" if step is not None and re.search(r"\bstorage\b", step.message, re.IGNORECASE) else "Data Transfer"
    spared = (
        "Free Storage: delete what nobody pulls and empty the trash can (Artifacts > Trash Can)."
        if what == "Storage"
        else "Until then spare transfer: pull by digest from what build machines have cached; most is pulled by CI."
    )
    return fail(
        QUOTA_EXCEEDED,
        f"the {what} quota of {host} at JFrog's cloud is used up: {quoted(step)}",
        subject=host,
        evidence=evidence,
        confidence="certain",
        remedy=commands.steps(
            f"Raise the plan of {host} (the owner of the JFrog account), or wait for the quota to begin anew",
            "MyJFrog (https://my.jfrog.com) shows what is used of Data Transfer and Storage, and raises the plan.",
            spared,
        ),
    )


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
        f"the {step.name if step else 'pull'} is answered {quoted(step)}"
        + (f"; Retry-After is {told}" if told else ""),
        subject=subject,
        evidence=evidence,
        confidence=confidence,
        remedy=_wait(code, step, asked_at, image),
    )


LESS = {
    ARTIFACTORY_RATE_LIMITED.name: "log in instead of pulling anonymously, spread the builds, raise the limit or plan.",
    UPSTREAM_RATE_LIMITED.name: "pull with credentials, spread the load.",
}
"""What keeps a limit from being met again, where waiting is the first half of the fix."""


def _wait(code: Code, step: Step | None, asked_at: str, image: str) -> commands.Remedy:
    """First how long the answer asks for, by the clock of who sent it where it names a moment."""
    told, last = code.fix, (commands.pull(image),)
    began = (parse_date(step.header("date")) if step is not None else None) or datetime.fromisoformat(asked_at)
    seconds = delay(step.header("retry-after"), began) if step is not None else None
    if seconds is None:
        return commands.steps(told, commands=last)
    until = (began + timedelta(seconds=seconds)).astimezone(UTC)
    return commands.steps(
        f"Wait {span(seconds)}, until {until:%H:%M:%S} UTC; every earlier try may prolong it",
        f"So that it does not come back: {LESS.get(code.name, told)}",
        commands=last,
    )

"""What every format for people says, and in which order: read off a report, without any markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from cgrdoctor.engine.decided import decision_of
from cgrdoctor.model import AREAS, CheckResult, Diagnosis, Exchange, Report

LEGS: Mapping[str, str] = {
    "reference": "the image reference",
    "client": "this machine",
    "client-to-artifactory": "between this machine and Artifactory",
    "client-to-upstream": "between this machine and Chainguard",
    "artifactory": "Artifactory",
    "cache": "Artifactory's cache",
    "policy": "a policy in Artifactory",
    "artifactory-to-upstream": "between Artifactory and Chainguard",
    "upstream-account": "the Chainguard account",
    "image": "the image",
}
OWNERS: Mapping[str, str] = {
    "developer": "you",
    "artifactory-admin": "an Artifactory administrator",
    "network-team": "the network team",
    "chainguard-org-admin": "an administrator of the Chainguard organization",
    "chainguard-support": "Chainguard support",
    "jfrog-support": "JFrog support",
}
CONFIDENCE: Mapping[str, str] = {
    "certain": "certain: only this explains what was seen",
    "likely": "likely: the best explanation of what was seen",
    "possible": "possible: one of several explanations",
}


WORDS: Mapping[str, str] = {
    "faulty": "FAIL",
    "warning": "WARN",
    "incomplete": "INCOMPLETE",
    "interrupted": "INTERRUPTED",
    "healthy": "HEALTHY",
}
"""The first word of the last line, by status; `PASS` where only selected checks were asked about."""

UNFINISHED = ("incomplete", "interrupted")
"""Statuses that are said before any cause: they tell what a cause that was found is worth."""


def shown_status(report: Report) -> str:
    """The status, except that nobody calls healthy what no run saw: a selection of checks passes."""
    return status_of(report.status, selected=decision_of(report).selected)


def status_of(status: str, *, selected: bool) -> str:
    """How a status is shown; `selected` where only some checks were asked about."""
    return "pass" if selected and status == "healthy" else status


def word_of(report: Report) -> str:
    """One word for the whole report."""
    return WORDS.get(shown_status(report), shown_status(report).upper())


def headline(report: Report) -> tuple[str, str]:
    """The first line, and what stands below it: the status of what, or the sentence that a status cannot replace."""
    if report.status == "incomplete":
        return f"INCOMPLETE: {report.summary}", subject_line(report)
    if shown_status(report) == "pass":
        return report.summary.rstrip("."), subject_line(report)
    return f"{report.status.upper()}: {subject_line(report)}", "" if report.diagnosis else report.summary


def subject_line(report: Report) -> str:
    """What the report is about: IMAGE, else Artifactory's base URL."""
    return report.target.image or report.target.artifactory_url or "no image"


def by_area(report: Report) -> list[tuple[str, list[CheckResult]]]:
    """Checks by area, in the order of the path; areas this version does not know come last."""
    groups: dict[str, list[CheckResult]] = {}
    for check in report.checks:
        groups.setdefault(check.id.rpartition("/")[2].partition(".")[0], []).append(check)
    known = [area for area in AREAS if area in groups]
    return [(area, groups[area]) for area in (*known, *sorted(set(groups) - set(AREAS)))]


def tally(report: Report) -> str:
    """`12 pass, 1 fail, 3 skip`."""
    counts = Counter(check.status for check in report.checks)
    parts = [
        f"{counts[status]} {status}" for status in ("fail", "error", "warn", "info", "pass", "skip") if counts[status]
    ]
    return ", ".join(parts) or "no checks"


def what_of(check: CheckResult) -> str:
    """The line of a check: what it found, why it was skipped, or its title."""
    if check.status == "skip":
        because = f", for lack of {check.root_cause}" if check.root_cause else ""
        return f"{check.reason or 'skipped'}{because}: {check.summary}" if check.summary else f"{check.reason}{because}"
    return check.title if check.status == "pass" or not check.summary else check.summary


def where_of(entry: Diagnosis) -> str:
    """Leg and subject, in words."""
    return f"{LEGS.get(entry.leg, entry.leg)}: {entry.subject}" if entry.subject else LEGS.get(entry.leg, entry.leg)


def exchange_line(exchange: Exchange) -> str:
    """One exchange: what was asked, by which way, what came back, how long it took."""
    return " ".join(_parts(exchange))


def _parts(exchange: Exchange) -> Iterator[str]:
    yield exchange.kind
    yield from (part for part in (exchange.method, exchange.url) if part)
    if exchange.via:
        yield f"via {exchange.via}"
    if exchange.status is not None:
        yield f"-> {exchange.status}"
    if exchange.error:
        yield f"-> {exchange.error}"
    if exchange.timings:
        yield f"({sum(exchange.timings.values()):.2f} s)"


def who_of(owner: str) -> str:
    """Who can mend it, in words."""
    return OWNERS.get(owner, owner)


def caveats(report: Report) -> list[str]:
    """What a reader must not conclude from a report that found nothing broken."""
    if report.status not in ("healthy", "warning") or decision_of(report).selected:
        return []
    lines = []
    if not report.run.options.get("pull"):
        lines.append("docker itself was not tried; --pull lets the local Docker engine really pull the image")
    if not report.run.options.get("download"):
        lines.append("only a part of the content was read; --download reads every blob and verifies its digest")
    return lines


def closing(report: Report) -> str:
    """The last line: one word, requests, duration, exit status."""
    requests = sum(report.run.requests.values())
    hosts = len(report.run.requests)
    traffic = f"{requests} request{'s' * (requests != 1)} to {hosts} host{'s' * (hosts != 1)}"
    return f"{word_of(report)} after {report.run.duration:.1f} s and {traffic}; exit status {report.exit_status}"

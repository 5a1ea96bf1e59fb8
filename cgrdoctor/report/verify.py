"""Whether a report's causes are gone: the report, and a run made after it, come to one of three answers.

Mended is what was seen: the image pulls, and every check that found a cause looked again and does not find it. What is
found beside that is new, and none of this question's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cgrdoctor.engine.decided import PULL
from cgrdoctor.model import CheckResult, Report
from cgrdoctor.report.diff import can_tell

MENDED, NOT_MENDED, NOT_SEEN = 0, 1, 3
WAY = ("client", "client-to-artifactory")
"""Legs of what keeps this machine from Artifactory."""

NAMED = 3
"""Codes that a line names at most."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`status` is the exit status, `line` one sentence for people."""

    status: int
    line: str


def verdict(before: Report, after: Report, withheld: Sequence[str] = ()) -> Verdict:
    """The answer. `withheld` names the variables whose secrets were not sent to the report's host."""
    pull = next((check for check in after.checks if check.id == PULL), None)
    pulls = pull is not None and pull.status in ("pass", "info")
    statuses = _without_login(after) if withheld and not pulls else None
    refused = statuses is not None and not statuses.isdisjoint({401, 403})
    again = [code for code in _causes(before) if code in _found(after)]
    if again and not refused:
        return Verdict(NOT_MENDED, f"not mended: {_few(again)} found again")
    if statuses is not None or pull is None or (not pulls and pull.status != "fail"):
        why = _held_back(after, withheld) if statuses is not None else _unseen(after, pull)
        return Verdict(NOT_SEEN, f"not seen whether it is mended: {why}")
    if not pulls:
        return Verdict(NOT_MENDED, f"not mended: the pull fails, {after.summary.rstrip('.')}")
    untold = [code for code in _causes(before) if not _told(code, before, after)]
    if untold:
        why = _held_back(after, withheld) if withheld else "what found it could not look this time"
        return Verdict(NOT_SEEN, f"not seen whether it is mended: {_few(untold)}: {why}")
    new = sorted(_found(after) - _found(before))
    beside = f"; new: {_few(new)}" if new else ""
    return Verdict(MENDED, f"mended: the image pulls, and {_gone(before)}{beside}")


def _causes(report: Report) -> list[str]:
    return list(dict.fromkeys(entry.code for entry in report.diagnosis))


def _found(report: Report) -> set[str]:
    return {finding.code for check in report.checks for finding in check.findings if finding.severity != "info"}


def _without_login(report: Report) -> set[object] | None:
    """What Artifactory answered where it was asked for the image and nobody was logged in; None if somebody was."""
    record = report.facts.get("pull-through")
    pull = record.value.get("pull") if record is not None and record.value is not None else None
    if pull is None or not pull["anonymous"]:
        return None
    return {step["status"] for step in pull["steps"] if step["name"] != "ping"}


def _told(code: str, before: Report, after: Report) -> bool:
    """Whether a check that found a cause has looked again."""
    by_id = {check.id: check for check in after.checks}
    finders = [check.id for check in before.checks if any(finding.code == code for finding in check.findings)]
    return any(can_tell(by_id.get(name)) for name in finders)


def _unseen(after: Report, pull: CheckResult | None) -> str:
    """What kept the pull from being seen, the nearest first."""
    way = next((entry for entry in after.diagnosis if entry.leg in WAY), None)
    if way is not None:
        return f"no way to {_host(after)}, {way.summary.rstrip('.')}"
    if pull is None or pull.reason == "not-selected":
        return "the pull was left out"
    return f"the pull was not made, {pull.summary.rstrip('.')}"


def _host(report: Report) -> str:
    return (report.target.image or "").partition("/")[0] or report.target.artifactory_host or "Artifactory"


def _held_back(after: Report, withheld: Sequence[str]) -> str:
    host, url = _host(after), after.target.artifactory_url or "URL"
    sent = f"{', '.join(withheld)} {'was' if len(withheld) == 1 else 'were'} not sent to {host}"
    return f"{sent}, which only the report names; --artifactory-url {url} names it"


def _gone(before: Report) -> str:
    causes = _causes(before)
    if not causes:
        return "the report has no cause"
    return f"{causes[0]} is gone" if len(causes) == 1 else f"none of {len(causes)} causes is found again"


def _few(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
    return ", ".join(codes[:NAMED]) + more

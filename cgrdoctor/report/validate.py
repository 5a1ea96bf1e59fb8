"""Whether a document is a report: against the schema's types, and against what the schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cgrdoctor.errors import UsageProblem
from cgrdoctor.model import ExitStatus, Report
from cgrdoctor.net.bounded_json import is_within
from cgrdoctor.privacy.typed_walk import DEPTH
from cgrdoctor.report.clean import inert
from cgrdoctor.report.later import opened

ABOVE = 8
"""Objects and lists that stand around the values of facts."""

WITHOUT_A_REPORT = (ExitStatus.UNUSABLE, ExitStatus.HELD)
"""What could not be begun, and what was ended from outside: neither writes a report."""


def problems(data: bytes, name: str) -> tuple[str, ...]:
    """What is wrong with a report, one line each, empty if nothing is. Raises UsageProblem if it is no JSON at all."""
    try:
        tree = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise UsageProblem(f"{name} is no JSON") from None
    if not is_within(tree, DEPTH + ABOVE):
        return (f"it has values nested more than {DEPTH} deep",)
    try:
        report: Report = msgspec.convert(tree, opened(Report))
    except (msgspec.ValidationError, RecursionError) as problem:
        return (inert(str(problem)),)
    return tuple(inert(line) for line in _contradictions(report))


def _contradictions(report: Report) -> Iterator[str]:
    if report.exit_status not in set(ExitStatus).difference(WITHOUT_A_REPORT):
        yield f"exit_status is {report.exit_status}, which no run has"
    if report.status in ("faulty", "warning") and not report.diagnosis:
        yield f"the diagnosis is empty although the status is {report.status}"
    if report.status == "healthy" and (report.diagnosis or not report.complete):
        yield "the status is healthy although there is a diagnosis, or the run is incomplete"
    if report.status in ("interrupted", "incomplete") and report.complete:
        yield f"the run is marked complete although its status is {report.status}"
    yield from _dangling(report)


def _dangling(report: Report) -> Iterator[str]:
    known = {exchange.id for exchange in report.exchanges} | set(report.facts)
    for check in report.checks:
        for name in (*check.needs, *check.blocked_by, *filter(None, (check.root_cause,))):
            if name not in report.facts:
                yield f"check {check.id} refers to the fact {name}, which is not there"
        for finding in check.findings:
            for name in finding.evidence:
                if name not in known and report.truncated is None:
                    yield f"finding {finding.code} of {check.id} refers to {name}, which is not there"
        if (check.reason is not None) != (check.status == "skip"):
            yield f"check {check.id} has the status {check.status} and the reason {check.reason}"

"""What a signal kept from being looked at is said to have been interrupted, and not to have met the deadline."""

from __future__ import annotations

from msgspec.structs import replace

from cgrdoctor.engine.board import DEADLINE, INTERRUPTED
from cgrdoctor.model import CheckResult, FactRecord, Report, Unverified


def reworded(report: Report) -> Report:
    """The report of a run that a signal ended before its deadline."""
    return replace(
        report,
        facts={name: _fact(record) for name, record in report.facts.items()},
        checks=tuple(map(_check, report.checks)),
        unverified=tuple(map(_unverified, report.unverified)),
    )


def _fact(record: FactRecord) -> FactRecord:
    return replace(record, reason=INTERRUPTED) if record.reason == DEADLINE else record


def _check(result: CheckResult) -> CheckResult:
    return replace(result, summary=INTERRUPTED) if result.summary == DEADLINE else result


def _unverified(one: Unverified) -> Unverified:
    return replace(one, why=INTERRUPTED, unlocked_by="a run that is let end") if one.why == DEADLINE else one

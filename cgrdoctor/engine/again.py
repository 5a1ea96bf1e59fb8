"""An earlier report's facts under today's checks: nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from cgrdoctor.config.settings import Invocation
from cgrdoctor.engine.assemble import Judged, broken, conclude, unfinished
from cgrdoctor.engine.board import DEADLINE, INTERRUPTED, Outcome, arguments, lacking
from cgrdoctor.engine.decided import decide, decision_of
from cgrdoctor.engine.declare import fact_name
from cgrdoctor.engine.diagnosis import diagnose
from cgrdoctor.engine.discovery import load
from cgrdoctor.engine.hosted import handed_over
from cgrdoctor.engine.judge import judge
from cgrdoctor.engine.plan import plan_catalogue
from cgrdoctor.model import CheckResult, Fact, FactRecord, Report

NOT_THERE = "the report does not have this fact"


def judge_again(report: Report) -> Report:
    """Today's checks over the facts of an earlier report, of which those that it was asked for; nothing is sent."""
    catalogue = load()
    only, skip = (_globs(report, name) for name in ("only", "skip"))
    plan = plan_catalogue(catalogue, seeds=(Invocation,), only=only, skip=skip)
    kinds: dict[str, type[Fact]] = {fact_name(probe.makes): probe.makes for probe in catalogue.probes}
    kinds[fact_name(Invocation)] = Invocation
    outcomes = {kinds[name]: _revive(kinds[name], record) for name, record in report.facts.items() if name in kinds}
    needed = {fact for check in (*plan.checks, *plan.unselected) for fact in check.needed}
    never = {fact: Outcome(fact, "unobservable", reason=NOT_THERE) for fact in needed if fact not in outcomes}
    outcomes |= never
    facts = {**report.facts, **{outcome.name: outcome.record() for outcome in never.values()}}
    results = handed_over(judge(plan, outcomes), catalogue.codes, report.target.artifactory_host)
    entries = diagnose(results, catalogue.codes)
    conclusion = conclude(
        Judged(plan, results, facts, entries),
        decide(report.run.options, report.target.image, results),
        unfinished=_unfinished(report, results),
        fail_on="warn" if report.run.options.get("fail_on") == "warn" else "fail",
        interrupted=report.status == "interrupted",
    )
    return msgspec.structs.replace(
        report,
        status=conclusion.status,
        complete=conclusion.complete,
        exit_status=conclusion.exit_status,
        summary=conclusion.summary,
        diagnosis=entries,
        unverified=conclusion.unverified,
        checks=results,
        facts=dict(sorted(facts.items())),
    )


def explained(report: Report) -> Iterator[str]:
    """How each check that can say so came to its judgement, from the facts of a report, as lines of text."""
    catalogue = load()
    kinds: dict[str, type[Fact]] = {fact_name(probe.makes): probe.makes for probe in catalogue.probes}
    outcomes = {kinds[name]: _revive(kinds[name], record) for name, record in report.facts.items() if name in kinds}
    for check in catalogue.checks:
        if check.explain is None:
            continue
        lack = lacking(check.needs, outcomes)
        yield f"{check.id}: {check.title}"
        yield from (f"not looked at: {lack.root.reason}",) if lack else check.explain(**arguments(check, outcomes))


def _globs(report: Report, name: str) -> tuple[str, ...]:
    """A recorded `--only` or `--skip`; a report may come from anybody."""
    value = report.run.options.get(name)
    return tuple(glob for glob in value if isinstance(glob, str)) if isinstance(value, list | tuple) else ()


def _unfinished(report: Report, results: Sequence[CheckResult]) -> str:
    """Why an earlier run did not get to its end, as far as its report tells; that it decided nothing is no such end."""
    names = broken(results, report.facts)
    if names or any(record.reason in (DEADLINE, INTERRUPTED) for record in report.facts.values()):
        return unfinished(names, late=not report.complete)
    return "" if report.complete or not decision_of(report).decided else "The run of this report was incomplete"


def _revive(kind: type[Fact], record: FactRecord) -> Outcome:
    """The outcome a record stands for; a value that no longer fits is unobservable, never a guess."""
    fact: Fact | None = None
    status, reason = record.status, record.reason
    if status == "observed" and record.version != kind.version:
        status, reason = "unobservable", f"version {record.version} of this fact is not understood any more"
    elif status == "observed":
        try:
            fact = msgspec.convert(record.value, kind)
        except msgspec.ValidationError as problem:
            status, reason = "unobservable", f"the recorded fact does not fit: {problem}"
    return Outcome(
        kind,
        status,
        fact,
        reason=reason,
        duration=record.duration,
        blocked_by=record.blocked_by,
        root_cause=record.root_cause,
        unlocked_by=record.unlocked_by,
        broken=status == "broken",
    )

"""Joins facts, results and exchanges into a report, with its status and exit status."""

from __future__ import annotations

import platform
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Literal

import msgspec

from cgrdoctor import __version__
from cgrdoctor.engine.board import Outcome, Stopwatch, missed, rfc3339
from cgrdoctor.engine.decided import HOW_TO, Decision, decide
from cgrdoctor.engine.declare import Check, fact_name
from cgrdoctor.engine.diagnosis import diagnose
from cgrdoctor.engine.foreign import FOREIGN_FACTS
from cgrdoctor.engine.hosted import handed_over
from cgrdoctor.engine.plan import Plan
from cgrdoctor.model import (
    SCHEMA_VERSION,
    SEVERITIES,
    CheckResult,
    Code,
    Diagnosis,
    Effect,
    Exchange,
    ExitStatus,
    Fact,
    FactRecord,
    Redactions,
    Report,
    Run,
    RunStatus,
    Severity,
    TargetRecord,
    Tool,
    Unverified,
)

UNSELECTED = "no selected check needs it"
LATE = "Not everything could be looked at in time"
LEFT_OUT = " is left out, it is too large for a report"


class Circumstances(msgspec.Struct, frozen=True):
    """What a report says about the run itself."""

    run_id: str
    stopwatch: Stopwatch
    vantage: Literal["client", "artifactory"]
    deadline: float
    fail_on: Severity
    options: Mapping[str, Any]
    target: TargetRecord
    node: str | None = None


class Traffic(msgspec.Struct, frozen=True):
    """What was recorded on the way. `cut_short`: the end of the run took time from a step that needed it."""

    exchanges: tuple[Exchange, ...] = ()
    effects: tuple[Effect, ...] = ()
    requests: Mapping[str, int] | None = None
    redactions: Redactions | None = None
    cut_short: bool = False


def assemble(
    plan: Plan,
    outcomes: Mapping[type[Fact], Outcome],
    results: Sequence[CheckResult],
    codes: Mapping[str, Code],
    circumstances: Circumstances,
    traffic: Traffic,
    *,
    signal: int | None = None,
    left_out: Sequence[str] = (),
    record: Callable[[Outcome], FactRecord] = Outcome.record,
) -> Report:
    """The report. `signal` is the number of the signal that ended the run early, `left_out` what had no room in it.

    `record` writes down a fact.
    """
    whole = {probe.makes: outcomes.get(probe.makes) or missed(probe.makes) for probe in plan.probes}
    whole.update(outcomes)
    whole = {**_unselected(plan), **whole}
    facts, large = _records(whole, record)
    known = facts.keys() | {exchange.id for exchange in traffic.exchanges}
    grounded = (_grounded(result, known) for result in results)
    results = handed_over(grounded, codes, circumstances.target.artifactory_host)
    late = traffic.cut_short or any(outcome.deadline for outcome in whole.values())
    entries = diagnose(results, codes)
    target = target_record(circumstances.target, facts)
    conclusion = conclude(
        Judged(plan, results, facts, entries),
        decide(circumstances.options, target.image, results),
        unfinished=unfinished(broken(results, facts), late=late),
        fail_on=circumstances.fail_on,
        signal=signal,
    )
    return Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool(name="cgrdoctor", version=__version__),
        run=_run(circumstances, traffic),
        target=target,
        status=conclusion.status,
        complete=conclusion.complete,
        exit_status=conclusion.exit_status,
        summary=conclusion.summary,
        diagnosis=entries,
        unverified=conclusion.unverified,
        checks=results,
        facts=facts,
        exchanges=traffic.exchanges,
        effects=traffic.effects,
        redactions=traffic.redactions or Redactions(),
        truncated="; ".join([*left_out, *large]) or None,
    )


def _records(
    outcomes: Mapping[type[Fact], Outcome], record: Callable[[Outcome], FactRecord]
) -> tuple[dict[str, FactRecord], list[str]]:
    """The facts by name, and a line for each whose value has no room: other packages' facts may be of any size."""
    records: dict[str, FactRecord] = {}
    large: list[str] = []
    room = FOREIGN_FACTS
    for kind in sorted(outcomes, key=fact_name):
        outcome, name = outcomes[kind], fact_name(kind)
        if outcome.size > room:
            large.append(f"{name}: its value of {outcome.size} bytes")
            records[name] = msgspec.structs.replace(
                record(msgspec.structs.replace(outcome, fact=None)), reason=large[-1] + LEFT_OUT
            )
        else:
            room -= outcome.size
            records[name] = record(outcome)
    return records, large


def _grounded(result: CheckResult, known: AbstractSet[str]) -> CheckResult:
    """A result whose findings refer to nothing that is not in the report, as a check of others might."""
    if all(one in known for finding in result.findings for one in finding.evidence):
        return result
    findings = tuple(
        msgspec.structs.replace(finding, evidence=tuple(one for one in finding.evidence if one in known))
        for finding in result.findings
    )
    return msgspec.structs.replace(result, findings=findings)


class Judged(msgspec.Struct, frozen=True):
    """What the checks made of the facts."""

    plan: Plan
    results: Sequence[CheckResult]
    facts: Mapping[str, FactRecord]
    entries: Sequence[Diagnosis]


class Conclusion(msgspec.Struct, frozen=True):
    """What a run comes to, by the names it has in a report."""

    status: RunStatus
    complete: bool
    exit_status: int
    summary: str
    unverified: tuple[Unverified, ...]


def conclude(
    judged: Judged,
    decision: Decision,
    *,
    unfinished: str,
    fail_on: Severity,
    signal: int | None = None,
    interrupted: bool = False,
) -> Conclusion:
    """Status, exit status and sentence of a run. `unfinished` says why it did not get to its end, empty if it did.

    A run that decided nothing is as incomplete as one that was cut short, unless something is known to fail.
    """
    statuses = {result.status for result in judged.results}
    interrupted = interrupted or signal is not None
    complete = not interrupted and not unfinished and (decision.decided or "fail" in statuses)
    status = run_status(statuses, complete=complete, interrupted=interrupted)
    requirements = _requirements(judged, only=decision.selected)
    return Conclusion(
        status=status,
        complete=complete,
        exit_status=exit_status(judged.results, fail_on, complete=complete, signal=signal),
        summary=_summary(status, judged.entries, decision, requirements, unfinished),
        unverified=requirements.unverified,
    )


def run_status(statuses: Collection[str], *, complete: bool, interrupted: bool) -> RunStatus:
    """The first that applies of the statuses a run can have."""
    if interrupted:
        return "interrupted"
    if "fail" in statuses:
        return "faulty"
    if not complete:
        return "incomplete"
    return "warning" if "warn" in statuses else "healthy"


def exit_status(results: Sequence[CheckResult], fail_on: Severity, *, complete: bool, signal: int | None = None) -> int:
    """The same whatever the format: the first that applies of a signal, a finding at the threshold, an early end."""
    if signal is not None:
        return 128 + signal
    threshold = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    if any(finding.severity in threshold for result in results for finding in result.findings):
        return ExitStatus.FOUND
    return ExitStatus.WELL if complete else ExitStatus.INCOMPLETE


def _summary(
    status: RunStatus, entries: Sequence[Diagnosis], decision: Decision, requirements: Requirements, unfinished: str
) -> str:
    """One sentence for the ticket."""
    if status == "interrupted":
        return "The run was interrupted; the report holds what was known by then."
    if status == "incomplete":
        found = f"; found so far: {entries[0].title}" if entries else ""
        return f"{unfinished or decision.words}{found}."
    if entries:
        more = f" ({len(entries) - 1} more to mend after that)" if len(entries) > 1 else ""
        return f"{entries[0].title}: {entries[0].summary.rstrip('.')}{more}."
    if decision.selected:
        return f"{decision.words}."
    missing, count = len(requirements.unverified), requirements.count
    if missing:
        return f"Nothing wrong was found; {missing} of the guide's {count} requirements could not be verified."
    return f"Nothing wrong was found, and every requirement of the guide was verified ({count} of {count})."


def target_record(known: TargetRecord, facts: Mapping[str, FactRecord]) -> TargetRecord:
    """The target as the settings name it, completed by the facts that know more."""
    target = (facts["target"].value if "target" in facts else None) or {}
    access = (facts["access"].value if "access" in facts else None) or {}
    configuration = (facts["repository-configuration"].value if "repository-configuration" in facts else None) or {}
    through = (facts["pull-through"].value if "pull-through" in facts else None) or {}
    selector, path = target.get("selector"), target.get("upstream_path")
    separator = "@" if selector and ":" in selector else ":"
    return TargetRecord(
        image=target.get("image") or known.image,
        artifactory_url=known.artifactory_url,
        artifactory_host=known.artifactory_host,
        repository=access.get("repository") or target.get("repository") or known.repository,
        repository_class=configuration.get("repository_class") or None,
        access_method=access.get("method") or target.get("access_method", "unknown"),
        upstream_image=f"{path}{separator}{selector}" if path and selector else known.upstream_image,
        control_image=known.control_image,
        platform=through.get("pull", {}).get("platform") or known.platform,
        certain=(access or target).get("known_by") in ("option", "list", "header"),
    )


def _run(circumstances: Circumstances, traffic: Traffic) -> Run:
    return Run(
        id=circumstances.run_id,
        node=circumstances.node,
        started_at=rfc3339(circumstances.stopwatch.started),
        duration=round(circumstances.stopwatch.seconds, 3),
        vantage=circumstances.vantage,
        deadline=circumstances.deadline,
        python=platform.python_version(),
        os=f"{platform.system()} {platform.release()} {platform.machine()}",
        options=dict(circumstances.options),
        requests=dict(sorted((traffic.requests or {}).items())),
    )


def _unselected(plan: Plan) -> Mapping[type[Fact], Outcome]:
    """What only checks need that were not selected: every name in a report stands for a fact in it."""
    needed = {fact for check in plan.unselected for fact in check.needed}
    return {fact: Outcome(fact, "not-needed", reason=UNSELECTED) for fact in needed}


def broken(results: Sequence[CheckResult], facts: Mapping[str, FactRecord]) -> list[str]:
    """Facts that broke, else checks that did, by name."""
    names = [name for name, record in facts.items() if record.status == "broken"]
    return sorted(names) or [result.id for result in results if result.status == "error"]


def unfinished(broken_ones: Sequence[str], *, late: bool) -> str:
    """Why a run did not get to its end, empty if it did."""
    if broken_ones:
        return f"{', '.join(broken_ones)} broke"
    return LATE if late else ""


class Requirements(msgspec.Struct, frozen=True):
    """The requirements of the guide that concern this target, and those among them that nobody could look at."""

    count: int
    unverified: tuple[Unverified, ...]


def _requirements(judged: Judged, *, only: bool) -> Requirements:
    """Counted over all checks, or over those that `--only` selects."""
    by_id = {result.id: result for result in judged.results}
    checks = judged.plan.checks if only else (*judged.plan.checks, *judged.plan.unselected)
    count, unverified = 0, []
    for check in sorted(checks, key=lambda check: check.id):
        result = by_id.get(check.id)
        if check.guide is None or result is None:
            continue
        if result.reason == "not-applicable" and result.root_cause != "target":
            continue
        count += 1
        if result.status == "skip":
            unlocked = _unlocked_by(check, result, judged.facts)
            unverified.append(Unverified(subject=check.guide, why=result.summary, unlocked_by=unlocked))
    return Requirements(count, tuple(unverified))


def _unlocked_by(check: Check, result: CheckResult, facts: Mapping[str, FactRecord]) -> str:
    if result.reason == "not-selected":
        return "a run without --skip"
    root = facts.get(result.root_cause or "")
    if result.root_cause == "target" and root is not None and root.status == "not-needed":
        return HOW_TO
    return (root.unlocked_by if root else None) or check.unlocked_by or "a longer --deadline"

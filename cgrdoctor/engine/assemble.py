"""Joins facts, results and exchanges into a report, with its status and exit status."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from cgrdoctor import __version__
from cgrdoctor.engine.board import Outcome, Stopwatch, missed, rfc3339
from cgrdoctor.engine.declare import Check, fact_name
from cgrdoctor.engine.diagnosis import diagnose
from cgrdoctor.engine.foreign import ALL_FACTS
from cgrdoctor.engine.plan import Plan
from cgrdoctor.model import (
    SCHEMA_VERSION,
    CheckResult,
    Code,
    Diagnosis,
    Effect,
    Exchange,
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

HOW_TO = "give one as cgrdoctor HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE:TAG"
UNSELECTED = "no selected check needs it"
LEFT_OUT = " is left out, it is too large for a report"
_NOTHING = FactRecord(status="unobservable")
INTERRUPTED = {2: 130, 15: 143}
"""Exit status by signal number, SIGINT and SIGTERM."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a report says about the run itself."""

    run_id: str
    stopwatch: Stopwatch
    vantage: Literal["client", "artifactory"]
    deadline: float
    fail_on: Severity
    options: Mapping[str, Any]
    target: TargetRecord


@dataclass(frozen=True, slots=True)
class Traffic:
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
) -> Report:
    """The report. `signal` is the number of the signal that ended the run early, `left_out` what had no room in it."""
    whole = {probe.makes: outcomes.get(probe.makes) or missed(probe.makes) for probe in plan.probes}
    whole.update(outcomes)
    whole = {**_unselected(plan), **whole}
    facts, large = _records(whole)
    known = facts.keys() | {exchange.id for exchange in traffic.exchanges}
    results = tuple(_grounded(result, known) for result in results)
    late = traffic.cut_short or any(outcome.deadline for outcome in whole.values())
    complete = signal is None and not late and not _broken(results, facts)
    entries = diagnose(results, codes)
    status = run_status(results, complete=complete, interrupted=signal is not None)
    unverified = tuple(_unverified(plan.checks, results, facts))
    return Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool(name="cgrdoctor", version=__version__),
        run=_run(circumstances, traffic),
        target=target_record(circumstances.target, facts),
        status=status,
        complete=complete,
        exit_status=exit_status(results, circumstances.fail_on, complete=complete, signal=signal),
        summary=summary(status, entries, unverified, facts),
        diagnosis=entries,
        unverified=unverified,
        checks=results,
        facts=facts,
        exchanges=traffic.exchanges,
        effects=traffic.effects,
        redactions=traffic.redactions or Redactions(),
        truncated="; ".join([*left_out, *large]) or None,
    )


def _records(outcomes: Mapping[type[Fact], Outcome]) -> tuple[dict[str, FactRecord], list[str]]:
    """The facts by name, and a line for each whose value has no room: other packages' facts may be of any size."""
    records: dict[str, FactRecord] = {}
    large: list[str] = []
    room = ALL_FACTS
    for kind in sorted(outcomes, key=fact_name):
        outcome, name = outcomes[kind], fact_name(kind)
        if outcome.size > room:
            large.append(f"{name}: its value of {outcome.size} bytes")
            records[name] = msgspec.structs.replace(replace(outcome, fact=None).record(), reason=large[-1] + LEFT_OUT)
        else:
            room -= outcome.size
            records[name] = outcome.record()
    return records, large


def _grounded(result: CheckResult, known: Set[str]) -> CheckResult:
    """A result whose findings refer to nothing that is not in the report, as a check of others might."""
    if all(one in known for finding in result.findings for one in finding.evidence):
        return result
    findings = tuple(
        msgspec.structs.replace(finding, evidence=tuple(one for one in finding.evidence if one in known))
        for finding in result.findings
    )
    return msgspec.structs.replace(result, findings=findings)


def run_status(results: Sequence[CheckResult], *, complete: bool, interrupted: bool) -> RunStatus:
    """The first that applies of the statuses a run can have."""
    statuses = {result.status for result in results}
    if interrupted:
        return "interrupted"
    if "fail" in statuses:
        return "faulty"
    if not complete:
        return "incomplete"
    return "warning" if "warn" in statuses else "healthy"


def exit_status(results: Sequence[CheckResult], fail_on: Severity, *, complete: bool, signal: int | None = None) -> int:
    """The same whatever the format: 130/143, 1 for a finding at the threshold, 3 for an incomplete run, 0."""
    if signal is not None:
        return INTERRUPTED.get(signal, 128 + signal)
    threshold = ("warn", "fail") if fail_on == "warn" else ("fail",)
    if any(finding.severity in threshold for result in results for finding in result.findings):
        return 1
    return 0 if complete else 3


def summary(
    status: RunStatus,
    entries: Sequence[Diagnosis],
    unverified: Sequence[Unverified],
    facts: Mapping[str, FactRecord],
) -> str:
    """One sentence for the ticket."""
    if status == "interrupted":
        return "The run was interrupted; the report holds what was known by then."
    target = facts.get("target", _NOTHING)
    if target.status == "not-needed" and target.reason != UNSELECTED:
        return f"No IMAGE was given, so only the way to Chainguard's hosts was looked at; {HOW_TO}."
    if entries:
        more = f" ({len(entries) - 1} more to mend after that)" if len(entries) > 1 else ""
        return f"{entries[0].title}: {entries[0].summary.rstrip('.')}{more}."
    if status == "incomplete":
        broken = sorted(name for name, record in facts.items() if record.status == "broken")
        why = f"{', '.join(broken)} broke" if broken else "not everything could be looked at in time"
        return f"The run is incomplete: {why}."
    if unverified:
        return f"Nothing wrong was found; {len(unverified)} of the guide's requirements could not be verified."
    return "Nothing wrong was found, and every requirement of the guide was verified."


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


def _broken(results: Sequence[CheckResult], facts: Mapping[str, FactRecord]) -> bool:
    return any(result.status == "error" for result in results) or any(
        record.status == "broken" for record in facts.values()
    )


def _unverified(
    checks: Sequence[Check], results: Sequence[CheckResult], facts: Mapping[str, FactRecord]
) -> Sequence[Unverified]:
    by_id = {result.id: result for result in results}
    found = []
    for check in checks:
        result = by_id.get(check.id)
        if check.guide is None or result is None or result.status != "skip":
            continue
        if result.reason == "not-applicable" and result.root_cause != "target":
            continue
        root = facts.get(result.root_cause or "")
        nothing_asked = result.root_cause == "target" and root is not None and root.status == "not-needed"
        unlocked = (
            HOW_TO
            if nothing_asked
            else (root.unlocked_by if root else None) or check.unlocked_by or "a longer --deadline"
        )
        found.append(Unverified(subject=check.guide, why=result.summary, unlocked_by=unlocked))
    return found

"""Runs checks over facts. Checks are pure, but they may be anybody's: each gets a thread and a time limit."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Iterator, Mapping

from cgrdoctor.engine.board import DEADLINE, Outcome, arguments, lacking
from cgrdoctor.engine.declare import Check, fact_name
from cgrdoctor.engine.discovery import Problem
from cgrdoctor.engine.plan import Plan
from cgrdoctor.errors import NotNeeded, Unobservable
from cgrdoctor.model import CheckResult, CheckStatus, Fact, Finding, SkipReason

LIMIT = 1.0
"""Seconds one check may take; judging facts takes well under a millisecond."""

RANK: dict[str, int] = {"info": 1, "warn": 2, "fail": 3}


def judge(plan: Plan, outcomes: Mapping[type[Fact], Outcome], *, seconds: float = 30.0) -> tuple[CheckResult, ...]:
    """The results of all checks of the plan, selected or not, sorted by id.

    Takes at most `seconds` as a whole: a check that gives no answer is `error`, those behind it are still judged.
    """
    until = time.monotonic() + seconds
    results = [_unselected(check) for check in plan.unselected]
    results += [_broken_declaration(problem) for problem in plan.problems]
    waiting = list(plan.checks)
    while waiting:
        done = _judge_in_thread(waiting, outcomes, until)
        results += done
        waiting = waiting[len(done) :]
        if waiting:
            results.append(_no_answer(waiting.pop(0)))
    return tuple(sorted(results, key=lambda result: result.id))


def _judge_in_thread(checks: list[Check], outcomes: Mapping[type[Fact], Outcome], until: float) -> list[CheckResult]:
    """Results of the checks in order, up to the first one that gives no answer in time."""
    answers: queue.SimpleQueue[CheckResult] = queue.SimpleQueue()
    todo = tuple(checks)

    def work() -> None:
        for check in todo:
            answers.put(judge_one(check, outcomes))

    threading.Thread(target=work, name="cgrdoctor-judge", daemon=True).start()
    results: list[CheckResult] = []
    for _ in todo:
        try:
            results.append(answers.get(timeout=max(0.01, min(LIMIT, until - time.monotonic()))))
        except queue.Empty:
            break
    return results


def judge_one(check: Check, outcomes: Mapping[type[Fact], Outcome]) -> CheckResult:
    """One check over the outcomes: skipped, judged, or broken."""
    lack = lacking(check.needs, outcomes)
    if lack is not None:
        return _skipped(check, lack.blocked_by, lack.root)
    start = time.monotonic()
    try:
        findings = _findings(check, outcomes)
    except NotNeeded as outcome:
        return _result(check, "skip", "not-applicable", summary=outcome.reason)
    except Unobservable as outcome:
        lacked = tuple(fact_name(fact) for need in check.needs if need.strength == "required" for fact in need.facts)
        return _result(
            check, "skip", "blocked", summary=outcome.reason, blocked_by=lacked, root_cause=next(iter(lacked), None)
        )
    except Exception as error:  # noqa: BLE001 - whatever a check raises is a bug of the check, reported as such
        return _result(check, "error", summary=f"{check.origin} broke with {type(error).__name__}: {error}")
    status = _status(findings)
    summary = "; ".join(finding.summary for finding in findings)
    return _result(check, status, summary=summary, findings=findings, duration=time.monotonic() - start)


def _findings(check: Check, outcomes: Mapping[type[Fact], Outcome]) -> tuple[Finding, ...]:
    findings = tuple(_yielded(check.function(**arguments(check, outcomes))))
    allowed = {code.name for code in check.codes}
    for finding in findings:
        if not isinstance(finding, Finding):
            raise TypeError(f"yielded {type(finding).__name__}, not a Finding")
        if finding.code not in allowed:
            raise ValueError(f"yielded the code {finding.code!r}, which it does not declare")
    order = {code.name: place for place, code in enumerate(check.codes)}
    return tuple(sorted(findings, key=lambda f: (-RANK[f.severity], order[f.code], f.subject)))


def _yielded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """All of them. Trouble that was found counts, also where the check says behind it that it could not see all."""
    found = False
    try:
        for finding in findings:
            found = found or getattr(finding, "severity", "info") != "info"
            yield finding
    except Unobservable:
        if not found:
            raise


def _status(findings: tuple[Finding, ...]) -> CheckStatus:
    return max((finding.severity for finding in findings), key=RANK.__getitem__, default="pass")


def _skipped(check: Check, blocked_by: tuple[str, ...], root: Outcome) -> CheckResult:
    cause = root.root_cause or root.name
    if root.broken:
        return _result(check, "error", summary=root.reason or "", blocked_by=blocked_by, root_cause=cause)
    reason: SkipReason = "not-applicable" if root.status == "not-needed" else "blocked"
    if root.deadline:
        reason = "deadline"
    return _result(check, "skip", reason, summary=root.reason or "", blocked_by=blocked_by, root_cause=cause)


def _unselected(check: Check) -> CheckResult:
    return _result(check, "skip", "not-selected", summary="not selected by --only and --skip")


def _no_answer(check: Check) -> CheckResult:
    return _result(check, "error", summary=f"{check.origin} gave no answer within {LIMIT:g} s")


def _broken_declaration(problem: Problem) -> CheckResult:
    where = f"{problem.distribution}/{problem.where}" if problem.distribution else problem.where
    return CheckResult(id=where, title="A check module that could not be used", status="error", summary=problem.message)


def _result(
    check: Check,
    status: CheckStatus,
    reason: SkipReason | None = None,
    *,
    summary: str = "",
    findings: tuple[Finding, ...] = (),
    blocked_by: tuple[str, ...] = (),
    root_cause: str | None = None,
    duration: float = 0.0,
) -> CheckResult:
    seen_from = {fact.observed_from for fact in check.needed}
    return CheckResult(
        id=check.id,
        title=check.title,
        status=status,
        reason=reason,
        summary=summary
        or ("nothing to complain about" if status == "pass" else DEADLINE if reason == "deadline" else ""),
        needs=tuple(fact_name(fact) for fact in check.needed),
        blocked_by=blocked_by,
        root_cause=root_cause,
        findings=findings,
        duration=round(duration, 4),
        observed_from="artifactory" if seen_from == {"artifactory"} else "here",
    )

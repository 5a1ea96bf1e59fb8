"""Runs checks over facts. Checks are pure, but they may be anybody's: each gets a thread and a time limit."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from cgrdoctor.config.clients import PRINTED, WHOSE, Whose
from cgrdoctor.config.settings import Invocation
from cgrdoctor.engine.board import DEADLINE, Outcome, arguments, lacking
from cgrdoctor.engine.declare import Check, fact_name
from cgrdoctor.engine.discovery import Problem
from cgrdoctor.engine.foreign import (
    FOREIGN_FINDINGS,
    KEPT,
    READ,
    OnBug,
    Read,
    bare,
    checked,
    interrupter,
    read_findings,
    said,
    size_of,
    worded,
)
from cgrdoctor.engine.plan import Plan
from cgrdoctor.errors import NotNeeded, Unobservable
from cgrdoctor.model import (
    SEVERITIES,
    Because,
    CheckResult,
    CheckStatus,
    Fact,
    Finding,
    ObservedFrom,
    SkipReason,
)
from cgrdoctor.on_paper import OnPaper
from cgrdoctor.privacy.truncate import cut

LIMIT = 1.0
"""Seconds one check may take; judging facts takes well under a millisecond."""

LEAST = 0.01
"""Seconds that a check of ours may take even where there is no time left."""

AT_ONCE = 64
"""Checks of other packages that are judged at the same time."""

SUMMARY = 4000
"""Characters of a result's summary, which joins those of its findings."""


def judge(
    plan: Plan,
    outcomes: Mapping[type[Fact], Outcome],
    *,
    seconds: float = 30.0,
    on_bug: OnBug | None = None,
    left_out: list[str] | None = None,
) -> tuple[CheckResult, ...]:
    """The results of all checks of the plan, selected or not, sorted by id.

    Takes at most `seconds` as a whole: a check that gives no answer is `error`, those behind it are still judged. Those
    of other packages come last, at the same time. `left_out` gets a line for each check whose findings were cut.
    """
    until = time.monotonic() + seconds
    bench = Bench(outcomes, until, on_bug or _unheard)
    results = [_unselected(check) for check in plan.unselected]
    results += [_broken_declaration(problem) for problem in plan.problems]
    results += bench.one_after_another([check for check in plan.checks if not check.distribution])
    results += bench.all_at_once([check for check in plan.checks if check.distribution])
    if left_out is not None:
        left_out += bench.left_out
    return tuple(sorted(results, key=lambda result: result.id))


class Bench:
    """Judges checks in threads of their own over the same outcomes, none of them beyond `until` (monotonic)."""

    def __init__(self, outcomes: Mapping[type[Fact], Outcome], until: float, on_bug: OnBug) -> None:
        self._outcomes = outcomes
        self._until = until
        self._on_bug = on_bug
        self.left_out: list[str] = []

    def one_after_another(self, checks: Sequence[Check]) -> list[CheckResult]:
        """The results of checks in one thread; behind one that gives no answer a new one goes on."""
        waiting, results = list(checks), list[CheckResult]()
        while waiting:
            judging = _Judging(self._judged, waiting)
            while waiting and (result := judging.answer(self._until, LEAST)) is not None:
                results.append(result)
                waiting.pop(0)
            judging.give_up()
            if waiting:
                results.append(_no_answer(waiting.pop(0)))
        return results

    def all_at_once(self, checks: Sequence[Check]) -> list[CheckResult]:
        """The results of checks in a thread each, so that none waits for another one that hangs."""
        results: list[CheckResult] = []
        interrupt = interrupter() if checks else None
        room = FOREIGN_FINDINGS
        for begin in range(0, len(checks), AT_ONCE):
            begun = [(check, _Judging(self._judged, [check])) for check in checks[begin : begin + AT_ONCE]]
            limit = min(self._until, time.monotonic() + LIMIT)
            answers = [(check, judging, judging.answer(limit)) for check, judging in begun]
            for _, judging, answer in answers:
                if answer is None and interrupt is not None:
                    interrupt(judging.thread)
            for check, _, answer in answers:
                result, room = self._afforded(answer or _no_answer(check), room)
                results.append(result)
        return results

    def _judged(self, check: Check) -> CheckResult:
        return judge_one(check, self._outcomes, self._on_bug, self.left_out)

    def _afforded(self, result: CheckResult, room: int) -> tuple[CheckResult, int]:
        """The result without the findings for which a report has no room left, and the room left then."""
        kept: list[Finding] = []
        for finding in result.findings:
            if (size := size_of(finding)) > room:
                break
            kept.append(finding)
            room -= size
        if len(kept) == len(result.findings):
            return result, room
        note = f"{max(1, len(kept))} of its findings are kept, there is no room for more"
        self.left_out.append(f"{result.id}: {note}")
        summary = cut(f"{note}; {result.summary}", SUMMARY)
        findings = tuple(kept) or (bare(result.findings[0]),)
        return msgspec.structs.replace(result, findings=findings, summary=summary), room


class _Judging:
    """A thread that judges checks in order, until one of them gives no answer."""

    def __init__(self, judge: Callable[[Check], CheckResult], checks: Sequence[Check]) -> None:
        self._answers: queue.SimpleQueue[CheckResult] = queue.SimpleQueue()
        self._given_up = False
        self.thread = threading.Thread(target=self._work, args=(judge, tuple(checks)), daemon=True)
        self.thread.start()

    def _work(self, judge: Callable[[Check], CheckResult], checks: Sequence[Check]) -> None:
        for check in checks:
            if not self._given_up:
                self._answers.put(judge(check))

    def answer(self, until: float, least: float = 0.0) -> CheckResult | None:
        """The next result; None if there is none by then (monotonic) or within `LIMIT` s, `least` s at least."""
        left = max(least, min(LIMIT, until - time.monotonic()))
        try:
            return self._answers.get(timeout=left) if left > 0 else self._answers.get_nowait()
        except queue.Empty:
            return None

    def give_up(self) -> None:
        """Nothing more is judged here."""
        self._given_up = True


def _unheard(_origin: str, _error: BaseException) -> None:
    """Nobody wants to know more than the result says."""


def judge_one(
    check: Check,
    outcomes: Mapping[type[Fact], Outcome],
    on_bug: OnBug = _unheard,
    left_out: list[str] | None = None,
) -> CheckResult:
    """One check over the outcomes: skipped, judged, or broken."""
    lack = lacking(check.needs, outcomes)
    if lack is not None:
        return _skipped(check, lack.blocked_by, lack.root)
    start = time.monotonic()
    whose = WHOSE.set(_whose(outcomes))
    try:
        findings, note = _findings(check, outcomes)
    except NotNeeded as outcome:
        return _result(check, "skip", "not-applicable", summary=worded(outcome.reason))
    except Unobservable as outcome:
        lacked = tuple(fact_name(fact) for need in check.needs if need.strength == "required" for fact in need.facts)
        return _result(
            check,
            "skip",
            "blocked",
            summary=worded(outcome.reason),
            blocked_by=lacked,
            root_cause=next(iter(lacked), None),
        )
    except BaseException as error:  # noqa: BLE001 - whatever a check raises, SystemExit too, is a bug of the check
        on_bug(check.origin, error)
        return _result(check, "error", summary=f"{check.origin} broke with {said(error)}")
    finally:
        WHOSE.reset(whose)
    if note and left_out is not None:
        left_out.append(f"{check.id}: {note}")
    summary = cut("; ".join([*([note] if note else []), *(finding.summary for finding in findings)]), SUMMARY)
    return _result(
        check,
        _status(findings),
        summary=summary,
        findings=findings,
        duration=time.monotonic() - start,
        observed_from="ticket" if _is_from_a_ticket(check, outcomes) else None,
    )


def _whose(outcomes: Mapping[type[Fact], Outcome]) -> Whose:
    """In whose commands the remedies of this run are written."""
    outcome = outcomes.get(Invocation)
    asked = outcome.fact if outcome is not None else None
    if not isinstance(asked, Invocation):
        return Whose()
    of_text = PRINTED.get(asked.printed_by)
    clients = (*((of_text,) if of_text else ()), *asked.client)
    return Whose(clients, asked.auth_file, asked.gitlab, asked.printed_by, asked.docker_config)


def _findings(check: Check, outcomes: Mapping[type[Fact], Outcome]) -> tuple[tuple[Finding, ...], str | None]:
    """The findings to keep, by severity, and what has to be said of those that are not."""
    codes = [code.name for code in check.codes]
    read = read_findings(_yielded(check.function(**arguments(check, outcomes))), codes)
    named = [_with_paper(one, check, outcomes) for one in read.findings]
    proven = [checked(one) for one in named] if check.distribution else named
    order = {name: place for place, name in enumerate(codes)}
    ranked = sorted(proven, key=lambda f: (SEVERITIES.index(f.severity), order[f.code], f.subject))
    return tuple(ranked[:KEPT]), _note(read)


def _with_paper(finding: Finding, check: Check, outcomes: Mapping[type[Fact], Outcome]) -> Finding:
    """The finding, with the paper of a ticket in which stands what it is about."""
    facts = [outcome.fact for kind in check.needed if (outcome := outcomes.get(kind)) and outcome.fact is not None]
    papers = [fact.papers for fact in facts if isinstance(fact, OnPaper)]
    place = next((one[finding.subject] for one in papers if finding.subject in one), "")
    if not place:
        return finding
    because = finding.because or (Because(text=finding.summary, evidence=finding.evidence),)
    told = Because(
        text=f"{place} says so, which was given; Artifactory did not show it here", evidence=finding.evidence
    )
    return msgspec.structs.replace(finding, because=(*because, told))


def _is_from_a_ticket(check: Check, outcomes: Mapping[type[Fact], Outcome]) -> bool:
    """Whether something that the check cannot do without was given."""
    facts = [fact for need in check.needs if need.strength != "optional" for fact in need.facts]
    return any(outcome.seen_from == "ticket" for fact in facts if (outcome := outcomes.get(fact)) and outcome.fact)


def _note(read: Read) -> str | None:
    many = f"more than {READ}" if read.more else str(len(read.findings))
    notes = []
    if len(read.findings) > KEPT:
        notes.append(f"{KEPT} of {many} findings are kept, those of the highest severity")
    if read.cut:
        notes.append(f"texts or lists of {read.cut} findings were cut short")
    return ", ".join(notes) or None


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
    return min((finding.severity for finding in findings), key=SEVERITIES.index, default="pass")


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
    observed_from: ObservedFrom | None = None,
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
        observed_from=observed_from or ("artifactory" if seen_from == {"artifactory"} else "here"),
    )

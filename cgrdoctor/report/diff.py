"""What differs between two reports, by meaning: findings by code and subject, checks by id, facts by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cgrdoctor.model import SEVERITIES, CheckResult, Finding, Report, Severity, Struct

Kind = Literal["new", "worse", "better", "changed", "untestable", "fixed", "same"]
RANK: dict[str | None, int] = {None: 0} | {name: rank for rank, name in enumerate(reversed(SEVERITIES))}
DECIDED = ("healthy", "warning")
"""Statuses of runs that saw what they were asked for."""

ORDER = ("new", "worse", "untestable", "changed", "better", "fixed", "same")


class Change(Struct, frozen=True, kw_only=True):
    """One finding in both reports. `untestable`: it was there, and the later run could not look."""

    kind: Kind
    code: str
    subject: str
    check: str
    before: Severity | None = None
    after: Severity | None = None
    text: str = ""


class Turn(Struct, frozen=True, kw_only=True):
    """A check, or a fact, whose status is another one."""

    name: str
    before: str | None
    after: str | None


class Difference(Struct, frozen=True, kw_only=True):
    """Everything that differs. `got_worse` is what the exit status is about; `status` where it changed."""

    same_target: bool
    got_worse: bool
    status: Turn | None = None
    findings: tuple[Change, ...] = ()
    checks: tuple[Turn, ...] = ()
    facts: tuple[Turn, ...] = ()


def compare(before: Report, after: Report) -> Difference:
    """The difference.

    Worse is: a new finding of severity warn or fail, a raised severity, a check that now breaks, and that the later
    run did not see what the earlier one saw to be well.
    """
    findings = tuple(
        sorted(_changes(before, after), key=lambda change: (ORDER.index(change.kind), change.code, change.subject))
    )
    checks = tuple(_turns(_statuses(before), _statuses(after)))
    breaks = any(turn.after == "error" for turn in checks)
    turned = Turn(name="status", before=before.status, after=after.status) if before.status != after.status else None
    lost = before.status in DECIDED and after.status not in (*DECIDED, "faulty")
    return Difference(
        same_target=before.target.image == after.target.image
        and before.target.artifactory_url == after.target.artifactory_url,
        got_worse=breaks or lost or any(_is_worse(change) for change in findings),
        status=turned,
        findings=findings,
        checks=checks,
        facts=tuple(_turns(_fact_statuses(before), _fact_statuses(after))),
    )


def _is_worse(change: Change) -> bool:
    return change.kind == "worse" or (change.kind == "new" and RANK[change.after] > 0)


def _changes(before: Report, after: Report) -> Iterator[Change]:
    old, new = _findings(before), _findings(after)
    looked = {check.id: check for check in after.checks}
    for key in sorted(old.keys() | new.keys()):
        code, subject = key
        if key not in new:
            check, found = old[key]
            kind: Kind = "fixed" if can_tell(looked.get(check)) else "untestable"
            yield Change(kind=kind, code=code, subject=subject, check=check, before=found.severity, text=found.summary)
        elif key not in old:
            check, found = new[key]
            yield Change(kind="new", code=code, subject=subject, check=check, after=found.severity, text=found.summary)
        else:
            yield _both(old[key][1], new[key][1], new[key][0])


def _both(old: Finding, new: Finding, check: str) -> Change:
    kind: Kind = "same"
    if RANK[old.severity] != RANK[new.severity]:
        kind = "worse" if RANK[new.severity] > RANK[old.severity] else "better"
    elif (old.expected, old.actual, old.confidence) != (new.expected, new.actual, new.confidence):
        kind = "changed"
    return Change(
        kind=kind,
        code=new.code,
        subject=new.subject,
        check=check,
        before=old.severity,
        after=new.severity,
        text=new.summary,
    )


def can_tell(check: CheckResult | None) -> bool:
    """Whether a check looked, so that what it does not find is not there."""
    return check is not None and (
        check.status not in ("skip", "error") or (check.status == "skip" and check.reason == "not-applicable")
    )


def _findings(report: Report) -> dict[tuple[str, str], tuple[str, Finding]]:
    """By code and subject, the most severe one where there are several."""
    found: dict[tuple[str, str], tuple[str, Finding]] = {}
    for check in report.checks:
        for finding in check.findings:
            known = found.get((finding.code, finding.subject))
            if known is None or RANK[finding.severity] > RANK[known[1].severity]:
                found[finding.code, finding.subject] = (check.id, finding)
    return found


def _statuses(report: Report) -> dict[str, str]:
    return {check.id: check.status for check in report.checks}


def _fact_statuses(report: Report) -> dict[str, str]:
    return {name: record.status for name, record in report.facts.items()}


def _turns(before: dict[str, str], after: dict[str, str]) -> Iterator[Turn]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Turn(name=name, before=before.get(name), after=after.get(name))


def render(difference: Difference) -> str:
    """The difference as lines of text, each of them inert."""
    from cgrdoctor.report.clean import inert

    lines = [] if difference.same_target else ["The two reports are about different images or Artifactories."]
    if difference.status is not None:
        lines.append(f"{'status':<11}{difference.status.before} -> {difference.status.after}")
    for change in difference.findings:
        severities = " -> ".join(one or "-" for one in (change.before, change.after))
        lines.append(f"{change.kind:<11}{severities:<14}{change.code} ({change.subject}): {change.text}")
    for turn in difference.checks:
        lines.append(f"{'check':<11}{turn.name}: {turn.before or 'absent'} -> {turn.after or 'absent'}")
    for turn in difference.facts:
        lines.append(f"{'fact':<11}{turn.name}: {turn.before or 'absent'} -> {turn.after or 'absent'}")
    lines.append("Something got worse." if difference.got_worse else "Nothing got worse.")
    return "\n".join(inert(line) for line in lines) + "\n"

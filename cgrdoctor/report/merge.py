"""Several reports in one summary: which cause was found where."""

from __future__ import annotations

from collections.abc import Sequence

from cgrdoctor.engine.decided import decision_of
from cgrdoctor.model import Report, RunStatus, Severity, Struct
from cgrdoctor.report.clean import inert
from cgrdoctor.report.markdown import code_span, plain
from cgrdoctor.report.outline import status_of


class Member(Struct, frozen=True, kw_only=True):
    """One report of a summary; `selected` where it was asked about some checks only, not about the pull."""

    name: str
    image: str | None
    artifactory_url: str | None
    started_at: str
    status: RunStatus
    exit_status: int
    summary: str
    selected: bool = False

    @property
    def shown(self) -> str:
        """The status as people read it."""
        return status_of(self.status, selected=self.selected)


class Cause(Struct, frozen=True, kw_only=True):
    """One root cause and the names of the reports that have it, with the highest severity of all."""

    code: str
    subject: str
    title: str
    severity: Severity
    reports: tuple[str, ...]


class Summary(Struct, frozen=True, kw_only=True):
    """Several reports in one document."""

    schema_version: str
    reports: tuple[Member, ...]
    causes: tuple[Cause, ...]


def merge(reports: Sequence[tuple[str, Report]]) -> Summary:
    """The summary of named reports, causes found most often first."""
    found: dict[tuple[str, str], list[tuple[str, str, Severity]]] = {}
    for name, report in reports:
        for entry in report.diagnosis:
            found.setdefault((entry.code, entry.subject), []).append((name, entry.title, entry.severity))
    causes = [_cause(key, seen) for key, seen in found.items()]
    return Summary(
        schema_version=max(report.schema_version for _, report in reports),
        reports=tuple(_member(name, report) for name, report in reports),
        causes=tuple(sorted(causes, key=lambda c: (-len(c.reports), c.severity != "fail", c.code, c.subject))),
    )


def _cause(key: tuple[str, str], seen: Sequence[tuple[str, str, Severity]]) -> Cause:
    severity: Severity = "fail" if any(one[2] == "fail" for one in seen) else "warn"
    names = tuple(dict.fromkeys(one[0] for one in seen))
    return Cause(code=key[0], subject=key[1], title=seen[0][1], severity=severity, reports=names)


def _member(name: str, report: Report) -> Member:
    return Member(
        name=name,
        image=report.target.image,
        artifactory_url=report.target.artifactory_url,
        started_at=report.run.started_at,
        status=report.status,
        exit_status=report.exit_status,
        summary=report.summary,
        selected=decision_of(report).selected,
    )


def as_text(summary: Summary) -> str:
    """The summary as lines of text."""
    lines = [
        f"{one.shown:<12}{one.image or one.artifactory_url or '-'} ({one.name}): {one.summary}"
        for one in summary.reports
    ]
    lines += [
        f"{one.severity:<12}{one.code} ({one.subject}): {one.title}; in {len(one.reports)} of {len(summary.reports)}"
        for one in summary.causes
    ]
    return "\n".join(inert(line) for line in lines) + "\n"


def markdown(summary: Summary) -> str:
    """The summary as Markdown."""
    lines = [f"## cgrdoctor: {len(summary.reports)} reports", "", "| Status | Image | Summary |", "|---|---|---|"]
    lines += [f"| {one.shown} | {_cell(one.image or '-')} | {plain(one.summary)} |" for one in summary.reports]
    if summary.causes:
        lines += ["", "| Cause | Subject | Severity | Reports |", "|---|---|---|---|"]
    lines += [
        f"| {_cell(one.code)} | {_cell(one.subject or '-')} | {one.severity} | {len(one.reports)} |"
        for one in summary.causes
    ]
    return "\n".join(lines) + "\n"


def _cell(foreign: str) -> str:
    return code_span(foreign).replace("|", "\\|")

"""The fleet's view for a terminal and for a ticket: causes with what separates them, failing machines by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cgrdoctor.fleet.summary import WELL, Cause, Row, Summary
from cgrdoctor.report.clean import inert
from cgrdoctor.report.markdown import code_span, plain
from cgrdoctor.report.outline import status_of, who_of
from cgrdoctor.report.words import many

LINES = 60
"""Lines of Markdown at most, whatever the number of machines."""

CAUSES = 8
"""Causes of which Markdown tells everything; the others have a line each, and behind those a line for all."""

SHORT = 12
LISTED = 20
"""Unfinished or unreadable ones that have a line of their own on a terminal."""


def as_text(summary: Summary) -> str:
    """The summary as lines of text."""
    lines = [_first(summary)]
    for cause in summary.causes:
        lines.append(f"{cause.severity.upper():<6}{cause.code} ({cause.subject or '-'}): {cause.title}")
        lines += [f"      {part}" for part in (cause.says, ", ".join(cause.nodes), *_mending(cause)) if part]
    if len(summary.reports) > 1:
        lines += [_row(row) for row in _undecided(summary)[:LISTED]]
        if more := _undecided(summary)[LISTED:]:
            lines.append(f"and {len(more)} more that did not decide: {_names(more)}")
    lines += _beside(summary, LISTED)
    return "\n".join(inert(line) for line in lines) + "\n"


def _first(summary: Summary) -> str:
    return _row(summary.reports[0]) if len(summary.reports) == 1 else headline(summary)


def headline(summary: Summary) -> str:
    """How many there are, and how they are."""
    counts = summary.counts
    kinds = ("faulty", "interrupted", "incomplete", "warning", "pass", "healthy")
    states = [f"{counts[kind]} {kind}" for kind in kinds if counts[kind]]
    states += [f"{counts[kind]} {kind}" for kind in ("missing", "unreadable") if counts[kind]]
    nodes = f" of {many(counts['nodes'], 'node')}" if counts["nodes"] else ""
    return f"{many(counts['reports'], 'report')}{nodes}: {', '.join(states) or 'nothing in them'}"


def _row(row: Row) -> str:
    place = f"{row.node}, {row.name}" if row.node and row.node != row.name else row.name
    status = status_of(row.status, selected=row.selected)
    return f"{status:<12}{row.image or row.artifactory_url or '-'} ({place}): {row.summary}"


def _mending(cause: Cause) -> Iterator[str]:
    fix = f"Fix: {cause.fix.rstrip('.')}" if cause.fix else f"Fix: cgrdoctor explain {cause.code}"
    yield f"{fix}. Owner: {who_of(cause.owner)}" if cause.owner else fix


def _undecided(summary: Summary) -> list[Row]:
    """The machines that are neither well nor have a cause."""
    return [row for row in summary.reports if row.status not in WELL and not row.codes]


def _names(rows: Sequence[Row]) -> str:
    return ", ".join(row.node or row.name for row in rows)


def _beside(summary: Summary, most: int) -> Iterator[str]:
    """Who is not in it."""
    if summary.missing:
        yield f"Did not report: {', '.join(summary.missing)}"
    for one in summary.unreadable[:most]:
        yield f"Unreadable: {one.name} {one.why}"
    if more := summary.unreadable[most:]:
        yield f"Unreadable: {len(more)} more, {_kinds([one.why for one in more])}"


def _kinds(reasons: Sequence[str]) -> str:
    found = Counter(reasons).most_common(3)
    return ", ".join(f"{count} {why}" for why, count in found)


def markdown(summary: Summary) -> str:
    """The summary as at most 60 lines of Markdown; every failing machine is named in it."""
    lines = [f"## cgrdoctor: {plain(headline(summary))}"]
    for cause in summary.causes[:CAUSES]:
        lines += ["", f"**{cause.severity.upper()} {code_span(cause.code)}** {_subject(cause)}: {plain(cause.title)}"]
        lines += ["", f"- {plain(cause.says)}", f"- {_spans(cause.nodes)}"]
        lines += [f"- {plain(part)}" for part in _mending(cause)]
    short = summary.causes[CAUSES : CAUSES + SHORT]
    if short:
        lines.append("")
    lines += [
        f"- {code_span(cause.code)} {_subject(cause)}: {plain(cause.says)}: {_spans(cause.nodes)}" for cause in short
    ]
    if rest := summary.causes[CAUSES + SHORT :]:
        each = [f"{code_span(cause.code)} {_subject(cause)}: {_spans(cause.nodes)}" for cause in rest]
        lines.append(f"- {len(rest)} more: {'; '.join(each)}")
    lines = _shorter(lines, summary)
    if undecided := _undecided(summary):
        lines += ["", f"Did not decide: {_spans([row.node or row.name for row in undecided])}"]
    if summary.missing:
        lines += ["", f"Did not report: {_spans(summary.missing)}"]
    if summary.unreadable:
        lines += [
            "",
            f"Unreadable: {'; '.join(f'{code_span(one.name)} {plain(one.why)}' for one in summary.unreadable)}",
        ]
    return "\n".join(lines) + "\n"


def _shorter(lines: list[str], summary: Summary) -> list[str]:
    """Leaves room for what comes behind: empty lines go first."""
    ending = 2 * (bool(_undecided(summary)) + bool(summary.missing) + bool(summary.unreadable))
    if len(lines) + ending <= LINES:
        return lines
    return [line for place, line in enumerate(lines) if line or lines[place + 1].startswith("**")]


def _subject(cause: Cause) -> str:
    return code_span(cause.subject) if cause.subject else ""


def _spans(names: Sequence[str]) -> str:
    return ", ".join(code_span(name) for name in names)

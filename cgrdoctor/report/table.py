"""Two reports side by side, as a table of plain text."""

from __future__ import annotations

from cgrdoctor.model import Report
from cgrdoctor.report.clean import inert
from cgrdoctor.report.diff import Difference
from cgrdoctor.report.outline import shown_status, subject_line

COLUMN = 14


def render(left: Report, right: Report, difference: Difference) -> str:
    """Findings first, then every check whose status differs; `-` where a report has none."""
    rows = [
        ("", "A", "B"),
        ("status", shown_status(left), shown_status(right)),
        ("exit status", str(left.exit_status), str(right.exit_status)),
    ]
    rows += [(f"{one.code} ({one.subject})", one.before or "-", one.after or "-") for one in difference.findings]
    rows += [(one.name, one.before or "-", one.after or "-") for one in difference.checks]
    width = min(52, max(len(inert(row[0])) for row in rows))
    lines = [f"A  {inert(subject_line(left))}, {inert(left.run.started_at)}"]
    lines += [f"B  {inert(subject_line(right))}, {inert(right.run.started_at)}", ""]
    lines += [_row(*row, width=width) for row in rows]
    return "\n".join(lines) + "\n"


def _row(name: str, left: str, right: str, *, width: int) -> str:
    shown = inert(name)
    cut = shown if len(shown) <= width else shown[: width - 3] + "..."
    return f"{cut:<{width}}  {inert(left):<{COLUMN}}{inert(right)}".rstrip()

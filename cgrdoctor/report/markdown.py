"""The report for a ticket: at most 60 lines of Markdown, all foreign text escaped, commands in fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cgrdoctor.model import Command, Diagnosis, Remedy, Report
from cgrdoctor.report.clean import escaped, inert
from cgrdoctor.report.outline import (
    CONFIDENCE,
    caveats,
    closing,
    proof_of,
    shown_status,
    subject_line,
    tally,
    where_of,
    who_of,
)

LINES = 60
LANGUAGES = {"shell": "sh", "rest": "sh", "terraform": "hcl"}
LONGEST = 600
"""Characters of one paragraph."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LISTED = re.compile(r"^[-+=:]")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])", re.ASCII)
"""What could start markup, a link or a mention, and at the start of a line a list or a heading."""
_GAPS = re.compile(r"([\s|]+)")


def render(report: Report) -> str:
    """The report, cut at a block's end when it would pass 60 lines."""
    blocks = [_head(report), *_diagnoses(report), *_rest(report)]
    closing_block = ["", plain(closing(report))]
    lines: list[str] = []
    for block in blocks:
        if len(lines) + len(block) + len(closing_block) + 2 > LINES:
            lines += ["", "More stands in the JSON report."]
            break
        lines += block
    return "\n".join([*lines, *closing_block]) + "\n"


def plain(text: str) -> str:
    """Foreign text as text: one line, no markup, no links, no HTML.

    A word with an @ becomes a code span: GitHub and others make a mail link or a mention of it, escaped or not.
    """
    short = inert(text).strip()
    short = short if len(short) <= LONGEST else short[:LONGEST] + "..."
    words = (code_span(word) if "@" in word else _SPECIAL.sub(r"\\\g<0>", word) for word in _GAPS.split(short))
    return _NUMBERED.sub(r"\1\\\2", _LISTED.sub(r"\\\g<0>", "".join(words)))


def code_span(text: str) -> str:
    """Foreign text as a code span; the fence is longer than any run of backticks in it."""
    line = inert(text).strip() or " "
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def fenced(text: str, language: str = "sh") -> list[str]:
    """Foreign text as a block to copy from."""
    body = escaped(text).split("\n")
    fence = "`" * max(3, _longest_run(text) + 1)
    return [fence + language, *body, fence]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _head(report: Report) -> list[str]:
    return [f"## cgrdoctor: {shown_status(report)}, {code_span(subject_line(report))}", "", plain(report.summary)]


def _diagnoses(report: Report) -> Iterator[list[str]]:
    for number, entry in enumerate(report.diagnosis, 1):
        yield [
            "",
            f"### {number}\\. {plain(entry.title)} ({code_span(entry.code)}, {entry.severity})",
            "",
            *_entry(entry, report),
        ]
        if entry.remedy is not None:
            yield from _remedy(entry.remedy)


def _entry(entry: Diagnosis, report: Report) -> Iterator[str]:
    yield f"- **What:** {plain(entry.summary)}"
    yield f"- **Where:** {plain(where_of(entry))}"
    yield from (f"- **Proof:** {plain(line)}" for line in proof_of(entry, report))
    yield f"- **Sure:** {plain(CONFIDENCE.get(entry.confidence, entry.confidence))}"
    yield f"- **Who:** {plain(who_of(entry.owner))}"
    for rival in entry.rivals[:5]:
        yield f"- **Or else:** {code_span(rival.code)}, excluded by: {plain(rival.would_be_excluded_by)}"
    if entry.explains:
        yield f"- **Explains:** {', '.join(code_span(one.code) for one in entry.explains[:8])}"


def _remedy(remedy: Remedy) -> Iterator[list[str]]:
    yield [f"- **Fix:** {plain(remedy.summary)}", *(f"  - {plain(step)}" for step in remedy.steps[:8])]
    for command in remedy.commands:
        yield _command(command)


def _command(command: Command) -> list[str]:
    effect = "changes something" if command.changes else "only looks"
    return [
        "",
        f"{plain(command.description)} ({effect}):",
        "",
        *fenced(command.command, LANGUAGES.get(command.kind, "")),
    ]


def _rest(report: Report) -> Iterator[list[str]]:
    unverified = [f"{plain(one.subject)}: {plain(one.why)}" for one in report.unverified]
    yield from _listing("Not verified", unverified)
    yield from _listing("Not tried", [plain(line) for line in caveats(report)] if not report.diagnosis else [])
    yield from _listing("Side effects", [f"{plain(one.target)}: {plain(one.description)}" for one in report.effects])
    yield ["", f"Checks: {tally(report)}."]
    found = [c for c in report.checks if c.status in ("fail", "error", "warn")]
    yield from _listing("Findings", [f"{check.status}: {code_span(check.id)}" for check in found])


def _listing(title: str, lines: Sequence[str], most: int = 6) -> Iterator[list[str]]:
    if lines:
        more = [f"- and {len(lines) - most} more"] if len(lines) > most else []
        yield ["", f"**{title}**", "", *(f"- {line}" for line in lines[:most]), *more]

"""The report for a ticket: at most 60 lines of Markdown, all foreign text escaped, commands in fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cgrdoctor.model import Command, Report
from cgrdoctor.report.cause import Told, about, consequences, told, unless, ways
from cgrdoctor.report.clean import escaped, inert
from cgrdoctor.report.ending import last_line
from cgrdoctor.report.outline import UNFINISHED, caveats, closing, subject_line, tally, word_of
from cgrdoctor.report.route import release
from cgrdoctor.report.seen import MOST
from cgrdoctor.report.unlooked import pending, unverified

LINES = 60
LANGUAGES = {"shell": "sh", "rest": "sh", "terraform": "hcl"}
LONGEST = 600
"""Characters of one paragraph."""

CAUSES, STEPS, EXPLAINED, WAITED = 3, 8, 8, 4
"""Causes told whole, steps of a fix, consequences and requests that were waited for, at most."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LISTED = re.compile(r"^[-+=:]")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])", re.ASCII)
"""What could start markup, a link or a mention, and at the start of a line a list or a heading."""
_GAPS = re.compile(r"([\s|]+)")


def render(report: Report) -> str:
    """The report, without the blocks that would lead beyond 60 lines. Causes come before any command."""
    causes = [told(entry, report) for entry in report.diagnosis]
    last, final = last_line(report), closing(report)
    ending = [*(["", plain(last)] if last != final else []), "", f"Checks: {tally(report)}. {plain(final)}"]
    lines: list[str] = []
    more: list[str] = []
    for block in [*_head(report, causes), *_causes(causes, report), *_commands(causes), *_rest(report)]:
        if len(lines) + len(block) + len(ending) + 2 <= LINES:
            lines += block
        else:
            more = ["", "More stands in the JSON report."]
    return "\n".join([*lines, *more, *ending]) + "\n"


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


def _head(report: Report, causes: Sequence[Told]) -> Iterator[list[str]]:
    """The first cause on one line, else how the run ended; and the way."""
    about_what = code_span(subject_line(report))
    if causes and report.status not in UNFINISHED:
        first = causes[0]
        more = f" (1 of {len(causes)} causes)" if len(causes) > 1 else ""
        yield [f"## cgrdoctor: {first.word}, {plain(first.line)}{more}", ""]
        yield [f"{code_span(first.entry.code)}, {about_what}"]
    else:
        yield [f"## cgrdoctor: {word_of(report)}, {about_what}", "", plain(report.summary)]
        if waited := pending(report):
            yield ["", *(f"- **Waited:** {plain(line)}" for line in waited[:WAITED])]
    if causes or report.target.image:
        lines = "\n".join(f"{label:<8}{way}" for label, way in ways(report))
        version = release(report)
        yield ["", *fenced(f"{lines}        {version}" if version else lines, "text"), *([""] if causes else [])]


def _causes(causes: Sequence[Told], report: Report) -> Iterator[list[str]]:
    headed = report.status not in UNFINISHED
    seen, steps = (2, 1) if len(causes) > 1 else (MOST, STEPS)
    for number, one in enumerate(causes[:CAUSES], 1):
        title = f"### {number}\\. {one.word}, {plain(one.line)} ({code_span(one.entry.code)})"
        heading = ["", title, ""] if number > 1 or not headed else []
        yield [*heading, *_seen(one, seen), *_fix(one, steps), *_who(one)]
    if more := causes[CAUSES:]:
        yield ["", *(f"- **More:** {one.word}, {plain(one.line)} ({code_span(one.entry.code)})" for one in more)]


def _seen(one: Told, most: int) -> Iterator[str]:
    for seen in one.seen[:most]:
        yield f"- **Seen:** {plain(f'{seen.number} {seen.text}')}"


def _fix(one: Told, most: int) -> Iterator[str]:
    remedy = one.entry.remedy
    if remedy is None:
        yield f"- **Fix:** {code_span(f'cgrdoctor explain {one.entry.code}')}"
        return
    yield f"- **Fix:** {plain(remedy.summary)}"
    for number, step in enumerate(remedy.steps[:most], 1):
        yield f"  {number}. {plain(step)}" if len(remedy.steps) > 1 else f"  - {plain(step)}"


def _who(one: Told) -> Iterator[str]:
    if one.then:
        yield f"- **Then:** {code_span(one.then)}"
    yield f"- **Owner:** {plain(one.owner)}"
    for rival in one.rivals:
        yield f"- **Or:** {code_span(rival.code)}{plain(about(rival, one.entry))}, {plain(unless(rival))}"
    if one.left:
        yield f"- and {len(one.left)} more"
    if codes := consequences(one.entry):
        yield f"- **Explains:** {', '.join(code_span(code) for code in codes[:EXPLAINED])}"


def _commands(causes: Sequence[Told]) -> Iterator[list[str]]:
    for one in causes:
        named = f"{code_span(one.entry.code)}: " if len(causes) > 1 else ""
        for command in one.commands:
            yield _command(command, named)


def _command(command: Command, named: str) -> list[str]:
    effect = "changes something" if command.changes else "only looks"
    return [
        "",
        f"{named}{plain(command.description)} ({effect}):",
        "",
        *fenced(command.command, LANGUAGES.get(command.kind, "")),
    ]


def _rest(report: Report) -> Iterator[list[str]]:
    yield from _listing("Not verified", [plain(line) for line in unverified(report)])
    yield from _listing("Not tried", [plain(line) for line in caveats(report)])
    yield from _listing("Left out", [plain(report.truncated)] if report.truncated else [])
    yield from _listing("Side effects", [f"{plain(one.target)}: {plain(one.description)}" for one in report.effects])
    found = [c for c in report.checks if c.status in ("fail", "error", "warn")]
    yield from _listing("Findings", [f"{check.status}: {code_span(check.id)}" for check in found])


def _listing(title: str, lines: Sequence[str], most: int = 6) -> Iterator[list[str]]:
    if lines:
        more = [f"- and {len(lines) - most} more"] if len(lines) > most else []
        yield ["", f"**{title}**", "", *(f"- {line}" for line in lines[:most]), *more]

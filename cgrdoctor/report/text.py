"""The report for a terminal: the root cause first, 80 columns, plain where nobody sees colours."""

from __future__ import annotations

import io
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from cgrdoctor.model import Command, Diagnosis, Remedy, Report
from cgrdoctor.report.clean import escaped, inert
from cgrdoctor.report.outline import (
    CONFIDENCE,
    by_area,
    caveats,
    closing,
    exchange_line,
    headline,
    proof_of,
    tally,
    what_of,
    where_of,
    who_of,
)

if TYPE_CHECKING:
    from rich.console import Console

    from cgrdoctor.config.settings import Settings

COLUMNS = 80
LABEL = 10
"""Columns of the labels at the left (What, Where, Why, ...)."""

STYLES = {
    "fail": "bold red",
    "error": "bold magenta",
    "warn": "yellow",
    "info": "cyan",
    "pass": "green",
    "skip": "dim",
    "faulty": "bold red",
    "incomplete": "bold magenta",
    "interrupted": "bold magenta",
    "warning": "bold yellow",
    "healthy": "bold green",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How to show a report. `loudness` is -1 for the diagnosis alone, 1 for facts and exchanges, 2 for all of them."""

    colour: bool = False
    columns: int = COLUMNS
    loudness: int = 0


def style_for(stream: TextIO, settings: Settings) -> Style:
    """Colour only on a terminal that has some and if nobody objects; never wider than 80 columns."""
    terminal = stream.isatty()
    columns = min(COLUMNS, max(40, shutil.get_terminal_size((COLUMNS, 24)).columns)) if terminal else COLUMNS
    colour = terminal and settings.color and os.environ.get("TERM", "") != "dumb"
    return Style(colour, columns, -1 if settings.quiet else settings.verbose)


def prepare() -> None:
    """Loads rich."""
    _console(Style())


def render(report: Report, style: Style | None = None) -> str:
    """The report as text with a line feed at the end."""
    page = Page(style or Style())
    _head(page, report)
    for number, entry in enumerate(report.diagnosis, 1):
        _entry(page, number, entry, report)
    if page.style.loudness >= 0:
        _rest(page, report)
    if page.style.loudness > 0:
        _facts(page, report)
        _exchanges(page, report)
    page.line()
    page.line(closing(report), STYLES.get(report.status, ""))
    return page.text()


class Page:
    """Lines of text with styles, wrapped at the width of the page; foreign text comes in through `line` and `item`."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._console = _console(style)

    def text(self) -> str:
        """Everything written so far."""
        stream = self._console.file
        assert isinstance(stream, io.StringIO)
        return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))

    def line(self, text: str = "", style: str = "") -> None:
        """One paragraph, wrapped."""
        self.item("", text, style=style, indent=0)

    def item(self, label: str, text: str, *, style: str = "", indent: int = LABEL, label_style: str = "bold") -> None:
        """A label in its column and a paragraph beside it."""
        from rich.text import Text

        width = max(20, self.style.columns - indent)
        lines = Text(inert(text)).wrap(self._console, width) or [Text("")]
        for number, line in enumerate(lines):
            line.rstrip()
            line.stylize(style)
            margin = label.ljust(indent) if number == 0 else " " * indent
            self._console.print(Text.assemble((margin, label_style), line), soft_wrap=True)

    def verbatim(self, text: str, *, indent: int = LABEL, style: str = "cyan") -> None:
        """Text to be copied: never wrapped, line feeds kept."""
        from rich.text import Text

        for line in escaped(text).split("\n"):
            self._console.print(Text.assemble(" " * indent, (line, style)), soft_wrap=True)

    def heading(self, text: str) -> None:
        """An empty line and a heading."""
        self.line()
        self.line(text, "bold underline" if self.style.colour else "")
        if not self.style.colour:
            self.line("-" * min(len(inert(text)), self.style.columns))


def _console(style: Style) -> Console:
    from rich.console import Console

    return Console(
        file=io.StringIO(),
        width=style.columns,
        color_system="standard" if style.colour else None,
        force_terminal=style.colour,
        no_color=not style.colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )


def _head(page: Page, report: Report) -> None:
    first, below = headline(report)
    page.verbatim(inert(first), indent=0, style=STYLES.get(report.status, ""))
    if below:
        page.line(below)


def _entry(page: Page, number: int, entry: Diagnosis, report: Report) -> None:
    page.line()
    page.line(f"{number}. {entry.title} ({entry.severity}, {entry.code})", STYLES.get(entry.severity, ""))
    page.item("What", entry.summary)
    page.item("Where", where_of(entry))
    for place, line in enumerate(proof_of(entry, report)):
        page.item("" if place else "Proof", line)
    page.item("Sure", CONFIDENCE.get(entry.confidence, entry.confidence))
    if entry.remedy is not None:
        _remedy(page, entry.remedy)
    page.item("Who", who_of(entry.owner))
    for place, rival in enumerate(entry.rivals):
        about = f" ({rival.subject})" if rival.subject else ""
        told_by = f"{rival.code}{about}; excluded by: {rival.would_be_excluded_by} ({who_of(rival.who)})"
        page.item("" if place else "Or else", told_by)
    if entry.explains:
        page.item("Explains", ", ".join(f"{one.code} ({one.subject})" for one in entry.explains))


def _remedy(page: Page, remedy: Remedy) -> None:
    page.item("Fix", remedy.summary, style="bold")
    for number, step in enumerate(remedy.steps, 1):
        page.item("", f"{number}. {step}")
    for command in remedy.commands:
        _command(page, command)


def _command(page: Page, command: Command) -> None:
    effect = "changes something" if command.changes else "only looks"
    page.item("", f"# {command.description} ({command.kind}, {effect})", style="dim")
    page.verbatim(command.command)


def _rest(page: Page, report: Report) -> None:
    _listing(page, "Not verified", [f"{u.subject}: {u.why} (unlocked by: {u.unlocked_by})" for u in report.unverified])
    if report.status in ("healthy", "warning"):
        _listing(page, "Not tried", caveats(report))
    elif report.truncated:
        _listing(page, "Left out", [report.truncated])
    _listing(page, "Side effects", [f"{e.kind} {e.target}: {e.description}" for e in report.effects])
    page.heading(f"Checks ({tally(report)})")
    for area, checks in by_area(report):
        for place, check in enumerate(checks):
            label = area if place == 0 else ""
            page.item(
                f"{inert(label)[:11]:<12}{check.status:<6}",
                f"{check.id}: {what_of(check)}",
                indent=18,
                style=STYLES.get(check.status, "") if check.status != "pass" else "",
                label_style=STYLES.get(check.status, ""),
            )


def _listing(page: Page, title: str, lines: list[str]) -> None:
    if lines:
        page.heading(title)
        for line in lines:
            page.item("-", line, indent=2, label_style="")


def _facts(page: Page, report: Report) -> None:
    page.heading("Facts")
    for name, record in sorted(report.facts.items()):
        why = f": {record.reason}" if record.reason else ""
        page.item("-", f"{name} {record.status}, {record.duration:.2f} s{why}", indent=2, label_style="")
        if page.style.loudness > 1 and record.value is not None:
            for key, value in sorted(record.value.items()):
                page.item("", f"{key} = {value!r}"[:400], indent=4)


def _exchanges(page: Page, report: Report) -> None:
    page.heading("Exchanges")
    for exchange in report.exchanges:
        page.item(f"{inert(exchange.id)[:5]:<6}", exchange_line(exchange), indent=6, label_style="")
        if page.style.loudness > 1:
            for name, value in exchange.response_headers:
                page.item("", f"{name}: {value}"[:400], indent=8)
            if exchange.body_excerpt:
                page.item("", exchange.body_excerpt[:800], indent=8)

"""What -v adds: every remedy whole, every check, facts, exchanges."""

from __future__ import annotations

from cgrdoctor.model import Command, Diagnosis, Remedy, Report
from cgrdoctor.report.clean import inert
from cgrdoctor.report.outline import (
    CONFIDENCE,
    by_area,
    caveats,
    exchange_line,
    tally,
    what_of,
    where_of,
    who_of,
)
from cgrdoctor.report.page import Page
from cgrdoctor.report.seen import deciding
from cgrdoctor.report.unlooked import unverified
from cgrdoctor.report.words import lasting

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


def entry(page: Page, number: int, one: Diagnosis, report: Report) -> None:
    """A cause with all that is known of it."""
    page.line()
    page.line(f"{number}. {one.title} ({one.severity}, {one.code})", STYLES.get(one.severity, ""))
    page.item("What", one.summary)
    page.item("Where", where_of(one))
    for place, seen in enumerate(deciding(one, report, one.summary)):
        page.item("" if place else "Seen", f"{seen.number:<4} {seen.text}" if seen.number else seen.text)
    page.item("Sure", CONFIDENCE.get(one.confidence, one.confidence))
    if one.remedy is not None:
        _remedy(page, one.remedy)
    page.item("Owner", who_of(one.owner))
    for place, rival in enumerate(one.rivals):
        about = f" ({rival.subject})" if rival.subject else ""
        told_by = f"{rival.code}{about}; excluded by: {rival.would_be_excluded_by} ({who_of(rival.who)})"
        page.item("" if place else "Or else", told_by)
    for place, out in enumerate(one.ruled_out):
        page.item("" if place else "Ruled out", f"{out.code}: {out.by}", indent=11)
    if one.explains:
        page.item("Explains", ", ".join(f"{item.code} ({item.subject})" for item in one.explains))


def _remedy(page: Page, remedy: Remedy) -> None:
    page.item("Fix", remedy.summary, style="bold")
    for number, step in enumerate(remedy.steps, 1):
        page.item("", f"{number}. {step}" if len(remedy.steps) > 1 else step)
    for command in remedy.commands:
        _command(page, command)


def _command(page: Page, command: Command) -> None:
    effect = "changes something" if command.changes else "only looks"
    page.item("", f"# {command.description} ({command.kind}, {effect})", style="dim")
    page.verbatim(command.command)


def rest(page: Page, report: Report) -> None:
    """What was not looked at, what may have changed, and every check."""
    _listing(page, "Not verified", unverified(report, named=len(report.unverified)))
    _listing(page, "Not tried", caveats(report))
    _listing(page, "Left out", [report.truncated] if report.truncated else [])
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


def facts(page: Page, report: Report) -> None:
    """Every fact, with -vv its value."""
    page.heading("Facts")
    for name, record in sorted(report.facts.items()):
        why = f": {record.reason}" if record.reason else ""
        page.item("-", f"{name} {record.status}, {lasting(record.duration)}{why}", indent=2, label_style="")
        if page.style.loudness > 1 and record.value is not None:
            for key, value in sorted(record.value.items()):
                page.item("", f"{key} = {value!r}"[:400], indent=4)


def exchanges(page: Page, report: Report) -> None:
    """Every exchange, with -vv headers and bodies."""
    page.heading("Exchanges")
    for exchange in report.exchanges:
        page.item(f"{inert(exchange.id)[:5]:<6}", exchange_line(exchange), indent=6, label_style="")
        if page.style.loudness > 1:
            for name, value in exchange.response_headers:
                page.item("", f"{name}: {value}"[:400], indent=8)
            if exchange.body_excerpt:
                page.item("", exchange.body_excerpt[:800], indent=8)

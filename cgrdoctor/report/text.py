"""The report for a terminal, on one screen: cause, way, what decided, fix, owner; the last line says it once more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cgrdoctor.model import CheckResult, Diagnosis, Report
from cgrdoctor.report import details
from cgrdoctor.report.cause import cause_line
from cgrdoctor.report.details import STYLES
from cgrdoctor.report.ending import last_line
from cgrdoctor.report.fix import fix, owner, then
from cgrdoctor.report.outline import UNFINISHED, by_area, headline
from cgrdoctor.report.page import Page, Style, console_for
from cgrdoctor.report.route import direct_way, pull_way, release
from cgrdoctor.report.seen import deciding, shortened
from cgrdoctor.report.unlooked import not_tried, pending, unverified
from cgrdoctor.report.words import brief, several

ONE_CAUSE, SEVERAL, NONE = 22, 30, 12
"""Rows at most, by default."""

AIR = 3
"""Rows that one cause must leave free before it gets empty lines: without them nothing scrolls away sooner."""

CAUSES = 3
"""Causes shown one by one; more are named."""

SHOWN = {"pass": "ok", "info": "noted", "warn": "WARN", "fail": "FAIL", "error": "BROKE"}
SKIPPED = {"blocked": "not seen", "deadline": "not reached", "not-selected": "left out"}
"""What a count of checks is called; what does not apply is counted only where an area has nothing else."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each part is shown. `wordy`: characters of an observation; `airy`: with empty lines between."""

    seen: int = 4
    rivals: int = 3
    steps: int = 4
    command: bool = True
    areas: bool = True
    wordy: int = 300
    groups: int = 9
    airy: bool = True


ROOMS = (
    Room(),
    Room(airy=False),
    Room(wordy=200, airy=False),
    Room(seen=3, wordy=200, airy=False),
    Room(seen=3, rivals=2, steps=3, wordy=200, airy=False),
    Room(seen=3, rivals=2, steps=2, wordy=200, airy=False),
    Room(seen=2, rivals=2, steps=2, wordy=160, groups=3, airy=False),
    Room(seen=2, rivals=2, steps=1, command=False, wordy=160, groups=2, airy=False),
    Room(seen=2, rivals=1, steps=1, command=False, areas=False, wordy=160, groups=2, airy=False),
    Room(seen=2, rivals=1, steps=0, command=False, areas=False, wordy=160, groups=1, airy=False),
    Room(seen=1, rivals=1, steps=0, command=False, areas=False, wordy=100, groups=1, airy=False),
    Room(seen=1, rivals=0, steps=0, command=False, areas=False, wordy=60, groups=0, airy=False),
)
"""From the most to the least; the first that fits is taken."""


def prepare() -> None:
    """Loads rich."""
    import rich.cells
    import rich.text  # noqa: F401

    console_for(Style())


def render(report: Report, style: Style | None = None) -> str:
    """The report as text with a line feed at the end."""
    wanted = style or Style()
    if wanted.loudness > 0:
        return _whole(report, wanted).text()
    if wanted.loudness < 0:
        return _quiet(report, wanted).text()
    return _fitting(report, wanted).text()


def _fitting(report: Report, style: Style) -> Page:
    """The most that fits; several causes are rather told in fewer words than pushed off the screen."""
    many = len(report.diagnosis) > 1
    healthy = not report.diagnosis and report.status == "healthy"
    most = NONE if healthy else SEVERAL if many else ONE_CAUSE
    for limit in (min(most, style.rows - 2), most) if many else (most,):
        for room in ROOMS:
            page = _screen(report, style, room)
            if page.rows <= limit - (AIR if room.airy and limit == ONE_CAUSE else 0):
                return page
    return page


def _whole(report: Report, style: Style) -> Page:
    page = Page(style)
    _head(page, report)
    _way(page, report)
    for number, one in enumerate(report.diagnosis, 1):
        details.entry(page, number, one, report)
    details.rest(page, report)
    details.facts(page, report)
    details.exchanges(page, report)
    page.line()
    _last(page, report)
    return page


def _quiet(report: Report, style: Style) -> Page:
    page = Page(style)
    if not report.diagnosis or report.status in UNFINISHED:
        _head(page, report)
    for one in report.diagnosis:
        _cause(page, one)
        fix(page, one, steps=1, command=False)
        owner(page, one, ruled_out=False)
    _last(page, report)
    return page


def _screen(report: Report, style: Style, room: Room) -> Page:
    page = Page(style)
    if report.diagnosis and report.status in UNFINISHED:
        _head(page, report)
    if len(report.diagnosis) > 1:
        _several(page, report, room)
    elif report.diagnosis:
        _one(page, report, room)
    else:
        _none(page, report, room)
    _areas(page, report, everything=room.areas, airy=room.airy)
    first = report.diagnosis[0] if len(report.diagnosis) > 1 else None
    if first is not None and page.rows + 1 >= style.rows:
        _again(page, first)
    _last(page, report)
    return page


def _one(page: Page, report: Report, room: Room) -> None:
    entry = report.diagnosis[0]
    told = _cause(page, entry)
    _way(page, report, airy=room.airy)
    _seen(page, entry, report, room, told)
    fix(page, entry, steps=room.steps, command=room.command)
    then(page, entry, report)
    owner(page, entry)
    _rivals(page, entry, room.rivals)


def _several(page: Page, report: Report, room: Room) -> None:
    """Each in a few rows, in the order in which mending helps."""
    entries = report.diagnosis
    told = _cause(page, entries[0], f" (1 of {len(entries)} causes)")
    _way(page, report, airy=room.airy)
    steps = min(1, room.steps)
    shown = entries[:CAUSES]
    for number, entry in enumerate(shown):
        if number:
            if room.airy:
                page.line()
            told = _cause(page, entry)
        _seen(page, entry, report, Room(seen=min(2, room.seen), wordy=min(160, room.wordy)), told)
        fix(page, entry, steps=steps, command=False, forms=False)
        owner(page, entry, ruled_out=False)
    if more := entries[len(shown) :]:
        page.item("  More", f"{', '.join(one.code for one in more)} (-v)")
    then(page, entries[0], report)


def _none(page: Page, report: Report, room: Room) -> None:
    """Nothing was found: what the run saw all the same, and what it did not look at."""
    _head(page, report)
    if report.target.image:
        _way(page, report, airy=room.airy)
    for place, line in enumerate(pending(report)[: max(1, room.seen)]):
        page.item("" if place else "  Waited", line)
    groups = unverified(report)
    if hidden := groups[room.groups :]:
        groups = [*groups[: room.groups], f"{several(len(hidden), 'more reason')}: -v"]
    for place, line in enumerate(groups):
        page.item("" if place else "  Unseen", line)
    if report.status == "healthy" and (left := not_tried(report)):
        page.item("  Untried", left)
    if report.truncated:
        page.item("  Left out", brief(report.truncated, room.wordy), indent=11)


def _head(page: Page, report: Report) -> None:
    first, below = headline(report)
    page.item("", first, indent=0, style=STYLES.get(report.status, ""))
    if below and below not in first:
        page.line(below)


def _cause(page: Page, entry: Diagnosis, more: str = "") -> str:
    """The cause in one line, and what it tells."""
    word = "FAIL" if entry.severity == "fail" else "WARN"
    told = cause_line(entry, page.style.columns - len(word) - 2 - len(more))
    page.item(f"{word}  ", told + more, indent=6, style=STYLES.get(entry.severity, ""), label_style=STYLES["fail"])
    return told


def _way(page: Page, report: Report, *, airy: bool = True) -> None:
    """The way of the pull with the leg that breaks, and the direct one."""
    if airy:
        page.line()
    page.item("  pull", pull_way(report))
    version = release(report)
    beside = direct_way(report)
    gap = page.style.columns - 10 - len(beside) - len(version)
    page.item("  direct", f"{beside}{' ' * gap}{version}" if version and gap > 1 else beside)


def _seen(page: Page, entry: Diagnosis, report: Report, room: Room, told: str) -> None:
    for place, one in enumerate(deciding(entry, report, told)[: room.seen]):
        page.item(f"{'' if place else '  Seen':<10}{one.number:<4}", brief(shortened(one.text), room.wordy), indent=14)


def _rivals(page: Page, entry: Diagnosis, most: int) -> None:
    for place, rival in enumerate(entry.rivals[:most]):
        about = f" ({rival.subject})" if rival.subject and rival.subject != entry.subject else ""
        left = len(entry.rivals) - most
        more = f" (+{left}: -v)" if left > 0 and place == most - 1 else ""
        text = f"{rival.code}{about}, unless {brief(rival.would_be_excluded_by, 120)}{more}"
        page.item("" if place else "  Or", text)


def _areas(page: Page, report: Report, *, everything: bool, airy: bool) -> None:
    """How the checks ended, counted by area."""
    counted = [(area, _counts(checks)) for area, checks in by_area(report)]
    shown = [
        f"{area} {counts}" for area, counts in counted if counts and (everything or counts != f"{counts.split()[0]} ok")
    ]
    unseen = several(len(report.unverified), "requirement") if report.unverified and report.diagnosis else ""
    if airy:
        page.line()
    page.pieces([*shown, *([f"{unseen} not verified (-v)"] if unseen else [])], indent=2)


def _counts(checks: list[CheckResult]) -> str:
    names = Counter(
        SKIPPED.get(one.reason or "", "n/a") if one.status == "skip" else SHOWN.get(one.status, one.status)
        for one in checks
    )
    parts = [f"{count} {name}" for name, count in names.items() if name != "n/a"]
    return ", ".join(parts) or f"{names['n/a']} n/a"


def _again(page: Page, first: Diagnosis) -> None:
    """What has scrolled away by now: the cause to mend first."""
    page.line()
    page.item("First", cause_line(first, page.style.columns - 10), style=STYLES.get(first.severity, ""))
    fix(page, first, steps=0, command=False, forms=False)
    owner(page, first, ruled_out=False)


def _last(page: Page, report: Report) -> None:
    page.verbatim(last_line(report), indent=0, style=STYLES.get(report.status, ""))

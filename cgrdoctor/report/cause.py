"""A cause as Markdown, JUnit and HTML tell it: the parts that the text shows, in the same order, without any markup."""

from __future__ import annotations

from dataclasses import dataclass

from cgrdoctor.model import Command, Diagnosis, Report, Rival
from cgrdoctor.report.fix import owner_line, verifying
from cgrdoctor.report.route import direct_way, pull_way
from cgrdoctor.report.seen import MOST, Observation, deciding, shortened
from cgrdoctor.report.words import brief, repeats

ROOM = 120
"""Characters of a cause on one line, where no terminal sets a width."""

RIVALS = 3
"""Alternatives told at most."""

LOOK = 120
"""Characters of the look that excludes an alternative."""

WORDY = 300
"""Characters of an observation."""

SEVERITIES = {"fail": "FAIL", "warn": "WARN"}


@dataclass(frozen=True, slots=True)
class Told:
    """What stands beside the labels Seen, Then, Owner and Or; what to do is in the remedy.

    `commands` are the remedy's without the pull that stands beside Then. `left`: the rivals beyond the first.
    """

    entry: Diagnosis
    word: str
    line: str
    seen: tuple[Observation, ...]
    commands: tuple[Command, ...]
    then: str
    owner: str
    rivals: tuple[Rival, ...]
    left: tuple[Rival, ...]


def told(entry: Diagnosis, report: Report) -> Told:
    """The parts of a cause."""
    line = cause_line(entry, ROOM)
    seen = (Observation(one.number, brief(shortened(one.text), WORDY)) for one in deciding(entry, report, line)[:MOST])
    then = verifying(entry, report)
    commands = entry.remedy.commands if entry.remedy is not None else ()
    return Told(
        entry=entry,
        word=SEVERITIES.get(entry.severity, entry.severity.upper()),
        line=line,
        seen=tuple(seen),
        commands=tuple(one for one in commands if one.command != then),
        then=then,
        owner=owner_line(entry),
        rivals=entry.rivals[:RIVALS],
        left=entry.rivals[RIVALS:],
    )


def cause_line(entry: Diagnosis, room: int) -> str:
    """Title and summary where both have room and say different things; else the one that says more."""
    title, summary = entry.title.rstrip("."), entry.summary.strip().rstrip(".")
    if repeats(summary, title) and len(summary) <= room:
        return summary
    both = f"{title}: {summary}"
    if len(both) <= room and not repeats(summary, title):
        return both
    named = f"{title}: {entry.subject}"
    return named if entry.subject and entry.subject not in title and len(named) <= room else title


def ways(report: Report) -> tuple[tuple[str, str], tuple[str, str]]:
    """The way of the pull with the leg that breaks, and the direct one, each with its label."""
    return (("pull", pull_way(report)), ("direct", direct_way(report)))


def consequences(entry: Diagnosis) -> list[str]:
    """The other codes that a cause explains, each once."""
    return [code for code in dict.fromkeys(item.code for item in entry.explains) if code != entry.code]


def about(rival: Rival, entry: Diagnosis) -> str:
    """Whom a rival is about, where it is not the same as its cause."""
    return f" ({rival.subject})" if rival.subject and rival.subject != entry.subject else ""


def unless(rival: Rival) -> str:
    """The one look that excludes a rival."""
    return f"unless {brief(rival.would_be_excluded_by, LOOK)}"

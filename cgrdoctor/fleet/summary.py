"""The fleet's view: which causes where, what separates them, who did not report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from cgrdoctor.fleet import separate
from cgrdoctor.fleet.collect import Fleet
from cgrdoctor.fleet.member import Found, Member
from cgrdoctor.fleet.separate import Reference, Separation, counted, sentence, split
from cgrdoctor.model import SCHEMA_VERSION, Code, RunStatus, Severity, Struct

WELL = ("healthy", "warning")
"""Statuses of a machine on which the image pulls."""


class Row(Struct, frozen=True, kw_only=True):
    """One report."""

    name: str
    node: str | None
    image: str | None
    artifactory_url: str | None
    started_at: str | None
    status: RunStatus
    exit_status: int
    summary: str
    codes: tuple[str, ...]
    selected: bool


class Cause(Struct, frozen=True, kw_only=True):
    """One root cause on the machines that one thing separates from the well ones; `says` is that in a sentence.

    `reports` are names of reports, `nodes` what their machines are called, in the same order.
    """

    code: str
    subject: str
    title: str
    severity: Severity
    reports: tuple[str, ...]
    nodes: tuple[str, ...]
    separates: Separation | None
    says: str
    leg: str | None = None
    owner: str | None = None
    fix: str | None = None


class Unread(Struct, frozen=True, kw_only=True):
    """What could not be read, and why."""

    name: str
    why: str


class Summary(Struct, frozen=True, kw_only=True):
    """Many reports in one document; `missing` are the expected machines that did not report."""

    schema_version: str
    reports: tuple[Row, ...]
    causes: tuple[Cause, ...]
    unreadable: tuple[Unread, ...]
    missing: tuple[str, ...]
    counts: dict[str, int]

    @property
    def whole(self) -> bool:
        """Whether everything was readable and everybody reported."""
        return not self.unreadable and not self.missing


def summarise(fleet: Fleet, expected: Collection[str] = (), codes: Callable[[], Mapping[str, Code]] = dict) -> Summary:
    """The view of a fleet. `codes` is asked for what lines do not tell of a code: its title, leg and owner."""
    found = _by_cause(fleet.members)
    lacking = any(not one.title for _, (one, _) in found.items())
    known = codes() if lacking else {}
    healthy = [member for member in fleet.members if member.status in WELL]
    unwell = counted([member for member in fleet.members if member.status not in WELL])
    well = counted(healthy)
    everybody = well if healthy else unwell
    causes: list[Cause] = []
    for first, members in found.values():
        reference, is_healthy = _reference(well, everybody, members)
        failing = [member for member in members if member.status not in WELL]
        reference = reference.beside(unwell.without(failing))
        title = first.title or (known[first.code].title if first.code in known else first.code)
        about = separate.Cause.of(members, first.code, first.subject, reference)
        for part, separation in split(members, about):
            causes.append(
                _cause(first, title, part, separation, known, (len(fleet.members), reference.size, is_healthy))
            )
    order = sorted(causes, key=lambda one: (one.severity != "fail", -len(one.reports), one.code, one.subject))
    return Summary(
        schema_version=SCHEMA_VERSION,
        reports=tuple(_row(member) for member in fleet.members),
        causes=tuple(order),
        unreadable=tuple(Unread(name=one.name, why=one.why) for one in fleet.unreadable),
        missing=_missing(fleet.members, expected),
        counts=_counts(fleet, expected),
    )


def _by_cause(members: Sequence[Member]) -> dict[tuple[str, str], tuple[Found, list[Member]]]:
    """The members of each cause, with what is best known of it."""
    found: dict[tuple[str, str], tuple[Found, list[Member]]] = {}
    for member in members:
        for cause in {(one.code, one.subject): one for one in member.causes}.values():
            known, inside = found.get((cause.code, cause.subject), (cause, []))
            inside.append(member)
            found[cause.code, cause.subject] = (_better(known, cause), inside)
    return found


def _better(known: Found, other: Found) -> Found:
    """Of two that say the same the one that says more, the worse one first."""
    return max(known, other, key=lambda one: (one.severity == "fail", bool(one.title), bool(one.fix)))


def _reference(well: Reference, everybody: Reference, members: Sequence[Member]) -> tuple[Reference, bool]:
    """The healthy machines without this cause; where nobody is healthy, all that are without it."""
    if not well.size:
        return everybody.without(members), False
    among = [member for member in members if member.status in WELL]
    return (well.without(among) if among else well), True


def _cause(
    first: Found,
    title: str,
    members: Sequence[Member],
    separation: Separation | None,
    known: Mapping[str, Code],
    sizes: tuple[int, int, bool],
) -> Cause:
    total, reference, healthy = sizes
    code = known.get(first.code)
    says = f"{len(members)} of {total}"
    if separation is not None:
        says = sentence(separation, len(members), total, reference, healthy=healthy)
    return Cause(
        code=first.code,
        subject=first.subject,
        title=title,
        severity=first.severity,
        reports=tuple(member.name for member in members),
        nodes=tuple(member.who for member in members),
        separates=separation,
        says=says,
        leg=first.leg or (code.leg if code else None),
        owner=first.owner or (code.owner if code else None),
        fix=first.fix,
    )


def _row(member: Member) -> Row:
    return Row(
        name=member.name,
        node=member.node,
        image=member.image,
        artifactory_url=member.artifactory_url,
        started_at=member.started_at,
        status=member.status,
        exit_status=member.exit_status,
        summary=member.summary,
        codes=tuple(one.code for one in member.causes),
        selected=member.selected,
    )


def _missing(members: Sequence[Member], expected: Collection[str]) -> tuple[str, ...]:
    there = {member.node for member in members} | {member.name for member in members if member.node is None}
    return tuple(node for node in dict.fromkeys(expected) if node not in there)


def _counts(fleet: Fleet, expected: Collection[str]) -> dict[str, int]:
    statuses = Counter(member.shown for member in fleet.members)
    return {
        "reports": len(fleet.members),
        "nodes": len({member.node for member in fleet.members if member.node is not None}),
        **{name: statuses[name] for name in ("healthy", "pass", "warning", "faulty", "incomplete", "interrupted")},
        "expected": len(set(expected)),
        "missing": len(_missing(fleet.members, expected)),
        "unreadable": len(fleet.unreadable),
    }

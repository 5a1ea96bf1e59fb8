"""What the failing machines of a cause have that no healthy one has: computed over all of them, or left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cgrdoctor.fleet.member import Member
from cgrdoctor.model import Struct

ORDER = (
    *("proxy", "proxy of the engine", "no_proxy of the engine", " address", "clock", "login", "user name", " issuer"),
    *("egress", "platform", "client", "vantage", "repository", "Artifactory version", "system", "cgrdoctor"),
    *("Artifactory node", "digest"),
)
"""Names of what differs, the one that brings the others with it first; those with a space before them end so."""

RELEVANT: Mapping[str, re.Pattern[str]] = {
    "login": re.compile(r"credential|login|token|auth|forbidden|anonymous|locked|pull-secret"),
    "user name": re.compile(r"credential|login|token|auth|forbidden|locked"),
    "clock": re.compile(r"clock|expired|not-yet"),
    "platform": re.compile(r"platform"),
    "digest": re.compile(r"digest|stale"),
    "proxy": re.compile(r"proxy"),
    "client": re.compile(r"engine|daemon|client"),
}
"""Codes that speak of such a thing."""

COVERED = 0.8
"""Share of the healthy machines that must tell of a thing before it can separate."""

CROWD = 3
"""Healthy machines for each value that they have, at least, before one failing machine with another says anything."""

DIFFERENT = 3
"""Values that the failing machines may have instead of the one that all healthy ones have."""

GROUPS = 8
"""Parts that one cause is split into, at most."""


class Separation(Struct, frozen=True, kw_only=True):
    """A thing by its name, what it is on the failing machines, and what it is on the healthy ones."""

    fact: str
    here: str
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The machines that others are set against: how many, and how often each value of each name is met there."""

    size: int
    values: Mapping[str, Mapping[str, int]]

    def without(self, members: Sequence[Member]) -> Reference:
        """The same without some of its machines."""
        less = counted(members).values
        values: dict[str, Mapping[str, int]] = {}
        for name, found in self.values.items():
            gone = less.get(name, {})
            left = {value: count - gone.get(value, 0) for value, count in found.items()}
            values[name] = {value: count for value, count in left.items() if count > 0}
        return Reference(self.size - len(members), values)


def counted(members: Sequence[Member]) -> Reference:
    """Members as a reference. Column by column: that is the fastest where there are thousands of them."""
    rows: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for member in members:
        names, row = member.table
        rows.setdefault(names, []).append(row)
    values: dict[str, Counter[str]] = {}
    for names, table in rows.items():
        for name, column in zip(names, zip(*table, strict=True), strict=True):
            values.setdefault(name, Counter()).update(column)
    return Reference(len(members), values)


def split(
    members: Sequence[Member], reference: Reference, code: str, subject: str
) -> Iterator[tuple[Sequence[Member], Separation | None]]:
    """The members of one cause by what separates them from the reference; most often that is one thing for all."""
    whole = _whole(members, reference, code, subject) if reference.size else None
    if whole is not None or not reference.size:
        yield members, whole
        return
    rest = list(members)
    for _ in range(GROUPS):
        part = _largest(rest, reference, code, subject)
        if part is None:
            break
        inside, separation = part
        yield inside, separation
        gone = {id(member) for member in inside}
        rest = [member for member in rest if id(member) not in gone]
    if rest:
        yield rest, None


def _whole(members: Sequence[Member], reference: Reference, code: str, subject: str) -> Separation | None:
    """The first thing that is one on all members and another on all of the reference."""
    here = counted(members).values
    found = []
    for name, there in _telling(reference).items():
        values = here.get(name, {})
        if sum(values.values()) < len(members) or any(value in there for value in values):
            continue
        if len(values) == 1 and (len(members) > 1 or _is_crowd(there)):
            found.append((0, *_rank(name, code, subject), name))
        elif 1 < len(values) <= DIFFERENT and len(there) == 1:
            found.append((1, *_rank(name, code, subject), name))
    if not found:
        return None
    name = min(found)[-1]
    return Separation(fact=name, here=_told(here[name]), elsewhere=_told(reference.values[name]))


def _largest(
    members: Sequence[Member], reference: Reference, code: str, subject: str
) -> tuple[list[Member], Separation] | None:
    """The largest part of the members that have one value which nobody of the reference has."""
    best: tuple[tuple[int, bool, bool, int, str], str, str] | None = None
    telling = _telling(reference)
    for name, values in counted(members).values.items():
        there = telling.get(name)
        for value, times in values.items() if there else ():
            if value in (there or ()) or not (times > 1 or _is_crowd(there or {})):
                continue
            rank = (-times, *_rank(name, code, subject), name)
            if best is None or rank < best[0]:
                best = (rank, name, value)
    if best is None:
        return None
    _, name, value = best
    inside = [member for member in members if member.seen.get(name) == value]
    return inside, Separation(fact=name, here=value, elsewhere=_told(reference.values[name]))


def _telling(reference: Reference) -> dict[str, Mapping[str, int]]:
    """What enough machines of the reference tell of, and what is not another on nearly each of them."""
    telling = {}
    for name, found in reference.values.items():
        told = sum(found.values())
        if found and told >= COVERED * reference.size and (len(found) == 1 or len(found) <= told // 2):
            telling[name] = found
    return telling


def _is_crowd(there: Mapping[str, int]) -> bool:
    return len(there) == 1 or sum(there.values()) >= CROWD * len(there)


def _rank(name: str, code: str, subject: str) -> tuple[bool, bool, int]:
    """What a code speaks of before what it does not, the host of the subject before others, causes before effects."""
    relevant = name in RELEVANT and RELEVANT[name].search(code) is not None
    host = name.rpartition(" ")[0]
    other = bool(host) and name.endswith((" address", " issuer")) and host not in subject
    places = [place for place, known in enumerate(ORDER) if name == known or (known[0] == " " and name.endswith(known))]
    return not relevant, other, places[0] if places else len(ORDER)


def _told(values: Mapping[str, int]) -> str:
    """Values, the most frequent first."""
    order = sorted(values, key=lambda value: (-values[value], value))
    more = f" and {len(order) - DIFFERENT} more" if len(order) > DIFFERENT else ""
    return ", ".join(order[:DIFFERENT]) + more


def sentence(separation: Separation, size: int, total: int, reference: int, *, healthy: bool) -> str:
    """`2 of 20: acme.jfrog.io resolves to 10.201.0.99 there; the other 18 have 10.201.0.1`."""
    rest = (
        f"the other {reference} have"
        if reference == total - size
        else f"{reference} {'healthy ' if healthy else ''}others have"
    )
    if reference == 1:
        rest = "the other one has" if reference == total - size else "the healthy one has"
    return f"{size} of {total}: {_is_there(separation)}; {rest} {separation.elsewhere}"


def _is_there(separation: Separation) -> str:
    host, _, kind = separation.fact.rpartition(" ")
    here = separation.here
    if host and kind == "address" and here != "by the proxy":
        if re.search(r"\d", here):
            return f"{host} resolves to {here} there"
        return f"{host} does not resolve there ({here})"
    if host and kind == "issuer":
        return f"the certificate of {host} is issued by {here} there"
    if separation.fact == "clock":
        return f"the clock is {here} there"
    return f"{separation.fact} is {here} there"

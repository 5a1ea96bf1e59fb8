"""What the failing machines of a cause have that no healthy one has: computed over all of them, or left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cgrdoctor.fleet.member import Member
from cgrdoctor.model import Struct

ORDER = (
    *("proxy", "proxy of the engine", "no_proxy of the engine", " address", "clock", "login", "user name", " issuer"),
    *("egress", "platform", "client", "vantage", "repository", "Artifactory version", "system", "cgrdoctor"),
    *("Artifactory node", "digest"),
)
"""Names of what differs, the one that brings the others with it first; those with a space before them end so."""

RELEVANT: Mapping[str, re.Pattern[str]] = {
    "login": re.compile(r"credential|login|token|auth|forbidden|anonymous|\blocked|pull-secret"),
    "user name": re.compile(r"credential|login|token|auth|forbidden|\blocked"),
    "clock": re.compile(r"clock|expired|not-yet"),
    "platform": re.compile(r"platform"),
    "digest": re.compile(r"digest|stale"),
    "proxy": re.compile(r"proxy"),
    "client": re.compile(r"engine|daemon|client"),
}
"""Codes that speak of such a thing."""

ALSO: Mapping[str, re.Pattern[str]] = {
    "proxy": re.compile(r"dns|resol|connect|refused|timeout|unreachable|route|tls|certificate|untrusted|page|html"),
    " address": re.compile(r"dns|resol|connect|refused|timeout|unreachable|route"),
    " issuer": re.compile(r"tls|certificate|untrusted"),
    "egress": re.compile(r"egress|upstream|edge|filter|page|html"),
    "Artifactory node": re.compile(r"intermittent|node|unhealthy|\berror"),
}
"""Codes that can come of such a thing: where a machine has one of them too, the thing is that one's."""

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


Values = Mapping[str, Mapping[str, int]]
"""By name, how often each value is met."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The machines that others are set against: how many, and how often each value of each name is met there.

    `besides` is the same of machines that are neither well nor have the cause in question.
    """

    size: int
    values: Values
    besides: Values = field(default_factory=dict)

    def without(self, members: Sequence[Member]) -> Reference:
        """The same without some of its machines."""
        less = counted(members).values
        values: dict[str, Mapping[str, int]] = {}
        for name, found in self.values.items():
            gone = less.get(name, {})
            left = {value: count - gone.get(value, 0) for value, count in found.items()}
            values[name] = {value: count for value, count in left.items() if count > 0}
        return Reference(self.size - len(members), values, self.besides)

    def beside(self, others: Reference) -> Reference:
        """The same, with what else is met on machines without the cause."""
        return Reference(self.size, self.values, others.values)


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


@dataclass(frozen=True, slots=True)
class Cause:
    """What the members of one cause are asked about: code, subject, and the other codes that all of them have."""

    code: str
    subject: str
    others: frozenset[str]
    reference: Reference

    @classmethod
    def of(cls, members: Sequence[Member], code: str, subject: str, reference: Reference) -> Cause:
        """Of members that have it."""
        common = frozenset.intersection(*(frozenset(one.code for one in member.causes) for member in members))
        return cls(code, subject, common - {code}, reference)

    def speaks_of(self, name: str) -> bool:
        """Whether it is about such a thing."""
        return name in RELEVANT and RELEVANT[name].search(self.code) is not None

    def can_come_of(self, name: str) -> bool:
        """Whether such a thing can bring it about: of addresses and issuers, those of its own host."""
        if self.speaks_of(name):
            return True
        host = name.rpartition(" ")[0] if name.endswith((" address", " issuer")) else ""
        tables = [table for known, table in ALSO.items() if _is_called(name, known)]
        return host in self.subject and any(table.search(self.code) for table in tables)

    def owns(self, name: str, values: Iterable[str]) -> bool:
        """Whether such values can be its own: nobody without it has them, no other cause of them all is about it."""
        if self.speaks_of(name):
            return True
        elsewhere = self.reference.besides.get(name, {})
        return not any(value in elsewhere for value in values) and not self._is_of_another(name)

    def rank(self, name: str) -> tuple[bool, bool, bool, int]:
        """What it speaks of first, then what it can come of, the host of the subject, causes before effects."""
        host = name.rpartition(" ")[0]
        other = bool(host) and name.endswith((" address", " issuer")) and host not in self.subject
        places = [place for place, known in enumerate(ORDER) if _is_called(name, known)]
        return not self.speaks_of(name), not self.can_come_of(name), other, places[0] if places else len(ORDER)

    def _is_of_another(self, name: str) -> bool:
        tables = [table for known, table in (*RELEVANT.items(), *ALSO.items()) if _is_called(name, known)]
        return any(table.search(code) for table in tables for code in self.others)


def _is_called(name: str, known: str) -> bool:
    return name == known or (known[0] == " " and name.endswith(known))


def split(members: Sequence[Member], cause: Cause) -> Iterator[tuple[Sequence[Member], Separation | None]]:
    """The members of one cause by what separates them from the reference; most often that is one thing for all."""
    reference = cause.reference
    whole = _whole(members, cause) if reference.size else None
    if whole is not None or not reference.size:
        yield members, whole
        return
    rest = list(members)
    for _ in range(GROUPS):
        part = _largest(rest, cause)
        if part is None:
            break
        inside, separation = part
        yield inside, separation
        gone = {id(member) for member in inside}
        rest = [member for member in rest if id(member) not in gone]
    if rest:
        yield rest, None


def _whole(members: Sequence[Member], cause: Cause) -> Separation | None:
    """The first thing that is one on all members and another on all of the reference."""
    here, reference = counted(members).values, cause.reference
    found = []
    for name, there in _telling(cause).items():
        values = here.get(name, {})
        if sum(values.values()) < len(members) or any(value in there for value in values):
            continue
        if not cause.owns(name, values):
            continue
        if len(values) == 1 and (len(members) > 1 or _is_crowd(there) or cause.can_come_of(name)):
            found.append((0, *cause.rank(name), name))
        elif 1 < len(values) <= DIFFERENT and len(there) == 1:
            found.append((1, *cause.rank(name), name))
    if not found:
        return None
    name = min(found)[-1]
    return Separation(fact=name, here=_told(here[name]), elsewhere=_told(reference.values[name]))


def _largest(members: Sequence[Member], cause: Cause) -> tuple[list[Member], Separation] | None:
    """The largest part of the members that have one value which nobody of the reference has."""
    best: tuple[tuple[int, bool, bool, bool, int, str], str, str] | None = None
    reference = cause.reference
    telling = _telling(cause)
    for name, values in counted(members).values.items():
        there = telling.get(name)
        for value, times in values.items() if there else ():
            if value in (there or ()) or not (times > 1 or _is_crowd(there or {})):
                continue
            if not cause.owns(name, (value,)):
                continue
            rank = (-times, *cause.rank(name), name)
            if best is None or rank < best[0]:
                best = (rank, name, value)
    if best is None:
        return None
    _, name, value = best
    inside = [member for member in members if member.seen.get(name) == value]
    return inside, Separation(fact=name, here=value, elsewhere=_told(reference.values[name]))


def _telling(cause: Cause) -> dict[str, Mapping[str, int]]:
    """What enough machines of the reference tell of, and what is not another on nearly each of them.

    What can bring the cause about may be another on one more: of three machines two have the same.
    """
    telling = {}
    for name, found in cause.reference.values.items():
        told = sum(found.values())
        most = max(1, told // 2 + cause.can_come_of(name))
        if found and told >= COVERED * cause.reference.size and len(found) <= most:
            telling[name] = found
    return telling


def _is_crowd(there: Mapping[str, int]) -> bool:
    return len(there) == 1 or sum(there.values()) >= CROWD * len(there)


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

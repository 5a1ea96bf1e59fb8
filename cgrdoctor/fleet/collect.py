"""Reads a fleet as it comes: members one by one, what is shared kept once, what is unreadable beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from cgrdoctor.fleet.entry import Entry, Unreadable
from cgrdoctor.fleet.member import Member, Pool, Unfit, from_line, from_report


@dataclass(slots=True)
class Fleet:
    """What was read."""

    members: list[Member] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


class _Head(msgspec.Struct):
    """What tells a report from a line."""

    run: msgspec.Raw = msgspec.Raw()
    exit: msgspec.Raw = msgspec.Raw()


_head = msgspec.json.Decoder(_Head)


def collect(entries: Iterable[Entry]) -> Fleet:
    """Every member. A line whose report is there as well is the same run and counts once."""
    fleet, pool, names = Fleet(), Pool(), _Names()
    wholes: set[bytes] = set()
    for entry in entries:
        name = names.unique(entry.name)
        if entry.data is None:
            fleet.unreadable.append(Unreadable(name, entry.why))
            continue
        try:
            fleet.members.append(_member(entry, entry.data, name, pool, wholes))
        except Unfit as problem:
            fleet.unreadable.append(Unreadable(name, str(problem)))
    if wholes:
        fleet.members[:] = _once(fleet.members, wholes)
    return fleet


def _member(entry: Entry, data: bytes, name: str, pool: Pool, wholes: set[bytes]) -> Member:
    if entry.line or len(data) < 8192:
        if entry.line and b'"report_sha256"' in data:
            return from_line(data, name, pool, entry.node)
        if _is_line(data):
            return from_line(data, name, pool, entry.node)
    read = sha256(data)
    digest = read.digest()
    read.update(b"\n")
    wholes.update((digest, read.digest()))
    return from_report(data, name, pool, digest.hex())


def _is_line(data: bytes) -> bool:
    try:
        head = _head.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise Unfit("is no JSON") from None
    return bool(bytes(head.exit)) and not bytes(head.run)


def _once(members: list[Member], wholes: set[bytes]) -> Iterator[Member]:
    for member in members:
        line = member.started_at is None and member.sha256 is not None
        if not line or bytes.fromhex(_hexadecimal(member.sha256)) not in wholes:
            yield member


def _hexadecimal(text: str | None) -> str:
    """A digest that anybody may have written, as one that can be read."""
    return text if text and len(text) == 64 and all(one in "0123456789abcdef" for one in text) else ""


class _Names:
    """Every report has a name of its own."""

    def __init__(self) -> None:
        self._met: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """The name, with a number behind it if there was one before."""
        met = self._met.get(name, 0)
        self._met[name] = met + 1
        return self.unique(f"{name}#{met + 1}") if met else name

"""In how many ways a secret can be spelled, and where a text holds one of them, whole or in pieces.

A text is looked through in groups of four or eight bytes, one behind the other: whatever holds enough of a secret in a
row holds one of its groups at such a place. So a text costs the same for one secret as for a thousand.
"""

from __future__ import annotations

import base64
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple
from urllib.parse import quote

from cgrdoctor.privacy.plain_text import CUT, letters, plain, readings

SHORTEST = 4
"""Bytes of the shortest spelling that is looked for; shorter ones would mangle ordinary words."""

SHORTEST_CODED = 5
"""The same for Base64."""

HEAD = 6
"""Bytes of a secret's beginning before a cut, or of its end behind one, that betray it."""

INDEXED = 1024
"""Bytes at either end of a spelling of which a piece is known. A whole secret is found whatever its length."""

WIDE = 128
"""Bytes of the longest secret that is looked for as UTF-16 too, and at either end of one as digits."""

CANDIDATES = 4
"""Places in one spelling at which the same group is looked up."""

Script = Literal["plain", "base64", "twice", "digits"]
"""How a text is reduced before a spelling is looked for: as what it spells, or to its letters and digits."""

GROUPS: dict[Script, int] = {"plain": 4, "base64": 4, "twice": 8, "digits": 8}
"""Bytes of a group. There are few digits, and many ways to code twice: short groups of those stand everywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """One way to write a secret, reduced as the texts are in which it is looked for.

    `least` is how many bytes of it in a row are taken for it. `own`: it is one of this program's own words.
    """

    text: bytes
    kind: str
    script: Script
    least: int
    own: bool = False


class Place(NamedTuple):
    """Where a reduced text holds a spelling, or the piece of it that begins at `at`."""

    begin: int
    end: int
    spelling: Spelling
    at: int = 0


_FOR_URLS = bytes.maketrans(b"+/", b"-_")

Telling = Callable[[Spelling, int, int], bool]
"""Whether the bytes of a spelling from one place to another belong to the secret alone."""

Candidates = tuple[tuple[Spelling, int], ...]


@dataclass(frozen=True, slots=True)
class Index:
    """The spellings that are looked for in one kind of reduced text; `group` bytes make a group.

    The set of groups is shared with the index it was made from, and only grows: one too many costs a look.
    """

    group: int
    long: tuple[Spelling, ...] = ()
    short: tuple[Spelling, ...] = ()
    numbers: set[int] = field(default_factory=set)
    _met: dict[int, Candidates] = field(default_factory=dict)

    @classmethod
    def of(cls, group: int, spellings: Sequence[Spelling]) -> Index:
        """An index of these spellings."""
        long = tuple(one for one in spellings if len(one.text) >= 2 * group - 1)
        short = tuple(one for one in spellings if len(one.text) < 2 * group - 1)
        return cls(group, long, short, set[int]().union(*(_everywhere(one.text, group) for one in long)))

    def joined(self, other: Index) -> Index:
        """A new index with the spellings of another as well."""
        self.numbers.update(other.numbers)
        return Index(self.group, self.long + other.long, self.short + other.short, self.numbers)

    def apart(self) -> Index:
        """The same, with a set of groups of its own."""
        return Index(self.group, self.long, self.short, set(self.numbers))

    def hint(self, text: bytes) -> bool:
        """Whether anything can be found; quick, and false for most texts that hold nothing."""
        for one in self.short:
            if one.text in text:
                return True
        if len(text) < self.group or not self.numbers:
            return False
        last = int.from_bytes(text[-self.group :], sys.byteorder)
        return last in self.numbers or not self.numbers.isdisjoint(_numbers(text, self.group)) or CUT in text

    def places(self, text: bytes, telling: Telling, *, long: bool) -> Iterator[Place]:
        """Everywhere a spelling or a piece of one stands; a `long` text may have been cut at either end."""
        for one in self.short:
            at = text.find(one.text)
            while at >= 0:
                yield Place(at, at + len(one.text), one)
                at = text.find(one.text, at + len(one.text))
        if not self.numbers.isdisjoint(_numbers(text, self.group)):
            yield from self._pieces(text, telling)
        yield from self._cuts(text, telling, long=long)

    def _candidates(self, text: bytes, place: int) -> Candidates:
        """Where the group at a place may stand in a spelling."""
        group = text[place : place + self.group] if place >= 0 else b""
        number = int.from_bytes(group, sys.byteorder)
        if len(group) < self.group or number not in self.numbers:
            return ()
        if number not in self._met:
            self._met[number] = tuple((one, at) for one in self.long for at in _all(one.text, group))
        return self._met[number]

    def _pieces(self, text: bytes, telling: Telling) -> Iterator[Place]:
        """A piece at every group that is not in one yet; the next may begin in its last bytes."""
        numbers, far = self.numbers, 0
        for place, number in enumerate(_numbers(text, self.group)):
            begin = place * self.group
            if number not in numbers or begin < far:
                continue
            for spelling, at in self._candidates(text, begin):
                piece = _around(text, begin, spelling, at)
                if _is_it(piece, telling):
                    yield piece
                    far = piece.end - self.group
                    break

    def _cuts(self, text: bytes, telling: Telling, *, long: bool) -> Iterator[Place]:
        """Beginnings before a cut, and ends behind one."""
        for before, behind in _cut_places(text, long=long):
            for spelling, at in self._candidates(text, before - self.group):
                size = at + self.group
                if size >= HEAD and text.endswith(spelling.text[:size], 0, before) and telling(spelling, 0, size):
                    yield Place(before - size, before, spelling)
            for spelling, at in self._candidates(text, behind):
                rest = spelling.text[at:]
                if len(rest) >= HEAD and text.startswith(rest, behind) and telling(spelling, at, len(spelling.text)):
                    yield Place(behind, behind + len(rest), spelling, at)


def _numbers(text: bytes, group: int) -> memoryview:
    """Groups of bytes as numbers; what is left over at the end is in none."""
    return memoryview(text)[: len(text) - len(text) % group].cast("I" if group == 4 else "Q")


def _everywhere(text: bytes, group: int) -> set[int]:
    """The groups that begin at every place; of a long text those at its ends."""
    ends = (text[:INDEXED], text[-INDEXED:]) if len(text) > 2 * INDEXED else (text,)
    return set().union(*(_numbers(end[shift:], group) for end in ends for shift in range(group)))


def _all(text: bytes, group: bytes) -> Iterator[int]:
    """The first places of a group in a spelling, and the last one."""
    at = text.find(group)
    for _ in range(CANDIDATES):
        if at < 0:
            return
        yield at
        at = text.find(group, at + 1)
    if at >= 0:
        yield text.rfind(group)


def _around(text: bytes, begin: int, spelling: Spelling, at: int) -> Place:
    """The longest piece that goes through `begin` in the text and `at` in the spelling."""
    secret = spelling.text
    end = begin + _alike(text, begin, secret, at)
    back = zip(range(begin - 1, -1, -1), range(at - 1, -1, -1), strict=False)
    for left, near in islice(back, 2 * HEAD):
        if text[left] != secret[near]:
            break
        begin, at = left, near
    return Place(begin, end, spelling, at)


def _alike(text: bytes, begin: int, secret: bytes, at: int) -> int:
    """How many bytes from two places on are the same."""
    same, step = 0, 64
    while step:
        block = secret[at + same : at + same + step]
        if len(block) == step and text.startswith(block, begin + same):
            same += step
        else:
            step //= 2
    return same


def _is_it(place: Place, telling: Telling) -> bool:
    """Whether a piece is the secret, or so much of it that nothing else can be meant."""
    size = place.end - place.begin
    if size == len(place.spelling.text):
        return True
    return size >= place.spelling.least and telling(place.spelling, place.at, place.at + size)


def _cut_places(text: bytes, *, long: bool) -> Iterator[tuple[int, int]]:
    """Where something may be missing: the place before it and the place behind it, -1 where there is none."""
    if long:
        yield -1, 0
        yield len(text), -1
    at = text.find(CUT)
    while at >= 0:
        yield at, at + len(CUT)
        at = text.find(CUT, at + len(CUT))


def spellings(text: str, kind: str) -> tuple[Spelling, ...]:
    """Every way to write a secret of which enough is left once blanks and quotes are dropped."""
    found = [Spelling(one, kind, "plain", least=8) for one in _plain(text)]
    octets = _octets(text)
    for raw in octets | _quoted(text):
        coded = _base64(raw)
        found += [Spelling(one, kind, "base64", least=7) for one in set(map(_letters, coded))]
        found += [Spelling(one, kind, "twice", least=12) for one in set(_again(coded))]
    digits = set[bytes]().union(*(_digits(raw) for raw in octets if b"\0" not in raw))
    found += [Spelling(one, kind, "digits", least=16) for one in digits]
    return tuple(one for one in found if len(one.text) >= (SHORTEST if one.script == "plain" else SHORTEST_CODED))


def _plain(text: str) -> set[bytes]:
    """As it is and in another case, where its UTF-8 was read as another code, and where what is not ASCII was lost."""
    ascii_only = {one.encode("ascii", how).decode() for one in readings(text) for how in ("ignore", "replace")}
    cases = (text.upper(), text.lower(), text.swapcase(), text.title()) if not text.isascii() else ()
    others = (one for case in cases for one in _faithful(case))
    return {one for one in (*_faithful(text), *others, *map(plain, ascii_only)) if _is_enough(one, text)}


def _faithful(text: str) -> Iterator[bytes]:
    for one in readings(text):
        yield plain(one)
        raw = one.encode("utf-8", "surrogatepass")
        yield plain(raw.decode("latin-1"))
        yield plain(raw.decode("cp1252", "ignore"))


def _is_enough(reduced: bytes, text: str) -> bool:
    """Where more than half of a short secret is lost, what remains is no secret any more."""
    return len(reduced) >= min(7, max(SHORTEST, len(text) / 2))


def survives(text: str) -> bool:
    """Whether enough of a secret is left once blanks and quotes are dropped, so that its spellings find it."""
    return all(_is_enough(one, text) for one in _faithful(text))


def _octets(text: str) -> set[bytes]:
    """The bytes a secret may travel as; one from the environment can hold bytes that are no text."""
    found = {text.encode("utf-8", "surrogatepass")}
    others = (("utf-8", "surrogateescape"), ("latin-1", "strict"), ("utf-16-le", "strict"))
    for encoding, errors in others[: 3 if len(text) <= WIDE else 2]:
        with contextlib.suppress(UnicodeEncodeError):
            found.add(text.encode(encoding, errors))
    return found


def _quoted(text: str) -> set[bytes]:
    """The bytes of a secret as a document holds it that is then coded as a whole."""
    speakable = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    found = {json.dumps(speakable)[1:-1], json.dumps(speakable, ensure_ascii=False)[1:-1], quote(speakable, safe="")}
    return {one.encode() for one in found}


def _again(coded: set[bytes]) -> Iterator[bytes]:
    """Base64 in Base64 again, as a Secret of Kubernetes holds a login."""
    for inner in coded | {one.translate(_FOR_URLS) for one in coded}:
        yield from map(_letters, _base64(inner))


def _letters(coded: bytes) -> bytes:
    return letters(coded.decode())


def _base64(raw: bytes) -> set[bytes]:
    """Base64 of the secret alone, and the part of it that is the same wherever it begins in a longer text."""
    found = {base64.b64encode(raw)}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        begin, cut = (0, 2, 3)[shift], len(coded) - (0 if (len(raw) + shift) % 3 == 0 else 1)
        found.add(coded[begin:cut])
    return found


def _base32(raw: bytes) -> Iterator[bytes]:
    """The same for Base32, in lower case."""
    for shift in range(5):
        coded = base64.b32encode(b"\0" * shift + raw).rstrip(b"=").lower()
        cut = len(coded) - (0 if (len(raw) + shift) % 5 == 0 else 1)
        yield coded[-(-shift * 8 // 5) : cut]


def _digits(raw: bytes) -> Iterator[bytes]:
    """Its bytes as numbers, in lower case: in hexadecimal, decimal, octal with and without zeros, and in Base32."""
    for end in (raw[:WIDE], raw[-WIDE:]) if len(raw) > 2 * WIDE else (raw,):
        yield end.hex().encode()
        yield "".join(map(str, end)).encode()
        yield "".join(f"{byte:03o}" for byte in end).encode()
        yield "".join(f"{byte:o}" for byte in end).encode()
        yield from _base32(end)

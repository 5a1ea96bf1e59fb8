"""Where a text holds a secret that is known, however it is spelled there. Any thread may look while another learns."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import quote, quote_plus

from cgrdoctor.privacy.encodings import GROUPS, SHORTEST, Index, Place, Script, Spelling, spellings, survives
from cgrdoctor.privacy.gaps import Span
from cgrdoctor.privacy.hexdump import HINT, dumps
from cgrdoctor.privacy.own_words import OwnWords
from cgrdoctor.privacy.plain_text import Mapped, letters, mapped, plain, readings

LONG = 60
"""Characters of a text from which on it may have been cut off."""

TELLING = 3
"""Bytes of a piece that stand in no ordinary word; with fewer, a piece of a password would be found everywhere."""

_RUNS = re.compile(rb"[a-z]{3,}|[0-9\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class KnownSecrets:
    """The secrets of a run. `literals` are those of which reducing leaves too little, in their commonest quotings."""

    words: OwnWords
    indexes: dict[Script, Index] = field(
        default_factory=lambda: {script: Index(group) for script, group in GROUPS.items()}
    )
    literals: tuple[tuple[str, str], ...] = ()
    own: bool = False
    _masks: dict[Spelling, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, words: OwnWords, text: str, kind: str) -> KnownSecrets:
        """One secret in all its spellings; none if it is under four characters."""
        if len(text) < SHORTEST:
            return cls(words)
        found = [
            replace(one, own=True) if one.script == "plain" and words.holds(one.text) else one
            for one in spellings(text, kind)
        ]
        return cls(
            words=words,
            indexes={
                script: Index.of(group, [one for one in found if one.script == script])
                for script, group in GROUPS.items()
            },
            literals=() if survives(text) else tuple((one, kind) for one in _literals(text)),
            own=any(one.own for one in found),
        )

    def joined(self, other: KnownSecrets) -> KnownSecrets:
        """With the secrets of another as well."""
        return KnownSecrets(
            words=self.words,
            indexes={script: index.joined(other.indexes[script]) for script, index in self.indexes.items()},
            literals=(*self.literals, *other.literals),
            own=self.own or other.own,
        )

    def apart(self) -> KnownSecrets:
        """The same, of which nothing is shared with what others join to it."""
        return replace(self, indexes={script: index.apart() for script, index in self.indexes.items()}, _masks={})

    def spans(self, text: str) -> list[Span]:
        """Everything in a text that is or betrays a secret, in any order; pieces may overlap."""
        found = [*self._literally(text)] if self.literals else []
        for number, reading in enumerate(readings(text)):
            spelled, coded = plain(reading), letters(reading)
            source = partial(_source, text, decoded=number > 0)
            if self._hint(spelled, coded):
                found += _back(source, self._spelled(spelled, len(text)), coded=False)
                found += _back(source, self._coded(coded, len(text)), coded=True)
            if HINT.search(reading):
                found += self._dumped(reading, source)
        return found

    def _hint(self, spelled: bytes, coded: bytes) -> bool:
        indexes = self.indexes
        if indexes["plain"].hint(spelled) or indexes["base64"].hint(coded) or indexes["twice"].hint(coded):
            return True
        return indexes["digits"].hint(coded.lower())

    def _spelled(self, text: bytes, size: int) -> list[Place]:
        return [*self.indexes["plain"].places(text, self._telling, long=size >= LONG)]

    def _coded(self, text: bytes, size: int) -> list[Place]:
        indexes = self.indexes
        looked = ((indexes["base64"], text), (indexes["twice"], text), (indexes["digits"], text.lower()))
        return [place for index, one in looked for place in index.places(one, self._telling, long=size >= LONG)]

    def _dumped(self, text: str, source: Callable[[], Mapped]) -> Iterator[Span]:
        """Dumps of bytes that hold a secret go as a whole."""
        for dump in dumps(text):
            if any(self._spelled(plain(one), 0) or self._coded(letters(one), 0) for one in dump.contents):
                at = source()
                yield Span(at.begins[dump.begin], at.ends[dump.end - 1], "dump")

    def _telling(self, spelling: Spelling, begin: int, end: int) -> bool:
        """Whether a piece stands for the secret: digits and Base64 do, and what is more than ordinary words."""
        if spelling.script != "plain":
            return True
        mask = self._masks.get(spelling)
        if mask is None:
            mask = self._masks[spelling] = self._mask(spelling.text)
        return mask.count(1, begin, end) >= TELLING

    def _mask(self, text: bytes) -> bytes:
        """A 1 for each byte that stands in no ordinary word."""
        mask = bytearray(len(text))
        for run in _RUNS.finditer(text):
            if not (run[0].isalpha() and self.words.is_ordinary(run[0].decode())):
                mask[run.start() : run.end()] = b"\1" * len(run[0])
        return bytes(mask)

    def _literally(self, text: str) -> Iterator[Span]:
        for literal, kind in self.literals:
            at = text.find(literal)
            while at >= 0:
                yield Span(at, at + len(literal), kind)
                at = text.find(literal, at + len(literal))


def _source(text: str, *, decoded: bool) -> Mapped:
    return mapped(text).decoded() if decoded else mapped(text)


def _back(source: Callable[[], Mapped], places: list[Place], *, coded: bool) -> Iterator[Span]:
    """Places in a reduced text as places in the text it was made of."""
    if not places:
        return
    begins, ends = source().spans(coded=coded)
    for place in places:
        yield Span(begins[place.begin], ends[place.end - 1], place.spelling.kind, place.spelling.own)


def _literals(text: str) -> set[str]:
    """A secret of little but blanks and quotes, as it is and quoted once or twice."""
    quotings = (
        quote_plus,
        html.escape,
        lambda one: quote(one, safe=""),
        lambda one: quote(one, safe="").lower(),
        lambda one: json.dumps(one)[1:-1],
        lambda one: json.dumps(one, ensure_ascii=False)[1:-1],
        lambda one: repr(one)[1:-1],
    )
    once = {text, *(quoting(_speakable(text)) for quoting in quotings)}
    return {*once, *(quoting(_speakable(one)) for quoting in quotings for one in once)}


def _speakable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

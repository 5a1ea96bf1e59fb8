"""Finds dumps of bytes in a text, as xxd, hexdump and od print them, and what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\S+")
_OFFSET = re.compile(r"[0-9a-fA-F]{4,16}:?", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){1,8}", re.ASCII)
_OCTAL = re.compile(r"[0-3][0-7]{2}", re.ASCII)
_CHARACTER = re.compile(r"\\?\S|[0-3][0-7]{2}")

HINT = re.compile(r"\b[0-9a-fA-F]{4,16}:?[ \t\r\n]{1,8}[^ \t\r\n]{1,16}[ \t]", re.ASCII)
"""Found in every text that holds a row of a dump."""

ROW = 32
"""Bytes of a row."""

COLUMN = 80
"""Characters that a row may print beside its bytes."""


@dataclass(frozen=True, slots=True)
class Token:
    """What stands between two blanks."""

    text: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Dump:
    """Rows that follow each other. `begin` to `end` is where they stand, `shown` what is printed beside them."""

    begin: int
    end: int
    tokens: tuple[str, ...]
    shown: str

    @property
    def contents(self) -> Iterator[str]:
        """What it may say: bytes in hexadecimal, also two by two with the lower one first, in octal, as characters."""
        yield self.shown
        if all(map(_OCTAL.fullmatch, self.tokens)):
            yield bytes(int(token, 8) for token in self.tokens).decode("latin-1")
        if all(map(_HEX.fullmatch, self.tokens)):
            raw = bytes.fromhex("".join(self.tokens))
            yield raw.decode("latin-1")
            yield bytes(byte for pair in zip(raw[1::2], raw[::2], strict=False) for byte in pair).decode("latin-1")
        yield "".join(token for token in self.tokens if len(token) == 1)


def dumps(text: str) -> Iterator[Dump]:
    """Every dump in a text, also one whose lines were joined."""
    if HINT.search(text) is None:
        return
    tokens = [Token(found[0], *found.span()) for found in _TOKEN.finditer(text)]
    rows: list[Sequence[Token]] = []
    at = 0
    while at < len(tokens):
        row = _row(tokens, at)
        if row and rows and row[0].begin - rows[-1][-1].end > COLUMN:
            yield _dump(text, rows)
            rows = []
        if row:
            rows.append(row)
        at += len(row) or 1
    if rows:
        yield _dump(text, rows)


def _row(tokens: Sequence[Token], at: int) -> Sequence[Token]:
    """The tokens of the row that begins here, its offset first; none where no row does."""
    if not _OFFSET.fullmatch(tokens[at].text) or at + 1 == len(tokens):
        return ()
    first = tokens[at + 1].text
    form = next((form for form in (_HEX, _OCTAL, _CHARACTER) if form.fullmatch(first)), None)
    if form is None:
        return ()
    width, end = max(len(first), 3 if form is _CHARACTER else 0), at + 1
    while end < min(len(tokens), at + 1 + ROW) and form.fullmatch(tokens[end].text):
        if len(tokens[end].text) > width:
            break
        end += 1
        if form is _HEX and len(tokens[end - 1].text) < width:
            break
    return tokens[at:end]


def _dump(text: str, rows: Sequence[Sequence[Token]]) -> Dump:
    """The rows as one dump, with the columns of text beside them."""
    nexts = [row[0].begin for row in rows[1:]] + [rows[-1][-1].end + COLUMN]
    columns = [text[row[-1].end : after].partition("\n")[0] for row, after in zip(rows, nexts, strict=True)]
    return Dump(
        begin=rows[0][0].begin,
        end=rows[-1][-1].end + _beside(columns[-1]),
        tokens=tuple(token.text for row in rows for token in row[1:]),
        shown="".join(column.strip(" \t\r|>*") for column in columns),
    )


def _beside(rest: str) -> int:
    """Characters of the column of text in what follows the last row: its line, or a word where lines were joined."""
    if len(rest) < COLUMN:
        return len(rest.rstrip())
    word = _TOKEN.search(rest)
    return word.end() if word and len(word[0]) <= ROW else 0

"""Reads a text for what it spells, whoever quoted it: escapes are read, case, blanks and quotes are dropped.

A secret and the text it is looked for in are reduced by the same rules, so that neither JSON, percent, HTML, a shell,
Python nor a line break between two of its characters hides it. Every rule is linear in the length of the text.
"""

from __future__ import annotations

import codecs
import html
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress, repeat

from cgrdoctor.privacy.truncate import ELLIPSIS

ROUNDS = 4
"""Quotings of quotings that are read."""

CUT = ELLIPSIS.encode()
"""The mark of a cut in a reduced text; three dots are read as one."""

_H = "[0-9a-fA-F]"
_END = rf"(?={ELLIPSIS}|\.\.\.|\Z)"
"""Where a quoted character may have been cut off."""

ESCAPE = re.compile(
    rf"%(?:25)*(?:(?P<percent>{_H}{{2}})|[uU](?P<wide>{_H}{{4}}))"
    rf"|%{_H}?{_END}"
    rf"|\\++(?:u(?P<high>[dD][89abAB]{_H}{{2}})\\++u(?P<low>[dD][c-fC-F]{_H}{{2}})|u(?P<short>{_H}{{4}})"
    rf"|[uU]\{{(?P<braced>{_H}{{1,6}})\}}|U(?P<long>{_H}{{8}})|x(?P<hex>{_H}{{2}})|(?P<octal>[0-3][0-7]{{2}})|[abefnrtv]"
    rf"|(?:[uU]{_H}{{0,7}}|x{_H}?|[0-3][0-7]?){_END})?"
    rf"|&(?:\#[xX]0*+(?P<hexadecimal>{_H}{{1,6}})|\#0*+(?P<decimal>[0-9]{{1,7}})|(?P<name>[A-Za-z][A-Za-z0-9]{{1,31}}));"
    rf"|&(?:\#[xX]?{_H}{{0,7}}|[A-Za-z]{{0,9}}){_END}"
    rf"|\b0[xX](?P<byte>{_H}{{2}})(?!{_H})[ \t\r\n,;:]*+"
    r"|=\r?\n|\r?\n[ \t]*+[>|]"
    r"|\.\.\.++"
)
"""A character in one of its quotings, what is left of one at a cut, what only continues a line, and three dots."""

QUOTED = re.compile(r"[%\\&]|=\r?\n|\n[ \t]*+[>|]|\.\.\.|\b0[xX]")
"""Found in every text that ESCAPE is found in."""

_FOLDED = bytes(range(65)) + bytes(range(97, 123)) + bytes(range(91, 256))
_IDLE = bytes([*range(33), 127, 0xAD, *b"\"'\\+"])
"""Blanks, a plus sign (a blank in a query), what does not print, and what only quotes."""

_UNSEEN: dict[int, str | None] = {
    **dict.fromkeys((0x034F, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070))),
    **dict.fromkeys((*range(0xFE00, 0xFE10), 0xFEFF, 0xFFFD, *range(0xE0000, 0xE0080))),
    **{0xFF01 + place: chr(0x21 + place) for place in range(94)},
}
"""Characters beyond Latin-1 that do not show, and the wide forms of ASCII."""

_OTHER = bytes(byte for byte in range(256) if not (byte < 128 and chr(byte).isalnum()))


def _foreign(error: UnicodeError) -> tuple[bytes, int]:
    """Characters beyond Latin-1 as UTF-8; a byte that was no text as itself, one that was lost as nothing."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end].translate(_UNSEEN)
    try:
        return lost.encode(), error.end
    except UnicodeEncodeError:
        return b"".join(map(_surrogate, lost)), error.end


def _surrogate(char: str) -> bytes:
    return char.encode("utf-8", "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass")


codecs.register_error("cgrdoctor.plain", _foreign)


def plain(text: str) -> bytes:
    """What a text spells, in lower case, without blanks and quotes."""
    return text.encode("latin-1", "cgrdoctor.plain").translate(_FOLDED, _IDLE)


def letters(text: str) -> bytes:
    """Only its letters and digits, as they are: Base64 and hexadecimal digits, wherever their lines end."""
    return text.encode("ascii", "ignore").translate(None, _OTHER)


def readings(text: str) -> tuple[str, ...]:
    """The text as it stands, and with its quotings read if it has any."""
    if QUOTED.search(text) is None:
        return (text,)
    decoded = text
    for _ in range(ROUNDS):
        before, decoded = decoded, ESCAPE.sub(_read, decoded)
        if before == decoded or QUOTED.search(decoded) is None:
            break
    return (text, decoded) if decoded != text else (text,)


def _read(found: re.Match[str]) -> str:
    """The character that an escape stands for; nothing for a blank, a backslash, and what a cut left."""
    kind, told = found.lastgroup, found[found.lastgroup] if found.lastgroup else ""
    if kind is None:
        return ELLIPSIS if found[0].startswith("..") else ""
    if kind == "name":
        return html.unescape(found[0])
    if kind == "low":
        return chr(0x10000 + ((int(found["high"], 16) & 0x3FF) << 10) + (int(told, 16) & 0x3FF))
    code = int(told, {"decimal": 10, "octal": 8}.get(kind, 16))
    return chr(code) if code < 0x110000 else ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text made out of another; the character at `place` comes from `begins[place]:ends[place]` of that one."""

    text: str
    begins: array[int]
    ends: array[int]

    def decoded(self) -> Mapped:
        """With its quotings read, as `readings` does it."""
        found = self
        for _ in range(ROUNDS):
            before, found = found, found._once()
            if before.text == found.text:
                break
        return found

    def _once(self) -> Mapped:
        pieces, begins, ends, at = [], array("q"), array("q"), 0
        for match in ESCAPE.finditer(self.text):
            begin, end = match.span()
            told = _read(match)
            pieces += [self.text[at:begin], told]
            begins += self.begins[at:begin]
            ends += self.ends[at:begin]
            begins.extend([self.begins[begin]] * len(told))
            ends.extend([self.ends[end - 1]] * len(told))
            at = end
        pieces.append(self.text[at:])
        return Mapped("".join(pieces), begins + self.begins[at:], ends + self.ends[at:])

    def spans(self, *, coded: bool) -> tuple[array[int], array[int]]:
        """Begin and end in the other text of each byte of `letters` or `plain` of this one."""
        reduce = letters if coded else plain
        bytes_of = {char: len(reduce(char)) for char in set(self.text)}
        sizes = [*map(bytes_of.__getitem__, self.text)]
        return _spread(self.begins, sizes), _spread(self.ends, sizes)


def _spread(places: array[int], sizes: Sequence[int]) -> array[int]:
    """Each place as often as its character has bytes."""
    if max(sizes, default=0) <= 1:
        return array("q", compress(places, sizes))
    return array("q", chain.from_iterable(map(repeat, places, sizes)))


def mapped(text: str) -> Mapped:
    """A text as made out of itself."""
    return Mapped(text, array("q", range(len(text))), array("q", range(1, len(text) + 1)))

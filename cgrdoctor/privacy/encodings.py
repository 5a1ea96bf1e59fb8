"""In how many ways a secret can be spelled: character by character, in Base64, whole or cut off.

Whatever passes a secret on may quote it for JSON, a URL, HTML, a shell or Python, once or several times over, with
upper or lower case hexadecimal digits, and for some characters only. So each character has a pattern of its own.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal

HEAD = 6
"""Characters of a secret's beginning that are looked for; where a text was cut off they alone betray it."""

SHORTEST_CODED = 6
"""Characters of Base64 that are taken for a secret; fewer would be found in ordinary words."""

_CUT_ESCAPE = re.compile(r"(?:[%\\&]|(?<=[%\\&])[#\w])[%\\&#;\w]{0,24}\Z")
"""What is left of a text that was cut off within a quoted character."""

_BLANKS = " \t\n\r\f\v"
_BACKSLASH = (r"\\", r"%(?:25)*5[cC]", r"&#(?:0*92|[xX]0*5[cC]);")
_B = f"(?:{'|'.join(_BACKSLASH)})+"
_BLANK = (
    r"[ \t\n\r\f\v+]",
    r"%(?:25)*(?:20|0[9a-dA-D]|2[bB])",
    _B + "[nrtfv]",
    _B + "[xu](?:00)?(?:20|0[9a-dA-D]|2[bB])",
    r"&#(?:0*43|[xX]0*2[bB]);",
    "&plus;",
    "&nbsp;",
)


class Spelling:
    """One way to write a secret: as itself or in Base64, each character quoted or not. `head` finds its beginning.

    A `coded` one is Base64, which says nothing in another case. Media types and hosts are told in lower case.
    """

    def __init__(self, text: str, *, coded: bool) -> None:
        self._parts = tuple(_divided(text))
        self._coded = coded
        head = "".join(_unit(part) for part in _beginning(self._parts))
        self.head = f"(?:{head})" if coded else f"(?i:{head})"
        self._head = re.compile(self.head)
        self.length = len(text)

    def find(self, text: str, start: int = 0) -> tuple[int, int] | None:
        """Begin and end of the first place where the whole secret stands, from `start` on."""
        for found in self._head.finditer(text, start):
            ends, whole = self._walk(text, found.start())
            if whole:
                return found.start(), max(ends)
        return None

    def cut_in(self, text: str) -> int | None:
        """Where in `text` a beginning of the secret stands that the text's end cuts off; None if there is none."""
        for found in self._head.finditer(text, max(0, len(text) - 12 * self.length)):
            ends, _ = self._walk(text, found.start())
            if any(end == len(text) or _CUT_ESCAPE.match(text, end) for end in ends):
                return found.start()
        return None

    def _walk(self, text: str, at: int) -> tuple[set[int], bool]:
        """How far the secret can be followed from `at`, and whether to its end.

        A secret may itself hold what looks like a quoted character, so every way to read the text is followed.
        """
        here = {at}
        for part in self._parts:
            onward = {end for place in here for end in self._ends(part, text, place)}
            if not onward:
                return here, False
            here = onward
        return here, True

    def _ends(self, part: str, text: str, at: int) -> Iterator[int]:
        """Everywhere that a part of the secret can end that begins at `at`; the text's end may cut letters off."""
        if part.isascii() and part.isalnum():
            there = text[at : at + len(part)]
            if there and (part.startswith(there) if self._coded else part.lower().startswith(there.lower())):
                yield at + len(there)
            return
        steps, repeated = _steps(part, self._coded)
        here, met = {at}, set[int]()
        while here:
            onward = {found.end() for place in here for step in steps if (found := step.match(text, place))} - met
            met |= onward
            here = onward if repeated else set()
        yield from met


def _divided(text: str) -> Iterator[str]:
    """Runs of letters and digits, of blanks and of backslashes, and everything else by itself."""
    for kind, found in groupby(text, _kind):
        run = "".join(found)
        yield from run if kind == "other" else (run,)


def _kind(character: str) -> Literal["letter", "blank", "backslash", "other"]:
    """A plus sign is a blank in a URL's query, and what does not print is shown as one."""
    if character.isascii() and character.isalnum():
        return "letter"
    if character == "+" or character.isspace() or not character.isprintable():
        return "blank"
    return "backslash" if character == "\\" else "other"


def _beginning(parts: Sequence[str]) -> Iterator[str]:
    """The parts of a secret's beginning. Runs of white space or backslashes are never divided."""
    left = HEAD
    for part in parts:
        if left <= 0:
            return
        yield part[:left] if part.isalnum() else part
        left -= len(part)


def spellings(text: str) -> tuple[Spelling, ...]:
    """Every way to write a secret, the longest first."""
    own = {text, text.strip()} - {""}
    coded = _base64(text) - own
    found = [*(Spelling(one, coded=False) for one in own), *(Spelling(one, coded=True) for one in coded)]
    return tuple(sorted(found, key=lambda one: (-one.length, one.head)))


@lru_cache(maxsize=512)
def _steps(part: str, coded: bool) -> tuple[tuple[re.Pattern[str], ...], bool]:
    """The ways to write what is no letter or digit, and whether any number of them stands for the part."""
    forms, repeated = _forms(part)
    return tuple(re.compile(form, 0 if coded else re.IGNORECASE) for form in forms), repeated


@lru_cache(maxsize=512)
def _unit(part: str) -> str:
    """A pattern for a run of letters and digits, which nobody quotes, or for one other character in every quoting."""
    if part.isascii() and part.isalnum():
        return part
    forms, repeated = _forms(part)
    return _any_of(forms) + ("+" if repeated else "")


def _forms(part: str) -> tuple[Sequence[str], bool]:
    """Patterns, the longest first, and whether they may repeat.

    Blanks and backslashes multiply and shrink as texts are passed on, so a run of them is any run of them.
    """
    if _kind(part[0]) == "blank":
        strange = {form for one in set(part) if one not in _BLANKS + "+" for form in _quoted(one)}
        return (*strange, *_BLANK), True
    return (_BACKSLASH, True) if part[0] == "\\" else (_quoted(part), False)


def _quoted(character: str) -> Sequence[str]:
    """Patterns for one character, also where its UTF-8 was read as Latin-1, as in a header, or the other way round."""
    found = _escaped(character)
    if character == "'":
        single, double = _any_of(found), _any_of(_escaped('"'))
        found |= {single + double + single + double + single, single + _B + single + single}
    if not character.isascii():
        with contextlib.suppress(UnicodeEncodeError):
            found.add("".join(_any_of(_escaped(one)) for one in character.encode().decode("latin-1")))
            character.encode("latin-1")
            found.add("\ufffd")
    return sorted(found, key=len, reverse=True)


def _escaped(character: str) -> set[str]:
    """Patterns for one character: itself, percent, JSON, Python, HTML, behind backslashes, in a shell's quotes."""
    code = ord(character)
    octets = character.encode("utf-8", "surrogatepass")
    percent = "".join("%(?:25)*" + _hex(f"{byte:02x}") for byte in octets)
    escapes = [part for part in json.dumps(character)[1:-1].split("\\") if part]
    behind = {
        _B.join(_hex(part) for part in escapes) if len(escapes[0]) > 1 else re.escape(character),
        "u" + _hex(f"{code:04x}") if code < 65536 else "U" + _hex(f"{code:08x}"),
        "x" + _hex(f"{code & 255:02x}") if code < 256 else re.escape(character),
        percent,
        re.escape(character),
    }
    return {
        percent,
        _B + _any_of(behind),
        f"&#(?:0*{code}|[xX]0*{_hex(f'{code:x}')});",
        re.escape(html.escape(character)),
        re.escape(character),
    }


def _any_of(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})"


def _hex(digits: str) -> str:
    """A pattern for hexadecimal digits of either case."""
    return "".join(f"[{d.lower()}{d.upper()}]" if d in "abcdefABCDEF" else d for d in digits)


def _octets(text: str) -> set[bytes]:
    """The bytes a secret may travel as; one from the environment can hold bytes that are no text."""
    found = {text.encode("utf-8", "surrogatepass")}
    with contextlib.suppress(UnicodeEncodeError):
        found.add(text.encode("utf-8", "surrogateescape"))
    return found


def _base64(text: str) -> set[str]:
    """Base64 of the secret alone, and the part of it that is the same wherever it begins in a longer text.

    What looks like a path is divided like one, so what stands between slashes counts by itself.
    """
    found = set()
    for raw in _octets(text):
        found.add(base64.b64encode(raw).decode().rstrip("="))
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
            begin, cut = (0, 2, 3)[shift], len(coded) - (0 if (len(raw) + shift) % 3 == 0 else 1)
            found.add(coded[begin:cut])
    found |= {piece for spelled in found for piece in spelled.split("/")}
    long_enough = {spelled for spelled in found if len(spelled) >= SHORTEST_CODED}
    return long_enough | {spelled.replace("+", "-").replace("/", "_") for spelled in long_enough}

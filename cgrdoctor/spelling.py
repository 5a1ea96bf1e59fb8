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
from functools import lru_cache

HEAD = 6
"""Characters of a secret's beginning that are looked for; where a text was cut off they alone betray it."""

SHORTEST_CODED = 6
"""Characters of Base64 that are taken for a secret; fewer would be found in ordinary words."""

_CUT_ESCAPE = re.compile(r"(?:[%\\&]|(?<=[%\\&])[#\w])[%\\&#;\w]{0,24}\Z")
"""What is left of a text that was cut off within a quoted character."""

_BLANKS = " \t\n\r\f\v"
_BLANK = (
    r"(?:[ \t\n\r\f\v+]|%(?:25)*(?:20|0[9a-dA-D]|2[bB])|\\+[nrtfv]|\\+[xu](?:00)?(?:20|0[9a-dA-D]|2[bB])"
    r"|&#(?:0*43|[xX]0*2[bB]);|&plus;|&nbsp;)+"
)
_PARTS = re.compile(r"[A-Za-z0-9]+|[\s+]+|\\+|.", re.ASCII | re.DOTALL)


class Spelling:
    """One way to write a secret: as itself or in Base64, each character quoted or not. `head` finds its beginning."""

    def __init__(self, text: str) -> None:
        head, rest = _divided(_PARTS.findall(text))
        self.head = "".join(_unit(part) for part in head)
        self._head = re.compile(self.head)
        self._rest = tuple(_compiled(part) for part in rest)
        self.length = len(text)

    def find(self, text: str, start: int = 0) -> tuple[int, int] | None:
        """Begin and end of the first place where the whole secret stands, from `start` on."""
        for found in self._head.finditer(text, start):
            end, whole = self._walk(text, found.end())
            if whole:
                return found.start(), end
        return None

    def cut_in(self, text: str) -> int | None:
        """Where in `text` a beginning of the secret stands that the text's end cuts off; None if there is none."""
        for found in self._head.finditer(text, max(0, len(text) - 12 * self.length)):
            end, _ = self._walk(text, found.end())
            if end == len(text) or _CUT_ESCAPE.match(text, end):
                return found.start()
        return None

    def _walk(self, text: str, at: int) -> tuple[int, bool]:
        """How far the secret's rest can be followed from `at`, and whether to its end."""
        for part in self._rest:
            if isinstance(part, str):
                if not text.startswith(part, at):
                    left = text[at:]
                    return (len(text) if part.startswith(left) else at), False
                at += len(part)
                continue
            found = part.match(text, at)
            if found is None:
                return at, False
            at = found.end()
        return at, True


def _divided(parts: list[str]) -> tuple[list[str], list[str]]:
    """The parts of a secret's beginning and the others. Runs of white space or backslashes are never divided."""
    head: list[str] = []
    left = HEAD
    for place, part in enumerate(parts):
        if left <= 0:
            return head, parts[place:]
        if len(part) > left and part.isalnum():
            return [*head, part[:left]], [part[left:], *parts[place + 1 :]]
        head.append(part)
        left -= len(part)
    return head, []


def spellings(text: str) -> tuple[Spelling, ...]:
    """Every way to write a secret, the longest first."""
    own = {text, text.strip()}
    return tuple(Spelling(one) for one in sorted(own | _base64(text), key=lambda one: (-len(one), one)) if one)


def _compiled(part: str) -> str | re.Pattern[str]:
    return part if part.isascii() and part.isalnum() else _pattern(part)


@lru_cache(maxsize=512)
def _pattern(part: str) -> re.Pattern[str]:
    return re.compile(_unit(part))


@lru_cache(maxsize=512)
def _unit(part: str) -> str:
    """A pattern for a run of letters and digits, which nobody quotes, or for one other character in every quoting.

    White space and backslashes multiply and shrink as texts are passed on, so a run of them is any run of them. A plus
    sign is white space in a URL's query, so that it belongs to the run.
    """
    if part.isascii() and part.isalnum():
        return part
    if not part.strip(_BLANKS + "+"):
        return _BLANK
    if part[0] == "\\":
        return r"(?:\\|%(?:25)*5[cC]|&#(?:0*92|[xX]0*5[cC]);)+"
    return _quoted(part)


def _quoted(character: str) -> str:
    """A pattern for one character: itself, percent, JSON, Python, HTML, behind backslashes, in a shell's quotes."""
    code = ord(character)
    octets = character.encode("utf-8", "surrogatepass")
    escapes = [part for part in json.dumps(character)[1:-1].split("\\") if part]
    found = {
        "".join("%(?:25)*" + _hex(f"{byte:02x}") for byte in octets),
        "".join(r"\\+" + _hex(part) for part in escapes) if len(escapes[0]) > 1 else r"\\+" + re.escape(character),
        r"\\+u" + _hex(f"{code:04x}") if code < 65536 else r"\\+U" + _hex(f"{code:08x}"),
        r"\\+x" + _hex(f"{code & 255:02x}") if code < 256 else re.escape(character),
        f"&#(?:0*{code}|[xX]0*{_hex(f'{code:x}')});",
        re.escape(html.escape(character)),
        r"\\+" + re.escape(character),
        re.escape(character),
    }
    if not character.isprintable():
        found.add(" ")
    if character == "'":
        found |= {re.escape("'\"'\"'"), r"'\\+''"}
    return f"(?:{'|'.join(sorted(found, key=len, reverse=True))})"


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
    """Base64 of the secret alone, and the part of it that is the same wherever it begins in a longer text."""
    found = set()
    for raw in _octets(text):
        found.add(base64.b64encode(raw).decode().rstrip("="))
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
            begin, cut = (0, 2, 3)[shift], len(coded) - (0 if (len(raw) + shift) % 3 == 0 else 1)
            found.add(coded[begin:cut])
    long_enough = {spelled for spelled in found if len(spelled) >= SHORTEST_CODED}
    return long_enough | {spelled.replace("+", "-").replace("/", "_") for spelled in long_enough}

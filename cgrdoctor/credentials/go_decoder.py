"""JSON as Go's encoding/json reads it from a stream: the first value counts, what follows it is not looked at.

Names in any case, names given twice and wrong types are left to whoever asks: members are kept in their order, every
value with its place. Bytes that are no UTF-8 become U+FFFD, as Go has it.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

Kind = Literal["object", "array", "string", "number", "bool", "null"]
DEPTH = 10_000
"""Objects and lists inside each other that Go reads."""

_SPACE = re.compile(r"[ \t\r\n]*+")
_BODY = re.compile(r'(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')
_HEX = re.compile(r"[0-9a-fA-F]*+")
_DIGITS = re.compile(r"[0-9]*+")
_WHOLE = re.compile(r"0|[1-9][0-9]*+")
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\"\\/bfnrt]))"
)
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS: dict[str, tuple[str, Kind, Any]] = {
    "t": ("true", "bool", True),
    "f": ("false", "bool", False),
    "n": ("null", "null", None),
}
_CLOSING = {"{": "}", "[": "]"}


class Node(NamedTuple):
    """One value and where it begins, in bytes. `value` of an object are its members as pairs, of a list its nodes."""

    kind: Kind
    at: int
    value: Any = None

    def __repr__(self) -> str:
        return f"Node({self.kind}, {self.at})"


class NotGoJson(ValueError):
    """What Go says of bytes that are no JSON, and where, in bytes."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(why)
        self.why, self.at = why, at


class _Open(NamedTuple):
    bracket: str
    at: int
    members: list[Any]
    keys: list[str]

    def take(self, node: Node) -> None:
        self.members.append((self.keys.pop(), node) if self.bracket == "{" else node)

    def closed(self) -> Node:
        return Node("object" if self.bracket == "{" else "array", self.at, tuple(self.members))


def read(content: bytes) -> Node | None:
    """The first value; None where there is nothing but white space. Raises NotGoJson, and nothing else."""
    return first(content)[0]


def first(content: bytes) -> tuple[Node | None, int]:
    """As `read`, with the place where the value ends."""
    text = content.decode("latin-1")
    at = _past_space(text, 0)
    if at == len(text):
        return None, at
    opened: list[_Open] = []
    while True:
        done, at = _begun(text, at, opened)
        while done is not None:
            if not opened:
                return done, at
            done, at = _ended(text, at, opened, done)


def _begun(text: str, at: int, opened: list[_Open]) -> tuple[Node | None, int]:
    """Reads the beginning of a value: all of it, or the bracket and what its first value needs before it."""
    bracket = text[at : at + 1]
    if bracket not in ("{", "["):
        return _scalar(text, at)
    if len(opened) >= DEPTH:
        raise NotGoJson("exceeded max depth", at)
    inner = _Open(bracket, at, [], [])
    at = _past_space(text, at + 1)
    if text[at : at + 1] == _CLOSING[bracket]:
        return inner.closed(), at + 1
    opened.append(inner)
    return None, _key(text, at, inner) if bracket == "{" else at


def _ended(text: str, at: int, opened: list[_Open], done: Node) -> tuple[Node | None, int]:
    """What follows a value inside brackets: the next one, or their end, which is a value that has ended itself."""
    outer = opened[-1]
    outer.take(done)
    at = _past_space(text, at)
    char = text[at : at + 1]
    if char == _CLOSING[outer.bracket]:
        return opened.pop().closed(), at + 1
    if char != ",":
        raise _unexpected(text, at, "after object key:value pair" if outer.bracket == "{" else "after array element")
    at = _past_space(text, at + 1)
    return None, _key(text, at, outer) if outer.bracket == "{" else at


def _key(text: str, at: int, outer: _Open) -> int:
    if text[at : at + 1] != '"':
        raise _unexpected(text, at, "looking for beginning of object key string")
    key, at = _string(text, at)
    at = _past_space(text, at)
    if text[at : at + 1] != ":":
        raise _unexpected(text, at, "after object key")
    outer.keys.append(key)
    return _past_space(text, at + 1)


def _scalar(text: str, at: int) -> tuple[Node, int]:
    char = text[at : at + 1]
    if char == '"':
        value, end = _string(text, at)
        return Node("string", at, value), end
    if char == "-" or "0" <= char <= "9":
        end = _number(text, at)
        return Node("number", at, text[at:end]), end
    if char not in _LITERALS:
        raise _unexpected(text, at, "looking for beginning of value")
    word, kind, meant = _LITERALS[char]
    for offset, letter in enumerate(word):
        if text[at + offset : at + offset + 1] != letter:
            raise _unexpected(text, at + offset, f"in literal {word} (expecting '{letter}')")
    return Node(kind, at, meant), at + len(word)


def _number(text: str, at: int) -> int:
    begun = at + (text[at] == "-")
    whole = _WHOLE.match(text, begun)
    if whole is None:
        raise _unexpected(text, begun, "in numeric literal")
    end = whole.end()
    if text[end : end + 1] == ".":
        end = _digits(text, end + 1, "after decimal point in numeric literal")
    if text[end : end + 1] in ("e", "E"):
        end = _digits(text, end + 1 + (text[end + 1 : end + 2] in ("+", "-")), "in exponent of numeric literal")
    return end


def _digits(text: str, at: int, where: str) -> int:
    found = _DIGITS.match(text, at)
    end = found.end() if found else at
    if end == at:
        raise _unexpected(text, at, where)
    return end


def _string(text: str, at: int) -> tuple[str, int]:
    body = _BODY.match(text, at + 1)
    end = body.end() if body else at + 1
    char = text[end : end + 1]
    if char == '"':
        return _unquoted(text[at + 1 : end]), end + 1
    if char != "\\":
        raise _unexpected(text, end, "in string literal")
    if text[end + 1 : end + 2] != "u":
        raise _unexpected(text, end + 1, "in string escape code")
    digits = _HEX.match(text, end + 2)
    raise _unexpected(text, digits.end() if digits else end, "in \\u hexadecimal character escape")


def _unquoted(body: str) -> str:
    text = as_go_has_it(body.encode("latin-1"))
    return _ESCAPE.sub(_meant, text) if "\\" in text else text


def _meant(found: re.Match[str]) -> str:
    high, low, code, short = found.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if code is not None:
        number = int(code, 16)
        return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)
    return _SHORT.get(short, short)


def as_go_has_it(content: bytes) -> str:
    """Text of bytes; each that is no UTF-8 is one U+FFFD."""
    text = content.decode("utf-8", "surrogateescape")
    return text if text.isascii() else re.sub("[\udc80-\udcff]", "\ufffd", text)


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _unexpected(text: str, at: int, where: str) -> NotGoJson:
    if at >= len(text):
        return NotGoJson("unexpected EOF", at)
    return NotGoJson(f"invalid character {_quoted(text[at])} {where}", at)


def _quoted(char: str) -> str:
    """One byte as Go writes it in its messages."""
    if char == "'":
        return r"'\''"
    known = {"\\": r"\\", "\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
    if char in known:
        return f"'{known[char]}'"
    if char < " " or char == "\x7f":
        return rf"'\x{ord(char):02x}'"
    return f"'{char}'" if char.isprintable() or char == " " else rf"'\u{ord(char):04x}'"


def folded(name: str) -> str:
    """A member's name as Go compares it with those it knows, which are ASCII."""
    return name.lower().replace("\u017f", "s")


def place_of(content: bytes, at: int) -> str:
    """Line and column, from 1, of a byte."""
    begun = content.rfind(b"\n", 0, at) + 1
    line = content.count(b"\n", 0, at) + 1
    return f"line {line}, column {at - begun + 1}"

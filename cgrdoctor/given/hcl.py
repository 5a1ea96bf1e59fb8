"""Blocks of Terraform's language as people paste them: what is written there as a value, nothing computed.

One pass over the text with a stack of its own; whatever is no plain value is `UNKNOWN`, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from cgrdoctor.kubernetes.documents import ELEMENTS, UnusableDocument
from cgrdoctor.net.bounded_json import DEPTH


class Unknown:
    """Stands for a value that the text does not tell: a variable, a function, what Terraform calls sensitive."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Block(msgspec.Struct):
    """A block with its labels and attributes; a block inside it is an attribute.

    `whole` is False where the text says, or shows, that more belongs to it than stands there.
    """

    type: str
    labels: tuple[str, ...]
    attributes: dict[str, Any]
    whole: bool = True

    def __repr__(self) -> str:
        return f"Block({self.type!r}, {self.labels!r})"


class _Token(msgspec.Struct, frozen=True):
    kind: str
    value: Any = None


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\ufeff]+)
    |(?P<line>\n)
    |(?P<comment>\#[^\n]*|//[^\n]*)
    |(?P<remark>/\*)
    |(?P<text>"(?:[^"\\$%\n]|\\.|\$(?!\{)|%(?!\{))*(?P<closed>")?)
    |(?P<document><<-?[A-Za-z_][A-Za-z0-9_-]{0,100}[ \t\r]*\n)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_]))
    |(?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    |(?P<other>.)""",
    re.VERBOSE,
)
_INSIDE = re.compile(r'\\.|\$\{|%\{|[{}"\n]')
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_LEFT_OUT = re.compile(r"unchanged|hidden|omitted|truncated|\.\.\.|…")
_HEADER = re.compile(
    r"^[ \t]*(?:[-+~/]{1,3}[ \t]+)?(?:resource|data|variable|locals|module)\b[^\n]{0,300}\{", re.MULTILINE
)
_OPEN, _CLOSE = "([{", ")]}"
_WORDS = {"true": True, "false": False, "null": None}


def blocks(text: str) -> list[Block]:
    """The outermost blocks, whatever prose stands before and behind them. Raises UnusableDocument."""
    begin = _HEADER.search(text)
    first = begin.start() if begin and "/*" not in text[: begin.start()] else 0
    reader = _Reader()
    try:
        return reader.read(_tokens(text, first))
    except UnusableDocument:
        if not reader.closed:
            raise
        return reader.closed


def _tokens(text: str, place: int) -> Iterator[_Token]:
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            place += 1
            continue
        kind, begin, place = found.lastgroup or "other", place, found.end()
        match kind:
            case "space":
                continue
            case "comment":
                yield _Token(kind, bool(_LEFT_OUT.search(found[0])))
            case "remark":
                place = _behind(text, text.find("*/", place), 2, begin)
            case "text" if found["closed"]:
                yield _Token("value", _ESCAPED.sub(_escape, found[0][1:-1]))
            case "text":
                place = _template(text, place, begin)
                yield _Token("value", UNKNOWN)
            case "document":
                place = _behind(text, _last_line(text, place, found[0].lstrip("<-").strip()), 0, begin)
                yield _Token("value", UNKNOWN)
            case "number":
                yield _Token("value", found[0])
            case _:
                yield _Token(kind, found[0])


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[1])


def _behind(text: str, place: int, length: int, begin: int) -> int:
    if place < 0:
        raise _broken(text, begin, "what begins there does not end")
    return place + length


def _last_line(text: str, place: int, word: str) -> int:
    """The end of the next line on which this word stands alone, or -1."""
    while place < len(text):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        if text[place:end].strip(" \t\r") == word:
            return end
        place = end + 1
    return -1


def _template(text: str, place: int, begin: int) -> int:
    """The place behind a quoted text with expressions in it, in which quoted texts may stand in turn."""
    inside = ["text"]
    while inside:
        found = _INSIDE.search(text, place)
        if found is None or len(inside) > DEPTH:
            raise _broken(text, begin, "a quoted text does not end")
        place, mark, in_text = found.end(), found[0], inside[-1] == "text"
        if mark == "\n" and in_text:
            raise _broken(text, begin, "a quoted text does not end on its line")
        if mark == '"':
            inside.pop() if in_text else inside.append("text")
        elif mark in ("${", "%{") or (mark == "{" and not in_text):
            inside.append("expression")
        elif mark == "}" and not in_text:
            inside.pop()
    return place


def _broken(text: str, place: int, words: str) -> UnusableDocument:
    return UnusableDocument(f"is no Terraform: line {text.count(chr(10), 0, place) + 1}: {words}")


class _Reader:
    """Statements and blocks, token by token."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._open: list[Block] = []
        self._statement: list[_Token] = []
        self._brackets: list[str] = []

    def read(self, tokens: Iterator[_Token]) -> list[Block]:
        for number, token in enumerate(tokens):
            if number > ELEMENTS:
                raise UnusableDocument(f"is Terraform of more than {ELEMENTS} elements")
            self.take(token)
        self._end()
        if self._open or self._brackets:
            raise UnusableDocument("is no Terraform: a block does not end")
        return self._found

    def take(self, token: _Token) -> None:
        mark = token.value if token.kind == "other" else ""
        if token.kind == "comment":
            if self._open and token.value:
                self._open[-1].whole = False
            return
        if self._brackets:
            self._nested(token, mark)
        elif token.kind == "line":
            self._end()
        elif mark == "{" and self._is_header():
            self._begin()
        elif mark == "}" and self._open:
            self._end()
            self._close()
        elif self._open:
            self._nested(token, mark)
        else:
            self._statement.append(token)

    @property
    def closed(self) -> list[Block]:
        """The blocks so far; none while one is open."""
        return [] if self._open or self._brackets else self._found

    def _nested(self, token: _Token, mark: str) -> None:
        if mark and mark in _OPEN:
            self._brackets.append(mark)
            if len(self._brackets) + len(self._open) > DEPTH:
                raise UnusableDocument(f"is Terraform with more than {DEPTH} blocks and lists inside each other")
        elif mark and mark in _CLOSE and self._brackets:
            self._brackets.pop()
        if token.kind != "line":
            self._statement.append(token)

    def _is_header(self) -> bool:
        """Whether what stands before a brace names a block. Terraform's plans have a sign before it."""
        words = _without_sign(self._statement)
        return bool(words) and words[0].kind == "name" and all(one.kind in ("name", "value") for one in words)

    def _begin(self) -> None:
        words = _without_sign(self._statement)
        if len(self._open) >= DEPTH:
            raise UnusableDocument(f"is Terraform with more than {DEPTH} blocks and lists inside each other")
        self._open.append(Block(words[0].value, tuple(str(one.value) for one in words[1:]), {}))
        self._statement = []

    def _close(self) -> None:
        block = self._open.pop()
        if self._open:
            self._open[-1].attributes.setdefault(block.type, block.attributes)
        else:
            self._found.append(block)

    def _end(self) -> None:
        """What stood on the line, as an attribute; what is none shows that something is left out."""
        words, self._statement = _without_sign(self._statement), []
        if not words or not self._open:
            return
        if len(words) > 2 and words[0].kind == "name" and words[1].value == "=":
            # What stands there twice is old and new, as in a patch: which of them counts is not told.
            found, name, value = self._open[-1].attributes, words[0].value, _value(words[2:])
            found[name] = value if found.get(name, value) == value else UNKNOWN
        elif not (words[0].kind == "name" and len(words) > 1):
            self._open[-1].whole = False


def _without_sign(words: list[_Token]) -> list[_Token]:
    begin = 0
    while begin < len(words) and words[begin].kind == "other" and words[begin].value in "+~-/":
        begin += 1
    return words[begin:]


def _value(words: list[_Token]) -> Any:
    """A text, number, truth value, null, or a list of texts; else UNKNOWN."""
    if len(words) == 1:
        only = words[0]
        return only.value if only.kind == "value" else _WORDS.get(only.value, UNKNOWN)
    if words[0].value == "[" and words[-1].value == "]":
        inner = [one for one in words[1:-1] if one.value != ","]
        texts = [one.value for one in inner if one.kind == "value" and isinstance(one.value, str)]
        return texts if len(texts) == len(inner) else UNKNOWN
    return UNKNOWN

"""YAML's block style, as far as it takes to find images in manifests, values and compose files: line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor.sweep.flow import Flow, plain
from cgrdoctor.sweep.images import Images

KEY = re.compile(r"""\A("(?:[^"\\]++|\\.)*+"|'(?:[^']++|'')*+'|[^\s\#"'\[\]{},&*!|>%@`:][^:\#]*+)\s*+:(?=\s|$)""")
DECORATION = re.compile(r"(?:&(?P<anchor>\S+)|!\S*)(?:\s+|$)")
WHOLE = {'"': re.compile(r'\A"(?:[^"\\]++|\\.)*+"', re.DOTALL), "'": re.compile(r"\A'(?:[^']++|'')*+'", re.DOTALL)}
CLOSES = {'"': re.compile(r'\A(?:[^"\\]++|\\.)*+"', re.DOTALL), "'": re.compile(r"\A(?:[^']++|'')*+'", re.DOTALL)}
BLOCK = re.compile(r"[|>][-+0-9]{0,2}(?:\s+\#.*)?\s*$")
COMMENT = re.compile(r"(?:^|\s)\#.*$")
MOST_ANCHORS = 10_000


class Block:
    """Feeds `images` with lines. A mapping of Helm's templates in double braces is a text like any other."""

    def __init__(self, images: Images, lines: Iterator[str]) -> None:
        self._images = images
        self._lines = lines
        self._open: list[tuple[int, str]] = []
        self._anchors: dict[str, str] = {}
        self._again: str | None = None

    def run(self) -> Iterator[str]:
        """The images, as they are found. Raises Broken and TooDeep."""
        while (line := self._next()) is not None:
            bare = line.lstrip(" ")
            if bare.startswith(("---", "...")) and bare == line:
                self._close(-1)
                self._images.end()
                bare = bare[3:].strip() if bare.startswith("--- ") else ""
            if bare and not bare.startswith(("#", "%")) and bare.strip():
                self._line(bare.rstrip(), len(line) - len(bare))
                yield from self._images.take()
        self._close(-1)
        self._images.end()
        yield from self._images.take()

    def _next(self) -> str | None:
        again, self._again = self._again, None
        if again is not None:
            return again
        line = next(self._lines, None)
        return None if line is None else line.rstrip("\r\n")

    def _line(self, text: str, indent: int) -> None:
        """Members of a list may stand at their key's own column, its fields may not."""
        while text.startswith("- ") or text == "-":
            self._close(indent, member=True)
            self._enter(indent + 1, self._key_above())
            inner = text[1:].lstrip(" ")
            indent += len(text) - len(inner) if inner else 2
            text = inner
        found = KEY.match(text)
        if found is None:
            if text:
                self._value(self._open[-1][1] if self._open else "", text, indent - 1)
            return
        self._close(indent)
        key = plain(found[1].strip())
        value = text[found.end() :].strip()
        self._value(key, value, indent)

    def _value(self, key: str, value: str, indent: int) -> None:
        at, anchor = 0, ""
        while decoration := DECORATION.match(value, at):
            anchor, at = decoration["anchor"] or anchor, decoration.end()
        value = value[at:]
        if anchor and len(self._anchors) < MOST_ANCHORS:
            self._anchors[anchor] = value
        if value.startswith("*"):
            value = self._anchors.get(value[1:].strip(), "")
        if not value or value.startswith("#"):
            self._enter(indent, key)
        elif BLOCK.match(value):
            self._block(key, indent)
        elif value[0] in "{[" and not value.startswith("{{"):
            self._flow(key, value)
        elif value[0] in "\"'":
            self._images.scalar(key, self._quoted(value))
        else:
            self._images.scalar(key, COMMENT.sub("", value).strip())

    def _flow(self, key: str, value: str) -> None:
        flow = Flow(self._images, value, lambda: f"\n{line}" if (line := self._next()) is not None else "", key)
        self._images.give_back(list(flow.run()))
        _, line_end, line = flow.rest.partition("\n")
        self._again = line if line_end else None

    def _quoted(self, value: str) -> str:
        """A quoted text, which may go on in the next lines."""
        quote, pieces, size = value[0], [value], len(value)
        if (whole := WHOLE[quote].match(value)) is not None:
            return plain(whole[0])
        while size < 4 * 1024 * 1024 and (line := self._next()) is not None:
            pieces.append(line.strip())
            size += len(line)
            if CLOSES[quote].match(line):
                break
        return " ".join(pieces).strip(quote)

    def _block(self, key: str, indent: int) -> None:
        """A block of text ends with the first line that is not deeper than its key; an image is one of one line."""
        text, lines = "", 0
        while (line := self._next()) is not None:
            bare = line.strip()
            if bare and len(line) - len(line.lstrip(" ")) <= indent:
                self._again = line
                break
            if bare:
                text, lines = text or bare, lines + 1
        if lines == 1:
            self._images.scalar(key, text)

    def _enter(self, indent: int, key: str) -> None:
        self._images.enter(key)
        self._open.append((indent, key))

    def _close(self, indent: int, *, member: bool = False) -> None:
        while self._open and (self._open[-1][0] > indent or (self._open[-1][0] == indent and not member)):
            self._open.pop()
            self._images.leave()

    def _key_above(self) -> str:
        return self._open[-1][1] if self._open else ""

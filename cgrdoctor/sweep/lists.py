"""Reads what names images: a list of references, manifests, Helm values, compose files, what kubectl prints as JSON.

Whatever its size, a piece of it is in memory at a time, and the time it takes grows with its size alone.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from cgrdoctor.config.values import expanded, reason, shown_path
from cgrdoctor.errors import UsageProblem
from cgrdoctor.net.pasted_command import LOGIN, command_of, free_words
from cgrdoctor.net.pasted_word import candidate, unfilled, unwrapped
from cgrdoctor.net.reference import has_user_information
from cgrdoctor.sweep.block import Block
from cgrdoctor.sweep.flow import Broken, Flow
from cgrdoctor.sweep.images import Images, TooDeep

PIECE = 256 * 1024
LONGEST_LINE = 1024 * 1024
LONGEST_WORD = 4096
STANDARD_INPUT = "-"

_WORD = re.compile(r"(?:\{\{[^{}\n]{0,200}\}\}|\$\{[^{}\n]{0,200}\}|[^\s,;])+")
"""A word; what is set in braces belongs to it, white space included: `{{ .Values.tag }}`."""
_NAME = re.compile(r"[^\W\d_]|/")
"""What each name of an image has; numbers and signs are those of a list's own points."""
_PARTS = re.compile(r"&&|\|\|?|;")
_FIELD = re.compile(
    r"""^[ \t]{0,200}(?:-[ \t]{1,20})?(?:"[^"\n]{1,200}"|[A-Za-z_][\w.-]{0,200})[ \t]{0,20}:(?:[ \t]|$)""", re.MULTILINE
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_QUOTES = "\"'`"


def mentions(place: str) -> Iterator[str]:
    """The texts in `place`, a file or `-`, that stand where images are named, in order, repetitions included.

    Raises UsageProblem for what cannot be read, and for a document that ends in its middle.
    """
    with _opened(place) as stream:
        head = stream.read(PIECE)
        try:
            yield from _of(head, stream, is_yaml=place.lower().endswith((".yaml", ".yml")))
        except (Broken, TooDeep) as problem:
            raise UsageProblem(f"--images: {_named(place)} cannot be read: {problem}") from None
        except (OSError, UnicodeError) as error:
            raise UsageProblem(f"--images: {_named(place)} cannot be read ({reason(error)})") from None


def is_structured(head: str) -> bool:
    """Whether a text is a document, with images in its fields, rather than a list of references."""
    return head.lstrip()[:1] in ("{", "[") or _FIELD.search(head) is not None


def _of(head: str, stream: TextIO, *, is_yaml: bool) -> Iterator[str]:
    begins = head.lstrip()
    if begins[:1] in ("{", "[") and not begins.startswith("{{"):
        return _json(begins, stream)
    if is_yaml or (_FIELD.search(head) and not _begins_with_reference(begins)):
        return Block(Images(), _lines(head, stream)).run()
    return _plain(head, stream)


def _begins_with_reference(text: str) -> bool:
    """Whether the first line that is no comment is one word that can be an image: so a list begins, no document."""
    for line in text.splitlines():
        words = line.split()
        if words and not words[0].startswith("#"):
            return "/" in words[0] and (len(words) == 1 or words[1].startswith("#"))
    return False


def _json(text: str, stream: TextIO) -> Iterator[str]:
    images = Images()
    while text.strip():
        flow = Flow(images, text, lambda: stream.read(PIECE))
        yield from flow.run()
        images.end()
        yield from images.take()
        text = flow.rest.lstrip() or stream.read(PIECE)


def _lines(head: str, stream: TextIO) -> Iterator[str]:
    """Lines, one that is too long in pieces."""
    left = head
    while True:
        *whole, left = left.split("\n")
        yield from whole
        while len(left) > LONGEST_LINE:
            yield left[:LONGEST_LINE]
            left = left[LONGEST_LINE:]
        piece = stream.read(PIECE)
        if not piece:
            yield left
            return
        left += piece


def _plain(head: str, stream: TextIO) -> Iterator[str]:
    """Words; `#` begins a comment. Of a client's command its image is one, and nothing else: it may hold a login."""
    for line in _lines(head, stream):
        text = line.lstrip()
        if text.startswith("#"):
            continue
        if len(text) <= LONGEST_WORD and _is_command(text):
            for part in _PARTS.split(text):
                if (found := command_of(part)) is not None:
                    yield from _of_command(found[1])
        elif text.startswith("FROM "):
            yield from islice(_words(text[5:]), 1)
        else:
            yield from _words(text)


def _words(text: str) -> Iterator[str]:
    """The words of a line that are no options, nor the values of a login's."""
    login = False
    for found in _WORD.finditer(text):
        if found[0].startswith("#"):
            return
        word = unwrapped(found[0])[0]
        if _NAME.search(word) and not word.startswith("-") and not login:
            yield word[:LONGEST_WORD]
        login = LOGIN.match(word) is not None and not word.partition("=")[2]


def _is_command(line: str) -> bool:
    """Whether it begins with a program. An image can be called like one: what has a registry before it is none."""
    found = command_of(line)
    if found is None or not found[1]:
        return False
    program = line.split()[-len(found[1]) - 1]
    return "/" not in program or program.startswith(("/", ".", "~", "$"))


def _of_command(words: list[str]) -> Iterator[str]:
    """The image of a command, as it is written there."""
    free, bound = free_words(words)
    for word in (one.strip(_QUOTES) for one in (*free, *bound)):
        if "/" in word and not has_user_information(word) and (candidate(word) is not None or unfilled(word)):
            yield word
            return


def _opened(place: str) -> TextIO:
    """The text of a file or of standard input: UTF-8, or UTF-16 with its mark."""
    try:
        raw: BinaryIO
        if place == STANDARD_INPUT:
            raw = sys.stdin.buffer
        else:
            path = expanded("--images", place)
            if path.is_dir():
                raise UsageProblem(f"--images takes a file; {shown_path(path)} is a directory")
            raw = path.open("rb")
        buffered = io.BufferedReader(_Readable(raw), PIECE)
        begin = buffered.peek(4)[:4]
    except (OSError, ValueError) as error:
        raise UsageProblem(f"--images: {_named(place)} cannot be read ({reason(error)})") from None
    encoding = next((name for mark, name in _BOMS if begin.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in buffered.peek(PIECE)[:PIECE]:
        buffered.close()
        raise UsageProblem(f"--images: {_named(place)} is no text")
    return io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline=None)


class _Readable(io.RawIOBase):
    """A binary stream, buffered or not, as one that a buffer can stand on."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a buffer gives no other
        read = getattr(self._stream, "read1", self._stream.read)
        data = read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if self._stream is not sys.stdin.buffer:
            self._stream.close()
        super().close()


def _named(place: str) -> str:
    return "standard input" if place == STANDARD_INPUT else shown_path(Path(place))

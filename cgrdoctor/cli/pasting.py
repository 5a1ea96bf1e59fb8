"""What is pasted or piped in place of IMAGE: read within bounds, and one line says which reference was read."""

from __future__ import annotations

import os
import select
import sys
import time
from typing import NamedTuple

from cgrdoctor.errors import UsageProblem

LIMIT = 1 << 20
"""Bytes that are read of a text; a log of a build can be larger."""
PATIENCE = 60.0
"""Seconds to wait for standard input to end."""


class Given(NamedTuple):
    """IMAGE as an option, the lines that say how it was read, and the client's text that it was read from."""

    options: dict[str, str]
    lines: list[str]
    said: str = ""

    @property
    def path(self) -> str:
        """The image's path without host, tag and digest."""
        rest = self.options["image"].partition("/")[2].partition("@")[0]
        return rest.rpartition(":")[0] or rest


def image_option(word: str) -> Given:
    """IMAGE from a word, a text or standard input. Raises UsageProblem."""
    from cgrdoctor.config.images import TEXT, ReadImage, read_image
    from cgrdoctor.config.settings import COMMAND_LINE

    text, lines = standard_input() if word == "-" else (word, [])
    reference, typed, notes = read_image(text)
    if word != "-" and str(reference) == word:
        return Given({"image": word}, [])
    where = " from standard input" if word == "-" else ""
    said = f"read {reference}{where}" + (f" ({'; '.join(notes)})" if notes else "")
    origin = COMMAND_LINE if typed and word != "-" else TEXT
    return Given({"image": ReadImage(str(reference), origin)}, [said, *lines], "" if typed else text)


def standard_input() -> tuple[str, list[str]]:
    """What came by standard input, at most 1 MiB, and what there is to say of how it was read."""
    from cgrdoctor.config.encoded import decoded

    data, whole = _bytes()
    text, encoding = decoded(data, cut=not whole)
    if not text.strip():
        raise UsageProblem("standard input is empty; pipe a reference, a command or an error text into it")
    lines = [] if whole else [f"only the first {LIMIT >> 20} MiB of standard input were read"]
    return text, lines + ([f"standard input was read as {encoding}"] if encoding != "UTF-8" else [])


def _bytes() -> tuple[bytes, bool]:
    """The bytes, and whether that is all of them."""
    try:
        stream = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        held = getattr(sys.stdin, "buffer", None)
        data = held.read(LIMIT + 1) if held is not None else (sys.stdin.read(LIMIT + 1) if sys.stdin else "").encode()
        return data[:LIMIT], len(data) <= LIMIT
    found, until = bytearray(), time.monotonic() + PATIENCE
    while len(found) <= LIMIT:
        if not select.select([stream], [], [], max(0.0, until - time.monotonic()))[0]:
            return bytes(found), False
        piece = os.read(stream, LIMIT + 1 - len(found))
        if not piece:
            return bytes(found), True
        found += piece
    return bytes(found[:LIMIT]), False

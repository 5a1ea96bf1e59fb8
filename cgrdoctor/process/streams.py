"""Standard streams that do not mind: a closed pipe is silence, an unspeakable character is an escape."""

from __future__ import annotations

import io
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from cgrdoctor.errors import OutputProblem
from cgrdoctor.process.outlet import LINE, NotTaken, outlet, pour


@contextmanager
def forgiving() -> Iterator[None]:
    """While open: a missing stream swallows what is written, foreign characters are escaped, closed pipes are silent.

    The exit status is that of the work; who stops reading does not change it.
    """
    sys.stdout = _usable(sys.stdout)
    sys.stderr = _usable(sys.stderr)
    try:
        yield
    finally:
        close_quietly(sys.stdout)
        close_quietly(sys.stderr)


def _usable(stream: TextIO | None) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def close_quietly(stream: TextIO) -> None:
    """Flushes; what a closed pipe or a full disk refuses is dropped, so that the interpreter's own flush is silent."""
    try:
        stream.flush()
    except (OSError, ValueError):
        drop(stream)


def drop(stream: TextIO) -> None:
    """Sends what is still buffered, and all that follows, to nowhere."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def put(data: bytes, patience: float = math.inf) -> None:
    """Writes bytes to standard output, whatever its encoding, as fast as its reader takes them.

    Raises OutputProblem, but not for a closed pipe, and NotTaken once the reader has taken nothing for `patience` s.
    """
    target = outlet()
    try:
        target.flush()
        pour(data, target, patience, noted=True)
    except BrokenPipeError:
        drop(target)
    except NotTaken as problem:
        drop(target)
        raise NotTaken(f"standard output cannot be written: {problem}") from None
    except (OSError, ValueError) as error:
        drop(target)
        reason = (isinstance(error, OSError) and error.strerror) or "it is closed"
        raise OutputProblem(f"standard output cannot be written: {reason}") from None


def say(text: str) -> None:
    """Writes text and a line end to standard output."""
    put((text if text.endswith("\n") else text + "\n").encode("utf-8", "backslashreplace"))


def tell(text: str) -> None:
    """Writes one line to standard error; nobody waits for whoever does not read there."""
    try:
        pour((text + "\n").encode("utf-8", "backslashreplace"), sys.stderr, LINE)
    except (OSError, ValueError, OutputProblem):
        drop(sys.stderr)

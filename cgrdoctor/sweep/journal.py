"""Lines as they are kept: appended in whole pieces to a file that others may write to, and read again to go on."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from cgrdoctor.config.values import reason, shown_path
from cgrdoctor.errors import OutputProblem, UsageProblem
from cgrdoctor.sweep.model import Line

LONGEST = 65536
"""Bytes of one line."""


class Journal:
    """A file of lines, each written at once under a lock. Raises OutputProblem."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            size = os.fstat(self._descriptor).st_size
            if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
                self.append(b"\n")
        except OSError as error:
            raise self._unwritable(error) from None

    def append(self, data: bytes) -> None:
        """One whole line."""
        try:
            with _locked(self._descriptor):
                written = os.write(self._descriptor, data)
        except OSError as error:
            raise self._unwritable(error) from None
        if written < len(data):
            raise OutputProblem(f"{shown_path(self._path)} cannot be written (no room)")

    def _unwritable(self, error: OSError) -> OutputProblem:
        return OutputProblem(f"{shown_path(self._path)} cannot be written ({reason(error)})")


class _locked:  # noqa: N801 - reads as what it does
    """An advisory lock, where the system has them; others wait for as long as one line takes."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __enter__(self) -> None:
        self._lock(on=True)

    def __exit__(self, *_: object) -> None:
        self._lock(on=False)

    def _lock(self, *, on: bool) -> None:
        try:
            import fcntl
        except ImportError:
            return
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX if on else fcntl.LOCK_UN)
        except OSError:
            return  # a file system without locks


BEGINS = (b'{"image":', b'{"schema_version":')
ASKED = b'"asked_with"'
"""How the lines of a sweep begin, its summary last; and what each has that was written anew by another program."""


def refuse_foreign(path: Path) -> None:
    """Raises UsageProblem for a file that something else wrote: lines are never added to it."""
    try:
        with path.open("rb") as stream:
            head = stream.read(LONGEST)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageProblem(f"--resume: {shown_path(path)} cannot be read ({reason(error)})") from None
    lines = head.splitlines()
    torn = len(lines) == 1 and BEGINS[0].startswith(head)
    if lines and not torn and not any(line.startswith(BEGINS) or ASKED in line for line in lines):
        raise UsageProblem(f"--resume: {shown_path(path)} holds no line of a sweep; name what -o FILE.ndjson wrote")


def earlier(path: Path, asked_with: str) -> dict[str, int]:
    """The references that were asked for with these options, each with the place of its line in the file.

    A line that cannot be read, half-written ones first of all, is no line; one that was not asked for counts as none.
    Raises UsageProblem for a file that cannot be read; one that is not there yet is empty.
    """
    found: dict[str, int] = {}
    try:
        for place, line in _read(path):
            if line.asked_with == asked_with and line.verdict != "not-asked":
                found[line.image] = place
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageProblem(f"--resume: {shown_path(path)} cannot be read ({reason(error)})") from None
    return found


def line_at(stream: IO[bytes], place: int) -> Line:
    """The line at a place that `earlier` gave."""
    stream.seek(place)
    return msgspec.json.decode(stream.readline(LONGEST), type=Line)


def _read(path: Path) -> Iterator[tuple[int, Line]]:
    decoder = msgspec.json.Decoder(Line)
    with path.open("rb") as stream:
        place = 0
        while data := stream.readline(LONGEST):
            with contextlib.suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                yield place, decoder.decode(data)
            place += len(data)


class Spool:
    """Every line of this sweep, on disk, to be read as often as there are outputs that are made of all of them."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="cgrdoctor-")  # noqa: SIM115 - as long as the sweep

    def add(self, data: bytes) -> None:
        """One line, with its end."""
        self._file.write(data)

    def lines(self) -> Iterator[Line]:
        """All of them, in the order in which they came."""
        decoder = msgspec.json.Decoder(Line)
        self._file.seek(0)
        for data in self._file:
            yield decoder.decode(data)

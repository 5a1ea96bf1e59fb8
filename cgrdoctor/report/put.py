"""Lines brought into files that are not ours alone: appended to a list under its lock, or written in place."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cgrdoctor.errors import OutputProblem

PATIENCE = 1.0
"""Seconds for a lock: others hold it for one write."""

PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Piece:
    """Where in a file a line of this run stands: it begins at `start` and ends before `end`."""

    start: int
    end: int


def append(path: Path, line: bytes, mine: Piece | None = None) -> Piece | None:
    """Adds a line to a file, in one write and under a lock; a half-written last line of somebody else stays apart.

    `mine` is what this run wrote there before: it is replaced if nothing has come behind it. Raises OutputProblem;
    nothing half written stays behind.
    """
    with _problem(path), _opened(path, os.O_RDWR | os.O_APPEND) as descriptor:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            _write(descriptor, line)
            return None
        with _locked(descriptor):
            size = os.fstat(descriptor).st_size
            if mine is not None and mine.end == size:
                os.ftruncate(descriptor, mine.start)
                size = mine.start
            half = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            try:
                _write(descriptor, b"\n" + line if half else line)
            except OSError:
                os.ftruncate(descriptor, size)
                raise
            return Piece(size, os.fstat(descriptor).st_size)


def in_place(path: Path, line: bytes, *, regular: bool = False) -> None:
    """Makes a line the whole of a file, without another file that takes its name: it may be mounted, or a device.

    With `regular` what is no regular file is left alone. Raises OutputProblem.
    """
    if regular and path.exists() and not path.is_file():
        return
    with _problem(path), _opened(path, os.O_WRONLY) as descriptor:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            written = os.pwrite(descriptor, line, 0)
            os.ftruncate(descriptor, written)
            if written < len(line):
                raise OSError("no room for the whole line")
        else:
            _write(descriptor, line)


@contextlib.contextmanager
def _problem(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and (error.strerror or str(error))) or type(error).__name__
        raise OutputProblem(f"{path} cannot be written ({reason})") from error


@contextlib.contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    """A pipe that nobody reads is refused, not waited for."""
    descriptor = os.open(path, flags | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0), 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Where there are locks; whoever keeps one for long is not waited for."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                raise OSError("another process keeps it locked") from None
            time.sleep(PAUSE)
    yield


def _write(descriptor: int, line: bytes) -> None:
    if os.write(descriptor, line) < len(line):
        raise OSError("no room for the whole line")

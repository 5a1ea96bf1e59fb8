"""The report's way out: standard output, kept from everybody else, and as patient as its reader is slow.

What plug-ins, their threads and their children write to standard output goes to standard error meanwhile, by whichever
way they write it.
"""

from __future__ import annotations

import contextlib
import math
import os
import select
import stat
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from cgrdoctor.errors import OutputProblem
from cgrdoctor.process.own import is_own

PIECE = 4096
"""Bytes of one write: as many as a pipe that takes anything takes at once."""

ALL = 1 << 30
"""Bytes of a write to a file."""

BEAT = 0.25
"""Seconds between two looks at a reader that takes nothing."""

IDLE = 60.0
"""Seconds in which a reader may take nothing before it is given up."""

LINE = 1.0
"""The same for a line on standard error: it must hold up nothing."""


class NotTaken(OutputProblem):
    """The reader of a stream took nothing for too long."""


@dataclass(slots=True)
class _State:
    """Standard output while it is kept.

    `idle_since`: the moment (monotonic) since which its reader has taken nothing of what waits for it; `used`: whether
    anything was offered yet.
    """

    stream: TextIO | None = None
    idle_since: float | None = None
    used: bool = False


_state = _State()


def outlet() -> TextIO:
    """The stream that the report goes to."""
    return _state.stream or sys.stdout


def idle() -> float | None:
    """Seconds for which the reader of standard output has taken nothing of what waits for it; None if nothing does."""
    since = _state.idle_since
    return None if since is None else time.monotonic() - since


def used() -> bool:
    """Whether anything was written to standard output since it is kept."""
    return _state.used


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """While open, standard output is the report's alone; in the command's own process from then on."""
    if _state.stream is not None:
        yield
        return
    before = sys.stdout
    _state.used = False
    _state.stream, private = _taken(before)
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        if not is_own():
            _give_back(before, private)


def _taken(stream: TextIO) -> tuple[TextIO, int | None]:
    """What to write the report to from now on, and the descriptor that stands for number 1 meanwhile."""
    with contextlib.suppress(OSError, ValueError):
        stream.flush()
    try:
        private = os.dup(1)
    except OSError:
        return stream, None
    try:
        _point(1, _descriptor(sys.stderr))
    except OSError:
        os.close(private)
        return stream, None
    if _descriptor(stream) != 1:
        return stream, private
    return open(private, "w", encoding=stream.encoding, errors="backslashreplace", closefd=False), private


def _give_back(before: TextIO, private: int | None) -> None:
    for stream in (before, sys.stdout):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    if private is not None:
        os.dup2(private, 1)
        os.close(private)
    sys.stdout, _state.stream = before, None


def _point(number: int, to: int | None) -> None:
    """Makes a descriptor lead where another one leads, or to nowhere."""
    if to is not None:
        os.dup2(to, number)
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def _descriptor(stream: TextIO) -> int | None:
    """The number of a stream that has one."""
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None


def pour(data: bytes, stream: TextIO, patience: float = math.inf, *, noted: bool = False) -> None:
    """Writes bytes to a stream as fast as its reader takes them. Raises OSError, ValueError and NotTaken.

    `patience` in seconds is for a reader that takes nothing; `noted`: `idle` tells of it meanwhile.
    """
    descriptor = _descriptor(stream) if hasattr(select, "poll") else None
    if descriptor is None:
        binary = getattr(stream, "buffer", None)
        _ = binary.write(data) if binary is not None else stream.write(data.decode("utf-8", "replace"))
        stream.flush()
        return
    with _noted() if noted else contextlib.nullcontext(_State()) as state:
        state.idle_since = taken = time.monotonic()
        for left, moved in _offered(descriptor, memoryview(data)):
            if moved:
                state.idle_since = taken = time.monotonic()
            elif time.monotonic() - taken > patience:
                _leave_in_pipe(descriptor, left)
                raise NotTaken(f"nobody has read it for {patience:g} s")


@contextlib.contextmanager
def _noted() -> Iterator[_State]:
    _state.used = True
    try:
        yield _state
    finally:
        _state.idle_since = None


def _offered(descriptor: int, left: memoryview) -> Iterator[tuple[memoryview, bool]]:
    """After each try: what is still to be written, and whether the reader has taken anything since the last one."""
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    waiting = 0
    while left:
        written = 0
        if poll.poll(BEAT * 1000):
            with contextlib.suppress(BlockingIOError):
                written = os.write(descriptor, left[: _room(descriptor)])
            if not written:
                time.sleep(BEAT)
        before, waiting = waiting, 0 if written else _waiting(descriptor)
        left = left[written:]
        yield left, bool(written) or waiting != before


def _room(descriptor: int) -> int:
    """Bytes that are written at once: a file takes all, an empty pipe what it holds, others a piece."""
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISREG(kind):
        return ALL
    if not stat.S_ISFIFO(kind) or _waiting(descriptor):
        return PIECE
    import fcntl

    try:
        return fcntl.fcntl(descriptor, getattr(fcntl, "F_GETPIPE_SZ", -1))
    except OSError:
        return PIECE


def _waiting(descriptor: int) -> int:
    """Bytes that were written and not taken yet, as far as a pipe, a socket or a terminal tells."""
    import fcntl
    import termios

    try:
        request = termios.FIONREAD if stat.S_ISFIFO(os.fstat(descriptor).st_mode) else termios.TIOCOUTQ
        return int(struct.unpack("i", fcntl.ioctl(descriptor, request, b"\0\0\0\0"))[0])
    except OSError:
        return 0


def _leave_in_pipe(descriptor: int, left: memoryview) -> None:
    """Where a pipe may grow it takes the rest for a reader who comes later."""
    import fcntl

    if not hasattr(fcntl, "F_SETPIPE_SZ"):
        return
    with contextlib.suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _waiting(descriptor) + len(left) + 2 * PIECE)
        poll = select.poll()
        poll.register(descriptor, select.POLLOUT)
        while left and poll.poll(0):
            left = left[os.write(descriptor, left[:PIECE]) :]

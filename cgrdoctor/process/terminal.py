"""The terminal a secret is typed on: its echo is off as long as that takes, and on again whatever happens.

Whoever ends the run restores it (`leave`), from any thread; where the process ends without that, a guard outside of it
does (`cgrdoctor.process.echo_guard`).
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

GUARD = Path(__file__).with_name("echo_guard.py")
START = 2.0
"""Seconds for the guard to start; without it a secret is asked for all the same."""

END = 1.0
LONGEST = 64 * 1024
"""Bytes of a line."""


class Terminal:
    """A terminal by its descriptor. `ask` blocks; `call_off` and `leave` may come from any other thread."""

    def __init__(self, descriptor: int, show: int) -> None:
        self._descriptor = descriptor
        self._show = show
        self._lock = threading.Lock()
        self._settings: list[object] | None = None
        self._left = False
        self._called_off, self._caller = os.pipe()

    def ask(self, question: str, *, echo: bool) -> str | None:
        """The line that is typed, without its end; None if input ended or the question was called off."""
        if echo:
            return self._answer(question)
        with self._silence() as silent:
            return self._answer(question) if silent else None

    def call_off(self) -> None:
        """Ends a question that waits, and all that follow; the terminal is as it was."""
        with suppress(OSError):
            os.write(self._caller, b".")
        self.restore()

    def leave(self) -> None:
        """The run ends: the terminal is as it was, and stays so."""
        with self._lock:
            self._left = True
        self.call_off()

    def restore(self) -> None:
        """Gives the terminal back its settings, if they were changed."""
        with self._lock:
            settings, self._settings = self._settings, None
            if settings is not None:
                self._set(termios.TCSANOW, settings)

    @contextmanager
    def _silence(self) -> Iterator[bool]:
        """No echo while this is open; false where the run is over already."""
        with _guarded(self._descriptor):
            try:
                yield self._turn_off()
            finally:
                self.restore()
                self._say("\n")

    def _turn_off(self) -> bool:
        with self._lock:
            if self._left:
                return False
            try:
                settings = termios.tcgetattr(self._descriptor)
            except termios.error:
                return False
            quiet = list(settings)
            quiet[3] &= ~termios.ECHO
            self._settings = settings
            self._set(termios.TCSAFLUSH, quiet)
            return True

    def _set(self, when: int, settings: list[object]) -> None:
        """Also from the background, where the terminal would stop this process for it."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        try:
            with suppress(termios.error):
                termios.tcsetattr(self._descriptor, when, settings)  # type: ignore[arg-type]  # as tcgetattr gave them
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _answer(self, question: str) -> str | None:
        """Asked only once the terminal is ready: who answers at once is not shown either."""
        self._say(question)
        return self._line()

    def _line(self) -> str | None:
        """Read from the descriptor itself: a thread that waits in a buffered stream would hold up the end."""
        line = b""
        while not line.endswith(b"\n") and len(line) < LONGEST:
            ready, _, _ = select.select([self._descriptor, self._called_off], [], [])
            piece = b"" if self._called_off in ready else os.read(self._descriptor, 4096)
            if not piece:
                return None
            line += piece
        return line.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "surrogateescape")

    def _say(self, text: str) -> None:
        with suppress(OSError):
            os.write(self._show, text.encode("utf-8", "backslashreplace"))


def in_foreground(descriptor: int) -> bool:
    """Whether reading from a terminal does not stop this process, as it does in the background of a shell."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return True


@contextmanager
def _guarded(descriptor: int) -> Iterator[None]:
    """A guard outside of this process knows the terminal's settings while this is open."""
    guard = _started(descriptor)
    try:
        yield
    finally:
        if guard is not None:
            with suppress(OSError, subprocess.TimeoutExpired):
                guard.communicate(b"+", END)


def _started(descriptor: int) -> subprocess.Popen[bytes] | None:
    words = [sys.executable, "-I", "-S", str(GUARD)]
    pipe = subprocess.PIPE
    try:
        guard = subprocess.Popen(  # noqa: S603 - our own program
            words, stdin=pipe, stdout=descriptor, stderr=pipe, env={}, start_new_session=True, bufsize=0
        )
    except OSError:
        return None
    if guard.stderr is not None and select.select([guard.stderr], [], [], START)[0]:
        guard.stderr.read(1)
    return guard

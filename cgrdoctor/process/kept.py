"""A foreign program below a keeper, asked from a thread of ours (Linux).

The keeper ends all that the program started when its standard input ends: because the question is answered, called off,
or this process is gone, whatever ended it.
"""

from __future__ import annotations

import errno
import os
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import anyio

from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.process.foreign import KEEPER, Ended, Question

START = 5.0
"""Seconds for the keeper to start on a machine that is busy; the program's own time begins after that."""

END = 0.5
"""Seconds to wait until all is ended."""

MARK = "_FOREIGN_PROGRAM_OF"
"""A variable by which what belongs to one program is found where its keeper is gone."""


class Conversation:
    """One question to one program."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._mark = secrets.token_hex(16)
        self._called_off, self._caller = os.pipe()
        self._gone = threading.Event()
        self._output = bytearray()
        self._lines = b""
        self._said = b""
        self._status: int | None = None
        self._failed: int | None = None
        self._ends_at = 0.0

    async def held(self) -> Ended:
        """The answer. When this returns or is cancelled, nothing of the program is left."""
        try:
            return await in_daemon_thread(self._run, name="foreign-program")
        finally:
            os.close(self._caller)
            with anyio.CancelScope(shield=True):
                await in_daemon_thread(self._gone.wait, 4 * END, name="foreign-program-end")

    def _run(self) -> Ended:
        try:
            return self._kept()
        finally:
            os.close(self._called_off)
            self._gone.set()

    def _kept(self) -> Ended:
        words = [sys.executable, "-I", "-S", str(KEEPER), *self._question.command]
        environ = {**self._question.environ, MARK: self._mark}
        pipe = subprocess.PIPE
        try:
            keeper = subprocess.Popen(  # noqa: S603 - a program that the user's own configuration names
                words, stdin=pipe, stdout=pipe, stderr=pipe, env=environ, start_new_session=True, bufsize=0
            )
        except OSError as error:
            return Ended(errno=error.errno or errno.EIO)
        try:
            return self._talk(keeper)
        finally:
            self._end(keeper)

    def _talk(self, keeper: subprocess.Popen[bytes]) -> Ended:
        stdin, stdout, stderr = _pipes(keeper)
        request = self._question.request
        with suppress(OSError):
            stdin.write(f"{len(request)}\n".encode() + request)
        output, told = stdout.fileno(), stderr.fileno()
        self._ends_at = time.monotonic() + START
        open_ends = {output, told, self._called_off}
        while (left := self._ends_at - time.monotonic()) > 0:
            ready, _, _ = select.select(list(open_ends), [], [], left)
            if self._called_off in ready:
                break
            open_ends -= {end for end in ready if not self._take(os.read(end, 65536), told=end == told)}
            answer = self._answer(output_ended=output not in open_ends, told_ended=told not in open_ends)
            if answer is not None:
                return answer
        return Ended()

    def _take(self, data: bytes, *, told: bool) -> bool:
        """Keeps a piece of output, or hears a line of the keeper's; false at the end."""
        if not told:
            self._output += data
            return bool(data)
        *lines, self._lines = (self._lines + data).split(b"\n")
        for line in lines:
            word, _, number = line.partition(b" ")
            if word == b"started":
                self._ends_at = time.monotonic() + self._question.seconds
            elif word == b"said":
                self._said = bytes.fromhex(number.decode())
            elif word == b"ended":
                self._status = int(number)
            elif word == b"failed":
                self._failed = int(number)
        return bool(data)

    def _answer(self, *, output_ended: bool, told_ended: bool) -> Ended | None:
        """What is known by now, if it is enough: the program is not waited for beyond its output and its end."""
        if self._failed is not None:
            return Ended(errno=self._failed)
        if len(self._output) > self._question.limit:
            return Ended(bytes(self._output))
        if output_ended and self._status is not None:
            return Ended(bytes(self._output), self._status, said=self._said)
        return Ended() if told_ended else None

    def _end(self, keeper: subprocess.Popen[bytes]) -> None:
        """The end of its input makes the keeper end all; where it is gone or does not, its part is played here."""
        stdin, *others = _pipes(keeper)
        stdin.close()
        with suppress(subprocess.TimeoutExpired):
            keeper.wait(END)
        if keeper.returncode != 0:
            sweep(self._mark)
            keeper.kill()
            keeper.wait()
        for pipe in others:
            pipe.close()


def _pipes(keeper: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    if keeper.stdin is None or keeper.stdout is None or keeper.stderr is None:
        raise ValueError("the keeper was started without pipes")
    return keeper.stdin, keeper.stdout, keeper.stderr


def sweep(mark: str) -> None:
    """Kills every process that carries the mark in its environment, until there is none, for half a second."""
    until = time.monotonic() + END
    while time.monotonic() < until and (found := _marked(f"{MARK}={mark}".encode())):
        for pid in found:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)


def _marked(sign: bytes) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        with suppress(OSError):
            if name.isdigit() and sign in Path("/proc", name, "environ").read_bytes().split(b"\0"):
                found.append(int(name))
    return found

"""Foreign programs that are asked one thing: bounded in time and output, and nothing of theirs stays behind.

On Linux a keeper stands between (`cgrdoctor.process.keeper`); elsewhere the program's own process group is ended.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.abc

KEEPER = Path(__file__).with_name("keeper.py")
"""A program of its own, so that it needs an interpreter and a file of its own."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a program wrote and how it ended; `status` is negative for a signal.

    `said` is the beginning of what it wrote to standard error, where a keeper stood by. `errno` if it could not be
    started. Without `output` and `errno` it gave no answer in time.
    """

    output: bytes | None = field(default=None, repr=False)
    status: int = 0
    errno: int | None = None
    said: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """A command, its environment, and what is written to its standard input before that is closed.

    `seconds` are those it has from its start to its end, `limit` the bytes of output it may write.
    """

    command: Sequence[str]
    environ: Mapping[str, str] = field(repr=False)
    request: bytes
    seconds: float
    limit: int


async def asked(question: Question) -> Ended:
    """What the program answers. Output beyond the limit ends it, and so does cancelling."""
    if sys.platform != "linux" or getattr(sys, "frozen", False) or not (sys.executable and KEEPER.is_file()):
        return await _alone(question)
    from cgrdoctor.process.kept import Conversation

    try:
        conversation = Conversation(question)
    except OSError as error:
        return Ended(errno=error.errno or errno.EIO)
    return await conversation.held()


async def _alone(question: Question) -> Ended:
    """Without a keeper: what leaves the program's process group is out of reach."""
    try:
        process = await anyio.open_process(
            list(question.command), stderr=subprocess.DEVNULL, env=question.environ, start_new_session=True
        )
    except OSError as error:
        return Ended(errno=error.errno or errno.EIO)
    output = bytearray()
    try:
        with anyio.move_on_after(question.seconds):
            await _feed(process, question.request)
            if process.stdout is not None:
                async for piece in process.stdout:
                    output += piece
                    if len(output) > question.limit:
                        return Ended(bytes(output))
            return Ended(bytes(output), await process.wait())
    finally:
        _kill(process)
        with anyio.CancelScope(shield=True), anyio.move_on_after(1):
            await process.aclose()
    return Ended()


async def _feed(process: anyio.abc.Process, request: bytes) -> None:
    if process.stdin is not None:
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, BrokenPipeError):
            await process.stdin.send(request)
            await process.stdin.aclose()


def _kill(process: anyio.abc.Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

"""Docker credential helpers: `docker-credential-NAME get`, the server on standard input, JSON on standard output.

A helper is foreign code that may hang, flood or open a browser: 5 s, 64 KiB, its own process group, no browser.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import anyio

from cgrdoctor.credentials.model import Problem
from cgrdoctor.net import absence
from cgrdoctor.net.bounded_json import NotJson, read_json

SECONDS = 5.0
OUTPUT_LIMIT = 64 * 1024
NAME = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
QUIET = {"BROWSER": "false", "CHAINGUARD_DEFAULT_SKIP_AUTO_LOGIN": "true"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a helper gave: a pair, nothing (both empty), or a problem."""

    username: str = ""
    secret: str = field(default="", repr=False)
    problem: Problem | None = None


async def ask(name: str, server: str, environ: Mapping[str, str]) -> Answer:
    """Asks the helper called `name` for one server; once more if this process was away while it waited."""
    place = f"docker-credential-{name}"
    if not NAME.fullmatch(name):
        return _problem("helper-missing", "credential helper", "has a name that no program has")
    environment, begun = {**environ, **QUIET}, time.monotonic()
    try:
        process = await anyio.open_process(
            [place, "get"], stderr=subprocess.DEVNULL, env=environment, start_new_session=True
        )
    except FileNotFoundError:
        return _problem("helper-missing", place, "is not on PATH")
    except OSError as error:
        return _problem("helper-missing", place, f"cannot be started ({error.strerror})")
    output, code = await _converse(process, server)
    if output is None:
        return await ask(name, server, environ) if absence.since(begun) else silent(name)
    return read_answer(place, output, code)


def silent(name: str) -> Answer:
    """What is known of a helper that did not answer in time."""
    return _problem("helper-timeout", f"docker-credential-{name}", f"gave no usable answer within {SECONDS:g} s")


def read_answer(place: str, output: bytes, code: int) -> Answer:
    """The pair in a helper's output. "credentials not found" is an answer, anything else that is no JSON is not."""
    if len(output) > OUTPUT_LIMIT:
        return _problem("helper-failed", place, f"wrote more than {OUTPUT_LIMIT} bytes")
    if code != 0:
        if b"credentials not found" in output.lower():
            return Answer()
        return _problem("helper-failed", place, f"ended with status {code}")
    try:
        value = read_json(output)
    except NotJson:
        return _problem("helper-failed", place, "answered with something that is no JSON")
    username, secret = (value.get(key) for key in ("Username", "Secret")) if isinstance(value, dict) else (None, None)
    if not isinstance(username, str) or not isinstance(secret, str):
        return _problem("helper-failed", place, "answered without Username and Secret")
    if not secret:
        return _problem("helper-failed", place, "answered with an empty Secret; without a credential it has to fail")
    return Answer(username, secret)


async def _converse(process: anyio.abc.Process, server: str) -> tuple[bytes | None, int]:
    output = bytearray()
    finished = False
    try:
        with anyio.move_on_after(SECONDS):
            if process.stdin is not None:
                with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, BrokenPipeError):
                    await process.stdin.send(server.encode())
                    await process.stdin.aclose()
            if process.stdout is not None:
                async for piece in process.stdout:
                    output += piece
                    if len(output) > OUTPUT_LIMIT:
                        return bytes(output), 0
            await process.wait()
            finished = True
    finally:
        _kill(process)
        with anyio.CancelScope(shield=True), anyio.move_on_after(1):
            await process.aclose()
    return (bytes(output), process.returncode or 0) if finished else (None, 0)


def _kill(process: anyio.abc.Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _problem(kind: str, place: str, message: str) -> Answer:
    return Answer(problem=Problem(kind, place, message))

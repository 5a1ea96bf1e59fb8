"""Docker credential helpers: `docker-credential-NAME get`, the server on standard input, JSON on standard output.

A helper is foreign code that may hang, flood or open a browser: 5 s, 64 KiB, no browser, nothing of it stays behind,
and none of our own secrets is in its environment.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from cgrdoctor.credentials.environment import without_secrets
from cgrdoctor.credentials.model import Problem
from cgrdoctor.net import absence
from cgrdoctor.net.bounded_json import NotJson, read_json
from cgrdoctor.process.foreign import Question, asked

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
    """Asks the helper called `name` for one server. It gets no secret that this command was given; it is asked
    once more if this process was away while it waited."""
    place = f"docker-credential-{name}"
    if not NAME.fullmatch(name):
        return _problem("helper-missing", "credential helper", "has a name that no program has")
    begun = time.monotonic()
    environment = {**without_secrets(environ), **QUIET}
    ended = await asked(Question([place, "get"], environment, server.encode(), SECONDS, OUTPUT_LIMIT))
    if ended.errno == errno.ENOENT:
        return _problem("helper-missing", place, "is not on PATH")
    if ended.errno is not None:
        return _problem("helper-missing", place, f"cannot be started ({os.strerror(ended.errno)})")
    if ended.output is None:
        return await ask(name, server, environ) if absence.since(begun) else silent(name)
    return read_answer(place, ended.output, ended.status)


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
    except NotJson as error:
        what = str(error) if error.too_much else "something that is no JSON"
        return _problem("helper-failed", place, f"answered with {what}")
    username, secret = (value.get(key) for key in ("Username", "Secret")) if isinstance(value, dict) else (None, None)
    if not isinstance(username, str) or not isinstance(secret, str):
        return _problem("helper-failed", place, "answered without Username and Secret")
    if not secret:
        return _problem("helper-failed", place, "answered with an empty Secret; without a credential it has to fail")
    return Answer(username, secret)


def _problem(kind: str, place: str, message: str) -> Answer:
    return Answer(problem=Problem(kind, place, message))

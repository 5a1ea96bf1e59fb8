"""Docker credential helpers: `docker-credential-NAME get`, the server on standard input, JSON on standard output.

A helper is foreign code that may hang, flood or open a browser: 5 s, 64 KiB, no browser, nothing of it stays behind,
and none of our own secrets is in its environment. What it says when it fails is shown, without what may be a secret.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from cgrdoctor.credentials.docker_file import Wrong, strings
from cgrdoctor.credentials.environment import without_secrets
from cgrdoctor.credentials.model import Problem
from cgrdoctor.net import absence
from cgrdoctor.process.foreign import Question, asked

SECONDS = 5.0
OUTPUT_LIMIT = 64 * 1024
NAME = re.compile(r"[A-Za-z0-9._+@-]+", re.ASCII)
NOT_FOUND = b"credentials not found in native keychain"
"""The whole of what a helper writes that has nothing for a server; docker knows no other words for it."""

QUIET = {"BROWSER": "false", "CHAINGUARD_DEFAULT_SKIP_AUTO_LOGIN": "true"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a helper gave: a pair, nothing (both empty), or a problem.

    `falls_back`: docker passes over the helper and takes what its file has for the server.
    """

    username: str = ""
    secret: str = field(default="", repr=False)
    problem: Problem | None = None
    falls_back: bool = False


async def ask(name: str, server: str, environ: Mapping[str, str]) -> Answer:
    """Asks the helper called `name` for one server. It gets no secret that this command was given; it is asked
    once more if this process was away while it waited."""
    place = f"docker-credential-{name}"
    if not NAME.fullmatch(name):
        return _fails("helper-missing", "credential helper", f"has a name that no program has{_unnamed(name)}")
    begun = time.monotonic()
    environment = {**without_secrets(environ), **QUIET}
    ended = await asked(Question([place, "get"], environment, server.encode(), SECONDS, OUTPUT_LIMIT))
    if ended.errno == errno.ENOENT:
        return _fails("helper-missing", place, f"is not on PATH{_misnamed(name)}")
    if ended.errno is not None:
        return _fails("helper-missing", place, f"cannot be started ({os.strerror(ended.errno)}){_misnamed(name)}")
    if ended.output is None:
        return await ask(name, server, environ) if absence.since(begun) else silent(name)
    return read_answer(place, ended.output, ended.status, ended.said)


def _misnamed(name: str) -> str:
    """What people write in place of a helper's name."""
    if name.startswith("docker-credential-"):
        return "; the configuration names a helper without docker-credential-"
    if name.endswith(".exe"):
        return "; it is a program of Windows, which WSL finds only with Windows' PATH and interoperability"
    return ""


def _unnamed(name: str) -> str:
    if not name.strip():
        return ": it is empty"
    if "/" in name or "\\" in name:
        return ": it is a path, and what follows docker-credential- is wanted"
    return ": there is white space in it" if re.search(r"\s", name) else ""


def silent(name: str) -> Answer:
    """What is known of a helper that did not answer in time."""
    problem = Problem("helper-timeout", f"docker-credential-{name}", f"gave no usable answer within {SECONDS:g} s")
    return Answer(problem=problem)


def read_answer(place: str, output: bytes, code: int, said: bytes = b"") -> Answer:
    """The pair in a helper's output, as docker reads it: JSON in any case of names, what follows it is passed over."""
    if len(output) > OUTPUT_LIMIT:
        return Answer(problem=Problem("helper-failed", place, f"wrote more than {OUTPUT_LIMIT} bytes"))
    if code != 0:
        if output.strip() == NOT_FOUND:
            return Answer()
        return _fails("helper-failed", place, f"ended with status {code}{quoted(output, said)}")
    pair = strings(output, ("ServerURL", "Username", "Secret"))
    if isinstance(pair, Wrong):
        words = quoted(output, said) if pair.syntax and b'"' not in output else ""
        return _fails("helper-failed", place, f"answered with something that {pair.why}{words}")
    if not pair["Secret"]:
        message = "answered with an empty Secret; without a credential it has to fail"
        return Answer(problem=Problem("helper-failed", place, message))
    problem = None
    if not pair["Username"]:
        problem = Problem("helper-failed", place, "answered without Username, which makes no login")
    return Answer(pair["Username"], pair["Secret"], problem)


WORDS = 200
"""Characters of a helper's own words that are shown."""

_PART = r"(?:[A-Z]?[a-z]{1,19}|[A-Z]{1,12}|[0-9]{1,4}|0x[0-9a-fA-F]{1,8}|x86|amd64|arm64)"
_TAG = r"</?(?:html|head|title|body|center|h[1-6]|hr|p)/?>|<!doctype|<!DOCTYPE"
"""Of a page that answered in place of a helper."""

_WORD = re.compile(
    rf"{_TAG}|[\"'(\[`]{{0,2}}[/~.-]{{0,2}}{_PART}(?:[-./:_]{{1,3}}{_PART}){{0,19}}[\"')\]`.,:;!?/]{{0,3}}"
)
"""What is shown of a helper's words: plain ones, their numbers and paths. A secret is written like none of them."""


def quoted(output: bytes, said: bytes) -> str:
    """A failed helper's own words, for the end of a sentence. What may be a secret is left out: it may print one."""
    from cgrdoctor.privacy.token_patterns import MARK

    words = " ".join((output or said)[:4096].decode("utf-8", "replace").split()) or " ".join(
        said[:4096].decode("utf-8", "replace").split()
    )
    if not words:
        return " and said nothing"
    if '"secret"' in words.lower():
        return " and printed a secret"
    shown = " ".join(word if len(word) < 3 or _WORD.fullmatch(word) else MARK for word in words.split())
    cut = shown if len(shown) <= WORDS else f"{shown[: WORDS - 1]}…"
    return f": {''.join(char if char.isprintable() else '?' for char in cut)}"


def _fails(kind: str, place: str, message: str) -> Answer:
    return Answer(problem=Problem(kind, place, message), falls_back=True)

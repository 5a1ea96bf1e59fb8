"""The whole client in one process: everything from the wire's bytes up to the report is real, below it are canned bytes.

A reply is made from a stream of choices, so that Hypothesis and a fuzzer can both drive it: an honest answer, or one of
the ways in which an answer can be spoilt.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any
from unittest import mock

import anyio
import trustme
from canned import Answers, canned
from front import Plan, Reply, Talk
from nursing import Nursery
from runs import prepared, ran

from cgrdoctor.config.settings import Invocation, invocation, resolve
from cgrdoctor.doctor import Examination
from cgrdoctor.engine.board import Outcome
from cgrdoctor.engine.discovery import load
from cgrdoctor.engine.plan import plan_catalogue
from cgrdoctor.lab import World
from cgrdoctor.model import Report
from cgrdoctor.net.trust import preloaded

SECRETS = {
    "CGRDOCTOR_ARTIFACTORY_TOKEN": "cmVmdGtuOjAxOjAwMDAwMDAwMDA6Y2FuYXJ5LWluLXRoZS1jb2FsLW1pbmUtYXJ0aWZhY3Rvcnk",
    "CGRDOCTOR_REGISTRY_PASSWORD": "Kanarienvogel-/+%&\"' im Bergwerk 7919",
    "CGRDOCTOR_CHAINGUARD_PASSWORD": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5LXNpZ25hdHVyZS1jYW5hcnk",
}
NAMES = {
    "CGRDOCTOR_REGISTRY_USER": "alice",
    "CGRDOCTOR_CHAINGUARD_USER": "0123456789abcdef0123456789abcdef01234567/0123456789abcdef",
}
ABSENT = Reply("HTTP/1.1 404 Not Found", (("Content-Type", "application/json"),), b'{"errors":[{"status":404}]}')


class Choices:
    """A stream of choices read from bytes; when they are used up, every choice is the first one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, below: int) -> int:
        """A number from 0 up to `below`, exclusively."""
        value = self._data[self._at] if self._at < len(self._data) else 0
        self._at += 1
        return value % below

    def bytes(self) -> bytes:
        """Some bytes, at most 255."""
        count = self.number(256)
        piece = self._data[self._at : self._at + count]
        self._at += count
        return piece

    def text(self) -> str:
        """Some bytes as a header can carry them."""
        return self.bytes().decode("latin-1").replace("\r", "").replace("\n", "")


def spoilt(reply: Reply, choices: Choices) -> bytes:
    """An answer, honest or not, as the choices say."""
    body, place = reply.body, choices.number(256) * (len(reply.body) + 1) // 256
    match choices.number(16):
        case 1:
            return reply.bytes(body=body[:place] + choices.bytes() + body[place + choices.number(64) :])
        case 2:
            return reply.bytes(body=choices.bytes())
        case 3:
            return Reply(f"HTTP/1.1 {choices.number(5) + 1}{choices.number(100):02} X", reply.headers, body).bytes()
        case 4:
            return reply.bytes((choices.text() or "X", choices.text()))
        case 5:
            return choices.bytes()
        case 6:
            return reply.bytes()[: place + 20]
        case 7:
            return reply.bytes(("Content-Length", str(len(body) + choices.number(9) - 4)))
        case 8:
            return Reply("HTTP/1.1 302 Found", (("Location", choices.text()),), b"").bytes()
        case 9:
            challenge = ("WWW-Authenticate", choices.text())
            return Reply("HTTP/1.1 401 Unauthorized", (challenge,), choices.bytes()).bytes()
        case 10:
            return reply.bytes(("Content-Type", choices.text()))
        case 11:
            message = choices.text().encode("unicode_escape").replace(b'"', b"'").decode("latin-1")
            told = f'{{"errors":[{{"code":"UNKNOWN","status":{choices.number(256) + 300},"message":"{message}"}}]}}'
            return Reply(f"HTTP/1.1 {choices.number(256) + 300} X", reply.headers, told.encode("utf-8")).bytes()
        case 12:
            return reply.bytes(body=f"<html><title>{choices.text()}</title></html>".encode())
        case 13:
            return reply.bytes(("Last-Modified", choices.text()), ("Date", choices.text()))
    return reply.bytes()


def scripted(data: bytes, honest: Recording) -> Answers:
    """Answers made from a stream of choices, each request taking up the next of them."""
    choices = Choices(data)
    return lambda host, target: spoilt(honest.replies.get((host, target), ABSENT), choices)


class Recording:
    """A world's honest answers by host and request target, and the image that is asked for in it."""

    def __init__(self, image: str, replies: Mapping[tuple[str, str], Reply]) -> None:
        self.image = image
        self.replies = replies

    def __repr__(self) -> str:
        return f"Recording({self.image})"


def recorded(nursery: Nursery, authority: trustme.CA, world: World) -> Recording:
    """What a world answers to a run."""
    found: dict[tuple[str, str], Reply] = {}

    async def keep(talk: Talk) -> None:
        reply = await talk.honest()
        if talk.asked.method != "HEAD":
            found[talk.asked.host, talk.asked.target] = reply
        await talk.send(reply.bytes())

    with prepared(authority, Plan(when=lambda _asked: True, act=keep), world=world) as setup:
        ran(nursery, setup)
    return Recording(world.image, found)


@cache
def _parts(only: tuple[str, ...]) -> tuple[Any, Any, Any]:
    catalogue = load()
    plan = plan_catalogue(catalogue, seeds=(Invocation,), only=only, skip=() if only else ("docker.*",))
    return catalogue, plan, preloaded(None, {})


def examine(image: str, answers: Answers, only: tuple[str, ...] = ()) -> tuple[Report, Mapping[Any, Outcome]]:
    """One whole run against canned answers: the report as it would be delivered, and the outcome of every probe.

    The local Docker engine is no peer of this process, so its probes are left out unless `only` names them.
    """
    delivered: list[Report] = []

    def keep(report: Report) -> Report:
        delivered.append(report)
        return report

    environ = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "DOCKER_HOST": "unix:///nonexistent",
        **SECRETS,
        **NAMES,
    }
    with (
        mock.patch.dict(os.environ, environ, clear=True),
        canned(answers),
    ):
        options = {
            "image": image,
            "platform": "linux/amd64",
            "deadline": "20",
            "connect_to": (":443:127.0.0.1:9",),
            **({"only": only} if only else {}),
        }
        settings = resolve(options, environ)
        examination = Examination(settings, keep)
        examination._catalogue, examination._plan, examination._trust = _parts(only)
        examination._board.give(invocation(settings))
        anyio.run(examination._examine)
        examination._finish()
    return delivered[0], examination._board.snapshot()

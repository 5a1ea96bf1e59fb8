"""Whole command lines in this process, with peers that are canned bytes: what cgrdoctor prints, writes and sends."""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest import mock

from client import Answers, Canned

import cgrdoctor.doctor
from cgrdoctor.__main__ import main
from cgrdoctor.net.dial import Link, Network, Tapped
from cgrdoctor.net.failure import Unreached, failure
from cgrdoctor.net.resolve import Resolver, literal
from cgrdoctor.net.trust import preloaded


@dataclass
class Heard:
    """What the peers got: every byte by host."""

    by_host: dict[str, list[bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class Printed:
    """One finished command line."""

    status: int
    stdout: str
    stderr: str


class Listening(Canned):
    """A canned peer that keeps what it hears."""

    def __init__(self, host: str, answers: Answers, heard: list[bytes]) -> None:
        super().__init__(host, answers)
        self._kept = heard

    async def send(self, item: bytes) -> None:
        self._kept.append(item)
        await super().send(item)


@contextmanager
def canned(answers: Answers, heard: Heard | None = None) -> Iterator[None]:
    """While open, every connection of this process ends at canned bytes; `heard` keeps what is sent."""
    kept = heard or Heard()

    async def opened(_network: Network, host: str, _port: int, _scheme: str = "https") -> Link:
        tap = Tapped(Listening(host, answers, kept.by_host.setdefault(host, [])))
        return Link(tap, tap, "127.0.0.1")

    async def secured(_network: Network, _link: Link, _name: str, *, alpn: bool = True) -> None:
        return

    async def addresses(_resolver: Resolver, host: str) -> tuple[str, ...]:
        known = literal(host)
        if known is None:
            raise Unreached(failure("dns", "nxdomain", 0.0))
        return (known,)

    with (
        mock.patch.object(Network, "open", opened),
        mock.patch.object(Network, "secure", secured),
        mock.patch.object(Resolver, "addresses", addresses),
        mock.patch.object(cgrdoctor.doctor, "preloaded", _trust),
    ):
        yield


@cache
def _store() -> Any:
    return preloaded(None, {})


def _trust(*_arguments: object) -> Any:
    """The system's certificates, read once for all runs."""
    return _store()


HOOKS: tuple[tuple[Any, str], ...] = ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook"))
"""What `main` may replace for its process."""


class Stream(io.TextIOWrapper):
    """A standard stream of our own; what is written to it stays readable."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    @property
    def text(self) -> str:
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode("utf-8", "replace")


def typed(arguments: Sequence[str], environ: Mapping[str, str]) -> Printed:
    """Runs `cgrdoctor` with these words in this environment."""
    out, err = Stream(), Stream()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    hooks = {name: getattr(module, name) for module, name in HOOKS}
    try:
        with (
            mock.patch.dict(os.environ, environ, clear=True),
            mock.patch.object(sys, "argv", ["cgrdoctor", *arguments]),
            mock.patch.object(sys, "stdout", out),
            mock.patch.object(sys, "stderr", err),
            mock.patch.object(tempfile, "tempdir", environ.get("TMPDIR")),
        ):
            status = main()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for module, name in HOOKS:
            setattr(module, name, hooks[name])
    return Printed(status, out.text, err.text)

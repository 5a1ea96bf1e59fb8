"""Every connection of this process ends at canned bytes: the wire is replaced, whatever is above it is real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest import mock

import anyio
from anyio.abc import ByteStream

import cgrdoctor.doctor
from cgrdoctor.net.dial import Link, Network, Tapped
from cgrdoctor.net.failure import Unreached, failure
from cgrdoctor.net.resolve import Resolver, literal
from cgrdoctor.net.trust import preloaded

Answers = Callable[[str, str], bytes]
"""What a host says to a request target."""


@dataclass
class Heard:
    """What the peers got: every byte by host."""

    by_host: dict[str, list[bytes]] = field(default_factory=dict)


class Canned(ByteStream):
    """A connection whose peer reads one request, says what it has to say, and keeps what it hears."""

    def __init__(self, host: str, answers: Answers, kept: list[bytes]) -> None:
        self._host = host
        self._answers = answers
        self._kept = kept
        self._heard = b""
        self._left: bytes | None = None

    async def send(self, item: bytes) -> None:
        self._kept.append(item)
        self._heard += item
        if self._left is None and b"\r\n\r\n" in self._heard:
            method, target, _ = self._heard.split(b" ", 2)
            answer = self._answers(self._host, target.decode("latin-1"))
            head, blank, _ = answer.partition(b"\r\n\r\n")
            self._left = head + blank if method == b"HEAD" else answer

    async def receive(self, max_bytes: int = 65536) -> bytes:
        await anyio.lowlevel.checkpoint()
        if not self._left:
            raise anyio.EndOfStream
        piece, self._left = self._left[:max_bytes], self._left[max_bytes:]
        return piece

    async def send_eof(self) -> None:
        return

    async def aclose(self) -> None:
        self._left = b""


@contextmanager
def canned(answers: Answers, heard: Heard | None = None) -> Iterator[None]:
    """While open, every connection of this process ends at canned bytes; `heard` keeps what is sent."""
    kept = heard or Heard()

    async def opened(_network: Network, host: str, _port: int, _scheme: str = "https") -> Link:
        tap = Tapped(Canned(host, answers, kept.by_host.setdefault(host, [])))
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

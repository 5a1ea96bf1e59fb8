"""Names to addresses, as this machine's own resolver sees them (hosts file included), each name asked once a run."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Callable
from typing import Any

import anyio
import msgspec

from cgrdoctor.net.failure import OWN, Failure, Unreached, classify, excused, failure
from cgrdoctor.net.patience import Patience
from cgrdoctor.net.threads import in_daemon_thread

Lookup = Callable[[str], tuple[str, ...]]

TRIES = 3
"""Times a name is asked for if this process was away itself while it waited."""

MOST_ADDRESSES = 16
"""Addresses of one name that are looked at; public names have at most a handful."""


def system_lookup(host: str) -> tuple[str, ...]:
    """Addresses in the order of getaddrinfo (RFC 6724); blocks. Raises OSError (gaierror) or UnicodeError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(_address(entry[4]) for entry in found))[:MOST_ADDRESSES]


def _address(sockaddr: tuple[Any, ...]) -> str:
    scope = str(sockaddr[3]) if len(sockaddr) == 4 else "0"
    address = str(sockaddr[0])
    return f"{address}%{scope}" if scope != "0" and "%" not in address else address


def literal(host: str) -> str | None:
    """`host` without brackets if it is an IP address, else None."""
    bare = host.strip("[]")
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return None
    return bare


class _Asked(msgspec.Struct):
    started: float
    seconds: float
    answer: asyncio.Future[tuple[str, ...] | Failure]


class Resolver:
    """The resolver of one run. Failures are remembered like addresses: all callers of a run see the same name."""

    def __init__(self, patience: Patience, lookup: Lookup = system_lookup) -> None:
        self._patience = patience
        self._lookup = lookup
        self._asked: dict[str, _Asked] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses of a name, or the literal itself. Raises Unreached (stage dns)."""
        known = literal(host)
        if known is not None:
            return (known,)
        for _ in range(TRIES):
            asked = self._asked.get(host) or self._ask(host)
            answer = await self._wait(asked)
            if not (isinstance(answer, Failure) and answer.kind == "stopped"):
                break
            if self._asked.get(host) is asked:
                del self._asked[host]
        else:
            self._patience.cut()
        if isinstance(answer, Failure):
            raise Unreached(answer)
        return answer

    async def _wait(self, asked: _Asked) -> tuple[str, ...] | Failure:
        with anyio.move_on_after(max(0.0, asked.seconds - (time.monotonic() - asked.started))):
            return await asyncio.shield(asked.answer)
        if asked.answer.done():
            return asked.answer.result()
        waited = time.monotonic() - asked.started
        detail = f"the resolver gave no answer in {waited:.1f} s"
        return failure("dns", self._patience.silence(waited), waited, detail=detail)

    def _ask(self, host: str) -> _Asked:
        answer = asyncio.get_running_loop().create_future()
        asked = _Asked(time.monotonic(), self._patience.allotted(), answer)
        self._asked[host] = asked
        task = asyncio.create_task(self._answer(host, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return asked

    async def _answer(self, host: str, asked: _Asked) -> None:
        try:
            found = await in_daemon_thread(self._lookup, host, name=f"resolve-{host[:40]}")
        except (OSError, UnicodeError) as error:
            found_out = classify(error, "dns", time.monotonic() - asked.started)
            self._settle(asked, excused(found_out, asked.started))
        else:
            none = failure("dns", "no-address", time.monotonic() - asked.started)
            self._settle(asked, found or none)

    def _settle(self, asked: _Asked, answer: tuple[str, ...] | Failure) -> None:
        if isinstance(answer, Failure) and answer.kind in OWN and answer.kind != "stopped":
            self._patience.cut()
        if not asked.answer.done():
            asked.answer.set_result(answer)

    def close(self) -> None:
        """Stops waiting for lookups that are still under way; their threads end by themselves."""
        for task in tuple(self._tasks):
            task.cancel()

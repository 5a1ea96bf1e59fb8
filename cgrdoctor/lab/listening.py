"""Servers of streams on loopback, and ports that refuse."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_TALKS: set[asyncio.Task[None]] = set()
"""Those that go on. Streams refer to their readers weakly, so that nobody else need hold a task that waits for one."""


async def listen(talk: Talk, context: ssl.SSLContext | None = None, *, limit: int = 1 << 16) -> asyncio.Server:
    """A server on an ephemeral port of 127.0.0.1. `limit` is how many bytes a line may have."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        _TALKS.add(task)
        task.add_done_callback(_TALKS.discard)
        await talk(reader, writer)

    return await asyncio.start_server(take, "127.0.0.1", 0, ssl=context, limit=limit)


@contextmanager
def refusing() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses every connection until the block is left.

    It is bound and nobody listens: a port that was merely found free can be the next server's a moment later.
    """
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])

"""Peers that misbehave below HTTP, as plain asyncio servers."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable

from cgrdoctor.lab.remote import PAGE
from cgrdoctor.lab.world import Wire

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts and never says a word, not even in a TLS handshake."""
    await reader.read()
    writer.close()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Resets the connection as soon as the first bytes (a ClientHello) arrive."""
    await reader.read(1)
    writer.transport.abort()


async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers in clear text where TLS is expected."""
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\nConnection: close\r\n\r\nbad request")
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    writer.close()


async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers every request with a filter's page."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
        while await reader.readuntil(b"\r\n\r\n"):
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\nServer: filter\r\n\r\n"
            )
            writer.write(head.encode() + PAGE)
            await writer.drain()
    writer.close()


HANDLERS: dict[Wire, Handler] = {
    "silent": silent,
    "silent-tls": silent,
    "silent-http": silent,
    "reset": reset,
    "plain-http": plain_http,
    "html": page,
}
NEEDS_TLS: frozenset[Wire] = frozenset({"silent-http", "html"})


async def start(wire: Wire, context: ssl.SSLContext) -> asyncio.Server:
    """A peer of that kind on an ephemeral port of 127.0.0.1."""
    tls = context if wire in NEEDS_TLS else None
    return await asyncio.start_server(HANDLERS[wire], "127.0.0.1", 0, ssl=tls)

"""Peers that misbehave below HTTP, as plain asyncio servers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

from cgrdoctor.lab.listening import listen
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
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
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


async def alert(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Refuses every handshake: a fatal alert, handshake_failure (RFC 8446, 6)."""
    await reader.read(1)
    writer.write(b"\x15\x03\x03\x00\x02\x02\x28")
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    writer.close()


HANDLERS: dict[Wire, Handler] = {
    "silent": silent,
    "silent-tls": silent,
    "silent-http": silent,
    "reset": reset,
    "plain-http": plain_http,
    "html": page,
    "alert": alert,
}
NEEDS_TLS: frozenset[Wire] = frozenset({"silent-http", "html"})


def _http1(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_alpn_protocols(["http/1.1"])
    return context


def _tls12(context: ssl.SSLContext) -> ssl.SSLContext:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AES128")
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


DOWNGRADES: dict[Wire, Callable[[ssl.SSLContext], ssl.SSLContext]] = {"http1": _http1, "tls12": _tls12}
"""What a proxy that ends TLS offers less than the server behind it."""


async def relay(context: ssl.SSLContext, cacert: Path, port: int) -> asyncio.Server:
    """Ends TLS as `context` does, and passes everything on to a TLS server of this machine."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        protocol = writer.get_extra_info("ssl_object").selected_alpn_protocol() or "http/1.1"
        onward = ssl.create_default_context(cafile=str(cacert))
        onward.set_alpn_protocols([protocol])
        there, back = await asyncio.open_connection("127.0.0.1", port, ssl=onward)
        await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))

    return await listen(take, context)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while content := await reader.read(65536):
            writer.write(content)
            await writer.drain()
    writer.close()


async def start(wire: Wire, context: ssl.SSLContext) -> asyncio.Server:
    """A peer of that kind on an ephemeral port of 127.0.0.1."""
    tls = context if wire in NEEDS_TLS else None
    return await listen(HANDLERS[wire], tls)

"""A forward proxy between the client and everything else: tunnels by CONNECT, or a way to refuse them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from cgrdoctor.lab.listening import listen
from cgrdoctor.lab.remote import PAGE
from cgrdoctor.lab.world import Proxy

REFUSALS: Mapping[Proxy, bytes] = {
    "authentication-required": (
        b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n"
    ),
    "refuses": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    "page": b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE),
    "garbage": b"SSH-2.0-OpenSSH_9.2p1\r\n",
}


async def start(behaviour: Proxy, ports: Mapping[str, int]) -> asyncio.Server:
    """The proxy on an ephemeral port of 127.0.0.1; it leads each of the hosts to the port the world serves it on."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await reader.readuntil(b"\r\n\r\n")
            host = head.split(b" ")[1].decode("ascii", "replace").rpartition(":")[0]
            if behaviour in REFUSALS or host not in ports:
                writer.write(REFUSALS.get(behaviour, REFUSALS["refuses"]))
                await writer.drain()
            else:
                await _tunnel(reader, writer, ports[host])
        writer.close()

    return await listen(talk)


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
    await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()

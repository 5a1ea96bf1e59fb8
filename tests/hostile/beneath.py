"""What a peer can do beneath HTTP: to the TCP connection, in the TLS handshake, in HTTP/2 frames. By name."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable

import h2.config
import h2.connection
import h2.events
import hpack
from front import Raw

PACE = 1.0
RAW: dict[str, Raw] = {}
"""Instead of TLS."""

FRAMES: dict[str, Raw] = {}
"""Instead of HTTP/1.1, once TLS with ALPN h2 is there."""


def raw(name: str) -> Callable[[Raw], Raw]:
    def enter(function: Raw) -> Raw:
        RAW[name] = function
        return function

    return enter


def says(name: str, data: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(data)
        await writer.drain()

    RAW[name] = speak


async def _drain(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass


@raw("silent")
async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _drain(reader)


@raw("close")
async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    return


@raw("reset")
async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


says("close-after-hello", b"")
says("plain-http", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
says("ssh", b"SSH-2.0-OpenSSH_9.9\r\n")
says("garbage", bytes(range(256)) * 64)
says("alert", b"\x15\x03\x03\x00\x02\x02\x28")
says("record-too-long", b"\x16\x03\x03\xff\xff" + b"\0" * 70000)
says("old-version", b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + b"\0" * 36)
says("half-a-hello", b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\1" * 20)


@raw("half-a-hello-then-silence")
async def half_then_silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\1" * 20)
    await _drain(reader)


@raw("drip")
async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + b"\0" * 16000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(PACE)


@raw("endless-records")
async def endless_records(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not writer.transport.is_closing():
        writer.write(b"\x16\x03\x03\x00\x04\x00\x00\x00\x00" * 1000)
        await writer.drain()
        await asyncio.sleep(0)


@raw("echo")
async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


# HTTP/2

Answer = Callable[[h2.connection.H2Connection, asyncio.StreamWriter, int], None]


def frames(name: str, *, at_once: bytes = b"") -> Callable[[Answer], Answer]:
    """A server that is honest up to the request; the function answers it on its stream."""

    def enter(function: Answer) -> Answer:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
            connection.initiate_connection()
            writer.write(connection.data_to_send() + at_once)
            async for stream in _requests(connection, reader, writer):
                function(connection, writer, stream)
                with contextlib.suppress(Exception):
                    writer.write(connection.data_to_send())

        FRAMES[name] = talk
        return function

    return enter


async def _requests(
    connection: h2.connection.H2Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> AsyncIterator[int]:
    while data := await reader.read(65536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                yield event.stream_id
        writer.write(connection.data_to_send())


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def _headers(stream: int, *more: tuple[str, str], end: bool = False) -> bytes:
    block = hpack.Encoder().encode([(":status", "200"), ("content-type", "application/json"), *more])
    return _frame(1, 4 | int(end), stream, block)


@frames("goaway")
def goaway(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.close_connection(error_code=0, last_stream_id=0)


@frames("goaway-at-once", at_once=_frame(7, 0, 0, struct.pack(">II", 0, 0)))
def goaway_at_once(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    return


@frames("goaway-in-body")
def goaway_in_body(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_headers(stream, ("content-length", "100")) + _frame(0, 0, stream, b"{"))
    writer.write(_frame(7, 0, 0, struct.pack(">II", stream, 11)))


@frames("reset-stream")
def reset_stream(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.reset_stream(stream, error_code=7)


@frames("reset-in-body")
def reset_in_body(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_headers(stream) + _frame(0, 0, stream, b"{") + _frame(3, 0, stream, struct.pack(">I", 2)))


@frames("silent-stream")
def silent_stream(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    return


@frames("silent-body-stream")
def silent_body(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_headers(stream))


@frames("length-lie")
def length_lie(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_headers(stream, ("content-length", "5")) + _frame(0, 1, stream, b"{} and more"))


@frames("no-status")
def no_status(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(1, 5, stream, hpack.Encoder().encode([("server", "x")])))


@frames("header-bomb")
def header_bomb(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    """One large entry in the dynamic table, referred to thousands of times."""
    block = hpack.Encoder().encode([(":status", "200"), ("x-bomb", "y" * 3900)]) + b"\xbe" * 12000
    writer.write(_frame(1, 5, stream, block))


@frames("continuations")
def continuations(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(1, 0, stream, b"\x88"))
    writer.write(_frame(9, 0, stream, b"") * 100_000)


@frames("settings-flood")
def settings_flood(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(4, 0, 0, struct.pack(">HI", 4, 65535)) * 50_000)


@frames("ping-flood")
def ping_flood(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(6, 0, 0, b"01234567") * 50_000)


@frames("window-overflow")
def window_overflow(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(8, 0, stream, struct.pack(">I", 2**31 - 1)) * 3)


@frames("push")
def push(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(5, 4, stream, struct.pack(">I", 2) + b"\x82"))


@frames("foreign-stream")
def foreign_stream(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(0, 0, 99, b"x" * 100))


@frames("unknown-frames")
def unknown_frames(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(200, 255, stream, b"x" * 100) * 10_000)


@frames("huge-frame")
def huge_frame(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_headers(stream) + b"\xff\xff\xff\0\0" + struct.pack(">I", stream) + b"x" * 100_000)


@frames("no-window")
def no_window(connection: h2.connection.H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(4, 0, 0, struct.pack(">HI", 4, 0)))


async def _h1(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    await _drain(reader)


FRAMES["http-1-anyway"] = _h1


async def _garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(bytes(range(256)) * 64)
    await _drain(reader)


FRAMES["garbage-frames"] = _garbage


def without_backlog() -> socket.socket:
    """A listening socket whose queue is full: the kernel drops every further SYN, as a firewall would."""
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    fillers = []
    for _ in range(8):
        filler = socket.socket()
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            filler.connect(full.getsockname())
        fillers.append(filler)
    _KEPT.append((full, fillers))
    return full


_KEPT: list[tuple[socket.socket, list[socket.socket]]] = []

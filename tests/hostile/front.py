"""A server that stands before a world of the lab: honest for every request but those a test makes hostile."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import trustme

from cgrdoctor.lab import Lab
from cgrdoctor.lab.ending import close
from cgrdoctor.lab.listening import listen


@dataclass(frozen=True)
class Asked:
    """A request as it came in; header names in lower case."""

    host: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    head: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True)
class Reply:
    """An honest answer, taken apart so that a hostile one can be made of it."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def bytes(self, *more: tuple[str, str], body: bytes | None = None, without: tuple[str, ...] = ()) -> bytes:
        """The answer with other headers or another body. `Content-Length` fits unless it is among `more`."""
        content = self.body if body is None else body
        own = {"content-length", "connection", *without, *(name.lower() for name, _ in more)}
        kept = [pair for pair in self.headers if pair[0].lower() not in own]
        if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in more):
            kept.append(("Content-Length", str(len(content))))
        lines = [self.status, *(f"{name}: {value}" for name, value in (*kept, *more)), "Connection: close", "", ""]
        return "\r\n".join(lines).encode("latin-1") + content


@dataclass
class Talk:
    """One request and the means to answer it, or not to."""

    asked: Asked
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    honest: Callable[[], Awaitable[Reply]]
    number: int = 0

    @property
    def open(self) -> bool:
        """Whether the peer can still hear us."""
        gone = self.reader.at_eof() or self.writer.transport.is_closing()
        return not gone and self.writer.get_extra_info("socket").fileno() >= 0

    async def send(self, data: bytes) -> None:
        """Sends in pieces, so that a large answer to one request does not silence the others."""
        for at in range(0, len(data), 65536):
            self.writer.write(data[at : at + 65536])
            await self.writer.drain()
            await asyncio.sleep(0)

    async def silence(self) -> None:
        """Holds the connection open until the peer gives up."""
        while await self.reader.read(65536):
            pass


Act = Callable[[Talk], Awaitable[None]]
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Plan:
    """What is hostile: a predicate over requests with an act, or hosts whose connections are never even TLS."""

    when: Callable[[Asked], bool] = lambda _asked: False
    act: Act | None = None
    raw: Raw | None = None
    proxy: Act | None = None
    alpn: tuple[str, ...] = ("http/1.1",)
    spoken: Raw | None = None


@dataclass
class Front:
    """A running front. `heard` is every request of the doctor, `hostile` those that met the act."""

    port: int = 0
    raw_port: int = 0
    spoken_port: int = 0
    proxy_port: int = 0
    heard: list[Asked] = field(default_factory=list)
    hostile: list[Asked] = field(default_factory=list)
    connects: list[bytes] = field(default_factory=list)


@contextmanager
def standing(lab: Lab, plan: Plan, names: tuple[str, ...], ca: trustme.CA, host: str) -> Iterator[Front]:
    """A front before `lab`, whose Artifactory is `host`, on loopback, in a thread of its own, until the block is left."""
    house = _House(lab, plan, names, ca, host)
    thread = threading.Thread(target=house.run, name="hostile-front", daemon=True)
    thread.start()
    assert house.ready.wait(20)
    if house.failure is not None:
        raise house.failure
    try:
        yield house.front
    finally:
        house.stop()
        thread.join(10)
        assert not thread.is_alive()


class _House:
    def __init__(self, lab: Lab, plan: Plan, names: tuple[str, ...], ca: trustme.CA, host: str) -> None:
        self.front = Front()
        self.ready = threading.Event()
        self.failure: BaseException | None = None
        self._lab_port = lab.ports[host]
        self._plan = plan
        self._names = names
        self._ca = ca
        self._to_lab = ssl.create_default_context(cafile=str(lab.cacert))
        self._to_lab.set_alpn_protocols(["http/1.1"])
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        self._loop.set_exception_handler(lambda _loop, _told: None)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the test that started it
            self.failure = error
        finally:
            self.ready.set()
            close(self._loop)

    def stop(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def _serve(self) -> None:
        certificate = self._ca.issue_cert(*self._names)
        servers = [
            await self._listen(self._speak, _context(certificate, "http/1.1")),
            await self._listen(self._raw, None),
            await self._listen(self._speak_otherwise, _context(certificate, *self._plan.alpn)),
            await self._listen(self._proxy, None),
        ]
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        self.front.port, self.front.raw_port, self.front.spoken_port, self.front.proxy_port = ports
        self.ready.set()
        await self._stopping.wait()
        for server in servers:
            server.close()

    async def _listen(self, talk: Raw, context: ssl.SSLContext | None) -> asyncio.Server:
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                with contextlib.suppress(OSError, EOFError, ssl.SSLError, asyncio.LimitOverrunError):
                    await talk(reader, writer)
            finally:
                writer.transport.abort() if writer.is_closing() else writer.close()

        return await listen(take, context, limit=1 << 20)

    async def _raw(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._plan.raw is not None:
            await self._plan.raw(reader, writer)

    async def _speak_otherwise(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._plan.spoken is not None:
            await self._plan.spoken(reader, writer)

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            asked = _parsed(head)
            self.front.heard.append(asked)
            length = int(asked.header("content-length") or 0)
            body = await reader.readexactly(length) if length else b""
            talk = Talk(asked, reader, writer, lambda a=asked, b=body: self._honest(a, b))
            if self._plan.act is not None and self._plan.when(asked):
                self.front.hostile.append(asked)
                talk.number = len(self.front.hostile)
                await self._plan.act(talk)
                return
            await talk.send((await talk.honest()).bytes())
            return

    async def _honest(self, asked: Asked, body: bytes) -> Reply:
        """The lab's own answer."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self._lab_port, ssl=self._to_lab, server_hostname="localhost", limit=1 << 26
        )
        try:
            lines = [line for line in asked.head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            writer.write(b"\r\n".join(line for line in lines if line) + b"\r\nConnection: close\r\n\r\n" + body)
            head = await reader.readuntil(b"\r\n\r\n")
            content = await reader.read()
        finally:
            writer.close()
        status, *rest = head.decode("latin-1").strip().split("\r\n")
        headers = tuple((line.partition(":")[0], line.partition(":")[2].strip()) for line in rest)
        return Reply(status, headers, content)

    async def _proxy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.front.connects.append(head)
        asked = _parsed(head)
        if self._plan.proxy is not None:
            self.front.hostile.append(asked)
            await self._plan.proxy(Talk(asked, reader, writer, _no_answer))
            return
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.front.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pipe(reader, inner_writer), _pipe(inner_reader, writer))


def _context(certificate: trustme.LeafCert, *protocols: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    context.set_alpn_protocols(list(protocols))
    return context


async def _no_answer() -> Reply:
    return Reply("HTTP/1.1 200 Connection established", (), b"")


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


def _parsed(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, _, rest = first.partition(" ")
    headers = tuple((line.partition(":")[0].lower(), line.partition(":")[2].strip()) for line in lines)
    host = next((value for name, value in headers if name == "host"), "").partition(":")[0]
    return Asked(host, method, rest.rpartition(" ")[0], headers, head)

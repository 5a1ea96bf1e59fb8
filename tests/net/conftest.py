"""Peers of every kind on loopback: asyncio servers that do exactly what a test says, below HTTP where needed."""

from __future__ import annotations

import asyncio
import contextlib
import math
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest
import trustme
from pytest_httpserver import HTTPServer

from cgrdoctor.net.connect_to import ConnectTo
from cgrdoctor.net.transport import Http, HttpOptions
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.redact import Redaction

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Authority:
    """A throw-away CA and its bundle as a file."""

    ca: trustme.CA
    bundle: Path

    def context(self, *names: str, **validity: object) -> ssl.SSLContext:
        """A server's context with a certificate for `names`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*names, **validity).configure_cert(context)
        return context


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    ca = trustme.CA()
    bundle = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(bundle)
    return Authority(ca, bundle)


CANNED = ("acme.test", "other.test", "blobs.test", "cgr.dev")
"""Hosts that `httpserver` is."""


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


@pytest.fixture(scope="session")
def httpserver_ssl_context(authority: Authority) -> ssl.SSLContext:
    """pytest-httpserver serves where answers are canned; what goes wrong below HTTP needs a `peer`."""
    return authority.context(*CANNED)


@pytest.fixture
def canned(httpserver: HTTPServer, http: Callable[..., Http]) -> Callable[..., Http]:
    """An Http for which `httpserver` is every host of `CANNED`, and further `names`."""

    def make(*names: str, **options: object) -> Http:
        hosts = dict.fromkeys((*CANNED, *names))
        return http(connect_to=tuple(ConnectTo(name, 443, "127.0.0.1", httpserver.port) for name in hosts), **options)

    return make


@dataclass
class Peer:
    """A server: its port, the bytes each connection sent, how many connections it took."""

    port: int
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0

    def mapping(self, host: str, port: int = 443) -> ConnectTo:
        return ConnectTo(host, port, "127.0.0.1", self.port)


@contextlib.asynccontextmanager
async def _peer(talk: Talk, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Peer]:
    tasks: set[asyncio.Task[None]] = set()
    peer = Peer(0)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        peer.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(take, host, 0, ssl=context)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def peer() -> Callable[..., contextlib.AbstractAsyncContextManager[Peer]]:
    """`async with peer(talk, context) as p`: a server on loopback."""
    return _peer


@pytest.fixture
def answering() -> Callable[..., Talk]:
    """A talk that reads requests and answers each with the given bytes, or what a function makes of the request."""

    def make(reply: bytes | Callable[[bytes], bytes], heard: list[bytes] | None = None) -> Talk:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if heard is not None:
                    heard.append(head)
                writer.write(reply(head) if callable(reply) else reply)
                await writer.drain()

        return talk

    return make


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything, says nothing."""
    while await reader.read(65536):
        pass


@pytest.fixture
def silent() -> Talk:
    return silence


@pytest.fixture
def http(authority: Authority) -> Callable[..., Http]:
    """An Http with a test's options that trusts the throw-away CA; patient, for what is not about time."""

    def make(**options: object) -> Http:
        given = {"timeout": 8, "cacert": authority.bundle, **options}
        return Http(HttpOptions(**given), Recorder(Redaction()))  # type: ignore[arg-type]  # a test's own options

    return make


@pytest.fixture
def run() -> Callable[[Callable[[], Awaitable[object]]], object]:
    """Runs a coroutine function to its end, within ten seconds."""

    def call(main: Callable[[], Awaitable[object]]) -> object:
        async def bounded() -> object:
            with anyio.fail_after(10):
                return await main()

        return anyio.run(bounded)

    return call


class Clock:
    """Time that passes only when a test says so, in place of `time.monotonic` and the event loop's."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def current_time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of what judges how long a peer took."""
    clock = Clock()
    for module in ("patience", "wire", "docker_pull"):
        monkeypatch.setattr(f"cgrdoctor.net.{module}.time", clock)
    monkeypatch.setattr("cgrdoctor.net.wire.anyio", clock)
    monkeypatch.setattr("cgrdoctor.net.absence._last", -math.inf)
    return clock

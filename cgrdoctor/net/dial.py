"""Opening a connection: resolve, dial every address with a small head start for the first, tunnel, TLS."""

from __future__ import annotations

import asyncio
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import msgspec
from anyio.abc import ByteStream, SocketStream
from anyio.streams.tls import TLSStream

from cgrdoctor.net.connect_to import ConnectTo, mapped
from cgrdoctor.net.failure import OWN, Failure, Unreached, classify, excused, failure
from cgrdoctor.net.patience import Patience
from cgrdoctor.net.proxy import ProxyChoice, ProxyRules
from cgrdoctor.net.resolve import Resolver, literal
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.net.trust import Preloaded, check_cacert, verifying_context
from cgrdoctor.privacy.truncate import cut

HEAD_START = 0.25
"""Seconds before the next address is tried beside the one under way (RFC 8305: connection attempt delay)."""

PROXY_ANSWER_LIMIT = 16384
"""Bytes of a proxy's answer to CONNECT that are read."""


class Tapped(ByteStream):
    """A byte stream that remembers the first bytes received, and whether the peer ended it.

    `pending` holds bytes that arrived before this wrapper was made.
    """

    def __init__(self, stream: ByteStream, pending: bytes = b"") -> None:
        self._stream = stream
        self._pending = pending
        self.first = pending[:16]
        self.ended = False

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if self._pending:
            data, self._pending = self._pending[:max_bytes], self._pending[max_bytes:]
            return data
        try:
            data = await self._stream.receive(max_bytes)
        except anyio.EndOfStream:
            self.ended = True
            raise
        if len(self.first) < 16:
            self.first += data[: 16 - len(self.first)]
        return data

    async def send(self, item: bytes) -> None:
        await self._stream.send(item)

    async def send_eof(self) -> None:
        await self._stream.send_eof()

    async def aclose(self) -> None:
        await self._stream.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Any]:
        return self._stream.extra_attributes


@dataclass(slots=True)
class Link:
    """An open connection. `timings` in seconds by stage; `via` the proxy's host and port."""

    stream: Tapped | TLSStream
    tap: Tapped
    address: str
    via: str | None = None
    timings: dict[str, float] = field(default_factory=dict)


class Dialled(msgspec.Struct, frozen=True):
    """The first address that took a connection, and the addresses that failed before it."""

    stream: SocketStream
    address: str
    failed: tuple[Failure, ...]


class Network:
    """What every connection of a run stands on: mappings, proxy rules, resolver, trust, time limits.

    A step of `patience` bounds each of resolving, connecting, asking a proxy, and the TLS handshake.
    """

    def __init__(
        self,
        *,
        patience: Patience,
        environ: Mapping[str, str],
        connect_to: Sequence[ConnectTo] = (),
        cacert: Path | None = None,
        resolver: Resolver | None = None,
        trust: Preloaded | None = None,
        host_root: Path | None = None,
    ) -> None:
        self._trust = trust
        self.patience = patience
        self.resolver = resolver or Resolver(patience)
        self._rules = ProxyRules.from_environment(environ)
        self._connect_to = tuple(connect_to)
        self._cacert = cacert
        self._environ = environ
        self._host_root = host_root
        self._context: asyncio.Task[ssl.SSLContext] | None = None

    async def start(self) -> None:
        """Begins to load the certificate store. Raises UsageProblem for a `--cacert` that cannot be used."""
        if self._cacert is not None:
            await in_daemon_thread(check_cacert, self._cacert, name="cacert")
        self._context = asyncio.create_task(self._load())

    async def stop(self) -> None:
        """Stops waiting for the store and for lookups."""
        self.resolver.close()
        if self._context is not None:
            self._context.cancel()

    async def context(self) -> ssl.SSLContext:
        """The one verifying context of the run."""
        if self._context is None:
            self._context = asyncio.create_task(self._load())
        return await asyncio.shield(self._context)

    async def _load(self) -> ssl.SSLContext:
        if self._trust is not None:
            return await in_daemon_thread(self._trust.wait, name="trust-store")
        return await self._loaded()

    async def _loaded(self) -> ssl.SSLContext:
        return await in_daemon_thread(
            verifying_context, self._cacert, self._environ, self._host_root, name="trust-store"
        )

    def mapping(self, host: str, port: int) -> ConnectTo | None:
        """The `--connect-to` that stands for this host and port."""
        return mapped(self._connect_to, host, port)

    def proxy(self, scheme: str, host: str, port: int) -> ProxyChoice | None:
        """The proxy docker would use, None if it would go direct or the host is mapped."""
        if self.mapping(host, port) is not None:
            return None
        shown = f"[{host}]" if ":" in host else host
        choice = self._rules.for_url(f"{scheme}://{shown}:{port}/")
        return None if choice.direct else choice

    async def addresses(self, host: str, port: int) -> tuple[tuple[str, ...], int]:
        """The addresses and the port to dial. Raises Unreached (stage dns)."""
        mapping = self.mapping(host, port)
        to_host, to_port = mapping.applied(host, port) if mapping else (host, port)
        return await self.resolver.addresses(to_host), to_port

    async def open(self, host: str, port: int, scheme: str = "https") -> Link:
        """A connection to `host`, through the proxy where there is one. Raises Unreached. Without TLS to `host`."""
        proxy = self.proxy(scheme, host, port)
        if proxy is None:
            return await self.open_direct(host, port)
        return await self.open_through(proxy, host, port)

    async def open_direct(self, host: str, port: int) -> Link:
        """A TCP connection to `host`, no proxy asked. Raises Unreached (stages dns and connect)."""
        start = time.monotonic()
        addresses, to_port = await self.addresses(host, port)
        resolved = time.monotonic()
        dialled = await dial(addresses, to_port, self.patience)
        tap = Tapped(dialled.stream)
        timings = {"connect": time.monotonic() - resolved}
        if literal(host) is None and self.mapping(host, port) is None:
            timings = {"dns": resolved - start, **timings}
        return Link(tap, tap, dialled.address, timings=timings)

    async def open_through(self, proxy: ProxyChoice, host: str, port: int) -> Link:
        """A tunnel to `host` made by CONNECT. Raises Unreached (stage proxy)."""
        link = await self.open_proxy(proxy)
        start = time.monotonic()
        try:
            pending = await tunnel(link.stream, proxy, host, port, self.patience)
        except BaseException:
            await anyio.aclose_forcefully(link.stream)
            raise
        tap = Tapped(link.stream, pending)
        timings = {**link.timings, "proxy": time.monotonic() - start}
        return Link(tap, tap, link.address, f"{proxy.host}:{proxy.port}", timings)

    async def open_proxy(self, proxy: ProxyChoice) -> Link:
        """A connection to the proxy itself. Raises Unreached (stage proxy)."""
        start = time.monotonic()
        if proxy.scheme not in ("http", "https"):
            detail = f"proxies of scheme {proxy.scheme!r} are not supported here"
            raise Unreached(failure("proxy", "error", 0.0, detail=detail))
        try:
            link = await self.open_direct(proxy.host, proxy.port)
            if proxy.scheme == "https":
                await self.secure(link, proxy.host, alpn=False)
        except Unreached as reason:
            raise Unreached(_at_proxy(reason.failure, proxy, time.monotonic() - start)) from reason
        return link

    async def secure(self, link: Link, name: str, *, alpn: bool = True) -> None:
        """Puts verified TLS on a link, in place. Raises Unreached (stage tls) and closes the link."""
        try:
            context = await self.context() if alpn else await self._plain_alpn()
        except BaseException:
            await anyio.aclose_forcefully(link.tap)
            raise
        start = time.monotonic()
        link.stream = await handshake(link.tap, context, name, self.patience, link.address)
        link.timings["tls"] = time.monotonic() - start

    async def _plain_alpn(self) -> ssl.SSLContext:
        context = await self._loaded()
        context.set_alpn_protocols(["http/1.1"])
        return context


def interleaved(addresses: Sequence[str]) -> tuple[str, ...]:
    """Addresses with the families taking turns, the resolver's first one first (RFC 8305)."""
    first = [address for address in addresses if (":" in address) == (":" in addresses[0])]
    other = [address for address in addresses if address not in first]
    mixed: list[str] = []
    for index in range(max(len(first), len(other))):
        mixed += first[index : index + 1] + other[index : index + 1]
    return tuple(mixed)


async def dial(addresses: Sequence[str], port: int, patience: Patience) -> Dialled:
    """A TCP connection to whichever address takes it first, each bounded by a step. Raises Unreached (connect)."""
    order = interleaved(addresses)
    head_start = min(HEAD_START, patience.allotted() / (2 * len(order)))
    failed: dict[str, Failure] = {}
    winner: list[tuple[SocketStream, str]] = []

    async def attempt(address: str, over: anyio.Event) -> None:
        try:
            stream = await dial_one(address, port, patience)
        except Unreached as reason:
            failed[address] = reason.failure
        else:
            if winner:
                await anyio.aclose_forcefully(stream)
            else:
                winner.append((stream, address))
                group.cancel_scope.cancel()
        over.set()

    try:
        async with anyio.create_task_group() as group:
            for address in order:
                over = anyio.Event()
                group.start_soon(attempt, address, over)
                with anyio.move_on_after(head_start):
                    await over.wait()
    except BaseException:
        for stream, _ in winner:
            await anyio.aclose_forcefully(stream)
        raise
    reasons = tuple(failed[address] for address in order if address in failed)
    if not winner:
        raise Unreached(most_telling(reasons))
    return Dialled(*winner[0], failed=reasons)


async def dial_one(address: str, port: int, patience: Patience) -> SocketStream:
    """A TCP connection to one address. Raises Unreached (stage connect)."""
    start = time.monotonic()
    try:
        with anyio.move_on_after(patience.allotted()):
            return await anyio.connect_tcp(address, port)
    except OSError as error:
        known = classify(error, "connect", time.monotonic() - start, address)
        if known.kind in OWN:
            patience.cut()
        found = failure("connect", known.kind, known.seconds, detail=place(address, port), address=address)
        raise Unreached(excused(found, start)) from error
    waited = time.monotonic() - start
    detail = place(address, port)
    raise Unreached(failure("connect", patience.silence(waited), waited, detail=detail, address=address))


def most_telling(reasons: Sequence[Failure]) -> Failure:
    """Of several addresses' failures the one to report: an answer before silence, silence before no route."""
    order = ("refused", "reset", "timeout", *OWN, "error", "unreachable")
    return min(reasons, key=lambda reason: order.index(reason.kind) if reason.kind in order else len(order))


def place(host: str, port: int) -> str:
    """`host:port`, IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def connect_head(proxy: ProxyChoice, host: str, port: int) -> bytes:
    """The CONNECT request, with the proxy's own credential if its URL has one."""
    lines = [f"CONNECT {place(host, port)} HTTP/1.1", f"Host: {place(host, port)}", "User-Agent: cgrdoctor"]
    if proxy.username:
        pair = b64encode(f"{proxy.username}:{proxy.password or ''}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {pair}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def tunnel(stream: ByteStream, proxy: ProxyChoice, host: str, port: int, patience: Patience) -> bytes:
    """Asks the proxy for a tunnel; the bytes that came after its answer. Raises Unreached (stage proxy)."""
    start = time.monotonic()
    at = f"proxy {place(proxy.host, proxy.port)}"
    try:
        with anyio.move_on_after(patience.allotted()) as scope:
            await stream.send(connect_head(proxy, host, port))
            head, pending = await _read_head(stream)
    except (anyio.BrokenResourceError, anyio.EndOfStream, OSError) as error:
        detail = f"{at} ended the connection on CONNECT"
        found = failure("proxy", "error", time.monotonic() - start, detail=detail)
        raise Unreached(excused(found, start)) from error
    waited = time.monotonic() - start
    if scope.cancelled_caught:
        raise Unreached(failure("proxy", patience.silence(waited), waited, detail=f"{at} gave no answer to CONNECT"))
    problem = _refusal(head, at, waited)
    if problem is not None:
        raise Unreached(problem)
    return pending


async def _read_head(stream: ByteStream) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data and len(data) < PROXY_ANSWER_LIMIT:
        data += await stream.receive()
        if not data.startswith(b"HTTP/"[: len(data)]):
            break
    head, _, pending = data.partition(b"\r\n\r\n")
    return head, pending


def _refusal(head: bytes, at: str, seconds: float) -> Failure | None:
    line = head.partition(b"\r\n")[0].decode("latin-1")
    version, _, rest = line.partition(" ")
    code = rest[:3]
    if not (version.startswith("HTTP/1.") and code.isascii() and code.isdigit() and len(code) == 3):
        return failure("proxy", "error", seconds, detail=f"{at} does not answer in HTTP")
    if code.startswith("2"):
        return None
    kind = "authentication-required" if code == "407" else "refused"
    reason = "".join(char for char in cut(rest, 200) if char.isprintable())
    return failure("proxy", kind, seconds, detail=f"{at} answered {reason!r} to CONNECT")


def _at_proxy(reason: Failure, proxy: ProxyChoice, seconds: float) -> Failure:
    kind = reason.kind if reason.kind in ("timeout", *OWN) else "unreachable"
    detail = f"proxy {place(proxy.host, proxy.port)}: {reason.message}"
    return failure("proxy", kind, seconds, detail=detail, address=reason.address)


async def handshake(tap: Tapped, context: ssl.SSLContext, name: str, patience: Patience, address: str) -> TLSStream:
    """TLS over an open stream. Raises Unreached (stage tls) and closes the stream."""
    start = time.monotonic()
    try:
        with anyio.move_on_after(patience.allotted()):
            return await TLSStream.wrap(
                tap, server_side=False, hostname=name, ssl_context=context, standard_compatible=False
            )
    except (OSError, ssl.SSLError, anyio.BrokenResourceError, anyio.EndOfStream, UnicodeError, ValueError) as error:
        await anyio.aclose_forcefully(tap)
        raise Unreached(excused(_tls_failure(error, tap, time.monotonic() - start, address), start)) from error
    except BaseException:
        await anyio.aclose_forcefully(tap)
        raise
    await anyio.aclose_forcefully(tap)
    waited = time.monotonic() - start
    raise Unreached(failure("tls", patience.silence(waited), waited, address=address))


def _tls_failure(error: BaseException, tap: Tapped, seconds: float, address: str) -> Failure:
    if tap.first.startswith(b"HTTP/"):
        return failure("tls", "plain-http", seconds, address=address)
    if tap.first and not 0x14 <= tap.first[0] <= 0x18:
        return failure("tls", "handshake", seconds, detail="the peer does not speak TLS", address=address)
    return classify(error, "tls", seconds, address)

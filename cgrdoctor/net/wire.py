"""One HTTP request on the wire: httpx's shapes over httpcore's pool over our connections, watched stage by stage."""

from __future__ import annotations

import math
import ssl
import time
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import anyio
import httpcore
import httpx
import msgspec

from cgrdoctor.net.backend import Backend, WireStream
from cgrdoctor.net.dial import Link, Network
from cgrdoctor.net.failure import Failure, Stage, classify, excused, failure
from cgrdoctor.net.patience import Patience
from cgrdoctor.net.proxy import ProxyChoice

KEEPALIVE = 15.0
"""Seconds for which an idle connection is kept."""

DRIBBLE = 8192
"""Bytes a second that no network is slower than, and a peer that only wants to hold us is."""

SLOWEST = 65536
"""Bytes a second below which even a body that is only counted is given up."""


_Reason = Literal["silence", "slowness", "end"]
"""Why a wait may be over."""


class Limits(msgspec.Struct, frozen=True):
    """A step with the peer by `patience`, its headers in `first_byte` s."""

    patience: Patience
    first_byte: float

    @property
    def connection(self) -> float:
        """Seconds for a connection: name, TCP, proxy and TLS take a step each."""
        return 4 * self.patience.step

    def whole_body(self, uncounted: int) -> float:
        """The loop's clock by which a body must be whole: a kept one at any size, others by their size."""
        return anyio.current_time() + max(self.first_byte, self.connection) + uncounted / SLOWEST


@dataclass(slots=True)
class Watch:
    """Follows one request through its stages and moves the deadline of `scope` along.

    Called by httpcore with the names of its trace events (httpcore docs: extensions, trace).
    """

    limits: Limits
    scope: anyio.CancelScope
    stage: Stage = "connect"
    link: Link | None = None
    fresh: bool = False
    timings: dict[str, float] = field(default_factory=dict)
    _begun: float = field(default_factory=time.monotonic)
    _since: float = field(default_factory=time.monotonic)
    _heard: float = field(default_factory=time.monotonic)
    _wanted: float = 0.0
    _allotted: float = 0.0
    _limit: _Reason = "silence"

    def __post_init__(self) -> None:
        """The steps of a connection have limits of their own; here only all of them together have one."""
        due = anyio.current_time() + self.limits.connection
        self._wanted = self._allotted = self.limits.connection
        self._until((due, "silence"))

    async def __call__(self, name: str, info: dict[str, Any]) -> None:
        event = name.partition(".")[2]
        if event == "connect_tcp.started":
            self.fresh = True
        elif event == "connect_tcp.complete" and isinstance(info["return_value"], WireStream):
            self.link = info["return_value"].link
        elif event == "send_request_headers.started":
            self._enter("send", self.limits.patience.step)
        elif event == "receive_response_headers.started":
            self.timings["send"] = self.seconds
            self._enter("headers", self.limits.first_byte)

    def _enter(self, stage: Stage, seconds: float) -> None:
        self.stage = stage
        self._since = self._heard = time.monotonic()
        self._wanted = seconds
        self._allotted = self.limits.patience.allotted(seconds)
        self._expect()

    def _expect(self, slowest: float = math.inf) -> None:
        """The next sign of life is due within what the stage was allotted, all of it at `slowest` (loop's clock)."""
        due = anyio.current_time() + self.limits.patience.allotted(self._wanted)
        self._until((due, "silence"), (slowest, "slowness"))

    def _until(self, *limits: tuple[float, _Reason]) -> None:
        self.scope.deadline, self._limit = min(*limits, (self.limits.patience.ends_at, "end"))

    def enter_body(self, scope: anyio.CancelScope) -> None:
        """The headers are here; `scope` bounds the body from now on."""
        self.timings["first_byte"] = self.seconds
        self.scope = scope
        self._enter("body", self.limits.patience.step)

    def heard(self, size: int, ends: float) -> None:
        """`size` bytes of the body are here: the next piece is due within a step, all of it at `ends`.

        From a step after its beginning on, a body must have come at `DRIBBLE` bytes a second.
        """
        self._heard = time.monotonic()
        fair = anyio.current_time() + self._allotted + size / DRIBBLE - self.seconds
        self._expect(min(fair, ends))

    @property
    def seconds(self) -> float:
        """Seconds since the present stage began."""
        return time.monotonic() - self._since

    @property
    def address(self) -> str | None:
        """The address spoken to, as far as known."""
        return self.link.address if self.link else None

    def all_timings(self) -> dict[str, float]:
        """Seconds by stage; those of the connection only where this request opened it."""
        opened = self.link.timings if self.link and self.fresh else {}
        return {**opened, **self.timings}

    def silence(self) -> Failure:
        """The failure of the limit that was reached: the peer's, or kind `deadline` where the run ended too soon."""
        words = {
            "connect": "no connection",
            "send": "the peer does not take the request",
            "headers": "no complete answer",
            "body": "the body stopped",
        }
        seconds, what = self.seconds, words.get(self.stage, self.stage)
        kind = self._kind()
        if kind == "slow":
            what = "the body was not whole"
        found = failure(self.stage, kind, seconds, detail=f"{what} after {seconds:.1f} s", address=self.address)
        return excused(found, self._begun)

    def _kind(self) -> str:
        """A body that is still coming when it should be whole is slow, one that came to a halt is silent."""
        patience, silent = self.limits.patience, time.monotonic() - self._heard
        if self._limit == "silence":
            return patience.silence(silent, self._wanted)
        if self._limit == "slowness" and silent >= self._allotted / 2:
            return patience.silence(self.seconds, self._wanted)
        if self._limit == "end" or self._allotted < self._wanted:
            patience.cut()
        return "deadline" if self._limit == "end" else "slow"

    def problem(self, error: BaseException) -> Failure:
        """The failure an exception stands for at this stage."""
        found = classify(error, self.stage, self.seconds, self.address)
        if found.kind == "protocol" and self.link is not None and self.link.tap.ended:
            kind = "truncated" if self.stage == "body" else "closed"
            found = failure(self.stage, kind, found.seconds, address=self.address)
        return excused(found, self._begun)


class Wire(httpx.AsyncBaseTransport):
    """The transport: one pool for everything direct or tunnelled, one for each proxy that forwards plain HTTP."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._pool = _pool(Backend(network))
        self._forwarding: dict[tuple[str, int], httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        question = httpcore.Request(
            request.method,
            target,
            headers=request.headers.raw,
            content=cast("AsyncIterable[bytes]", request.stream),
            extensions=request.extensions,
        )
        answer = await self._pool_for(url).handle_async_request(question)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(cast("AsyncIterable[bytes]", answer.stream), answer),
            extensions=dict(answer.extensions),
        )

    def _pool_for(self, url: httpx.URL) -> httpcore.AsyncConnectionPool:
        if url.scheme == "https":
            return self._pool
        proxy = self._network.proxy("http", url.host, url.port or 80)
        if proxy is None:
            return self._pool
        place = (proxy.host, proxy.port)
        if place not in self._forwarding:
            self._forwarding[place] = _forwarding_pool(self._network, proxy)
        return self._forwarding[place]

    async def aclose(self) -> None:
        for pool in (self._pool, *self._forwarding.values()):
            await pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, pieces: AsyncIterable[bytes], answer: httpcore.Response) -> None:
        self._pieces = pieces
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._pieces)

    async def aclose(self) -> None:
        await self._answer.aclose()


def _pool(backend: Backend) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # trusts nobody: the backend brings the verifying one
        max_connections=200,
        max_keepalive_connections=100,
        keepalive_expiry=KEEPALIVE,
        http1=True,
        http2=True,
        network_backend=backend,
    )


def _forwarding_pool(network: Network, proxy: ProxyChoice) -> httpcore.AsyncHTTPProxy:
    shown = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    auth = (proxy.username, proxy.password or "") if proxy.username else None
    return httpcore.AsyncHTTPProxy(
        f"http://{shown}:{proxy.port}",
        proxy_auth=auth,
        keepalive_expiry=KEEPALIVE,
        network_backend=Backend(network, forward=proxy),
    )

"""One HTTP request on the wire: httpx's shapes over httpcore's pool over our connections, watched stage by stage."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import anyio
import httpcore
import httpx

from cgrdoctor.net.backend import Backend, WireStream
from cgrdoctor.net.dial import Link, Network
from cgrdoctor.net.failure import Failure, Stage, classify, failure
from cgrdoctor.net.proxy import ProxyChoice

KEEPALIVE = 15.0
"""Seconds for which an idle connection is kept."""

DRIBBLE = 8192
"""Bytes a second that no network is slower than, and a peer that only wants to hold us is."""

SLOWEST = 65536
"""Bytes a second below which even a body that is only counted is given up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: `step` for one step with the peer, `first_byte` for the headers; `ends_at` on the loop's clock."""

    step: float
    first_byte: float
    ends_at: float

    def until(self, seconds: float) -> float:
        """The loop's clock in `seconds`, never beyond the end of the run."""
        return min(anyio.current_time() + seconds, self.ends_at)

    def whole_body(self, uncounted: int) -> float:
        """The loop's clock by which a body must be whole: a kept one at any size, others by their size."""
        return self.until(max(self.first_byte, 4 * self.step) + uncounted / SLOWEST)


@dataclass(slots=True)
class Watch:
    """Follows one request through its stages and moves the deadline of `scope` along.

    Called by httpcore with the names of its trace events (httpcore docs: extensions, trace). `granted` are the seconds
    a peer has for the present stage, unless the run ends before.
    """

    limits: Limits
    scope: anyio.CancelScope
    granted: float
    stage: Stage = "connect"
    link: Link | None = None
    fresh: bool = False
    timings: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.monotonic)
    _heard: float = field(default_factory=time.monotonic)

    async def __call__(self, name: str, info: dict[str, Any]) -> None:
        event = name.partition(".")[2]
        if event == "connect_tcp.started":
            self.fresh = True
        elif event == "connect_tcp.complete" and isinstance(info["return_value"], WireStream):
            self.link = info["return_value"].link
        elif event == "send_request_headers.started":
            self._enter("send", self.limits.step)
        elif event == "receive_response_headers.started":
            self.timings["send"] = self.seconds
            self._enter("headers", self.limits.first_byte)

    def _enter(self, stage: Stage, seconds: float) -> None:
        self.stage = stage
        self._since = self._heard = time.monotonic()
        self.granted = seconds
        self.scope.deadline = self.limits.until(seconds)

    def enter_body(self, scope: anyio.CancelScope) -> None:
        """The headers are here; `scope` bounds the body from now on."""
        self.timings["first_byte"] = self.seconds
        self.scope = scope
        self._enter("body", self.limits.step)

    def heard(self, size: int, ends: float) -> None:
        """`size` bytes of the body are here: the next piece is due within a step, all of it at `ends`.

        From a step after its beginning on, a body must have come at `DRIBBLE` bytes a second.
        """
        self._heard = time.monotonic()
        fair = self.limits.until(self.limits.step + size / DRIBBLE - self.seconds)
        self.scope.deadline = min(self.limits.until(self.limits.step), fair, ends)

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
        """The failure of a limit that was reached.

        A peer that was given less than half of its time, because the run ended, is not to blame: kind `deadline`.
        """
        words = {
            "connect": "no connection",
            "send": "the peer does not take the request",
            "headers": "no complete answer",
            "body": "the body stopped",
        }
        seconds, waited = self.seconds, time.monotonic() - self._heard
        kind, what = "timeout", words.get(self.stage, self.stage)
        if waited < self.granted / 2:
            ended = anyio.current_time() >= self.limits.ends_at
            kind, what = ("deadline", what) if ended else ("slow", "the body was not whole")
        return failure(self.stage, kind, seconds, detail=f"{what} after {seconds:.1f} s", address=self.address)

    def problem(self, error: BaseException) -> Failure:
        """The failure an exception stands for at this stage."""
        found = classify(error, self.stage, self.seconds, self.address)
        if found.kind == "protocol" and self.link is not None and self.link.tap.ended:
            kind = "truncated" if self.stage == "body" else "closed"
            return failure(self.stage, kind, found.seconds, address=self.address)
        return found


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

"""Our connections under httpcore: it speaks HTTP, we resolve, dial, tunnel and verify."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import anyio
import httpcore
from anyio.streams.tls import TLSAttribute

from cgrdoctor.net.dial import Link, Network
from cgrdoctor.net.failure import Failure, Unreached
from cgrdoctor.net.proxy import ProxyChoice

REMEMBERED = 30.0
"""Seconds for which a host that let us wait for nothing is not waited for again."""


class WireStream(httpcore.AsyncNetworkStream):
    """A Link as httpcore wants it. Read errors keep their cause, so that `classify` can tell them apart."""

    def __init__(self, link: Link, backend: Backend, place: tuple[str, int]) -> None:
        self.link = link
        self._backend = backend
        self._place = place
        self._socket: Any = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            with anyio.fail_after(timeout):
                return await self.link.stream.receive(max_bytes)
        except anyio.EndOfStream:
            self.link.tap.ended = True
            return b""
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except (OSError, ssl.SSLError, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        try:
            with anyio.fail_after(timeout):
                await self.link.stream.send(buffer)
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except (OSError, ssl.SSLError, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        await anyio.aclose_forcefully(self.link.stream)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002 - httpcore's place-holder; ours verifies
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the network's own limit applies
    ) -> WireStream:
        try:
            await self._backend.network.secure(self.link, server_hostname or self._place[0])
        except Unreached as reason:
            self._backend.remember(self._place, reason.failure)
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self.link.stream.extra(TLSAttribute.ssl_object, None)  # noqa: S610 - anyio's extra, not Django's
        if info == "is_readable":
            if self._socket is None:
                self._socket = self.link.tap.extra(anyio.abc.SocketAttribute.raw_socket, None)  # noqa: S610 - as above
            return _readable(self._socket)
        return None


def _readable(socket: Any) -> bool:
    """Whether an idle connection was ended by the peer, or has bytes nobody asked for."""
    if socket is None or socket.fileno() < 0:
        return True
    import select

    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(socket, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([socket], [], [], 0)[0])


class Backend(httpcore.AsyncNetworkBackend):
    """Opens links. A place that gave no answer in time is not waited for again: the same silence would cost each time.

    With `forward`, every connection goes to that proxy itself (plain-HTTP requests are forwarded, not tunnelled).
    """

    def __init__(self, network: Network, forward: ProxyChoice | None = None) -> None:
        self.network = network
        self._forward = forward
        self._silent: dict[tuple[str, int], tuple[float, Failure]] = {}

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the network's own limit applies
        local_address: str | None = None,  # noqa: ARG002 - never set
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - never set
    ) -> WireStream:
        self._refuse_silent((host, port))
        try:
            if self._forward is not None:
                return WireStream(await self.network.open_proxy(self._forward), self, (host, port))
            return WireStream(await self.network.open(host, port), self, (host, port))
        except Unreached as reason:
            self.remember((host, port), reason.failure)
            raise

    def remember(self, place: tuple[str, int], failure: Failure) -> None:
        """Notes that waiting for this place was in vain."""
        if failure.kind in ("timeout", "deadline"):
            self._silent[place] = (time.monotonic(), failure)

    def _refuse_silent(self, place: tuple[str, int]) -> None:
        at, failure = self._silent.get(place, (0.0, None))
        if failure is not None and time.monotonic() - at < REMEMBERED:
            raise Unreached(failure)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> WireStream:
        raise NotImplementedError("only TCP is spoken here")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

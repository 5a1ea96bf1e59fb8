"""Starts a world on loopback: real sockets, TLS from a throw-away CA, HTTP/1.1 and HTTP/2."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urlsplit

from hypercorn.asyncio import serve
from hypercorn.config import Config
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from cgrdoctor.lab import docker, kubernetes, peers, proxy
from cgrdoctor.lab.artifactory import Server
from cgrdoctor.lab.certificates import Certificates
from cgrdoctor.lab.chainguard import Registry, blob_host, secrets_of, stored
from cgrdoctor.lab.compressing import compressed
from cgrdoctor.lab.content import content
from cgrdoctor.lab.earlier import Client as Earlier
from cgrdoctor.lab.ending import close
from cgrdoctor.lab.engine import Server as Engine
from cgrdoctor.lab.listening import refusing
from cgrdoctor.lab.recorded import Lab, RecordedRequest
from cgrdoctor.lab.script import Script, play, reaches
from cgrdoctor.lab.stall import stalling
from cgrdoctor.lab.upstream import UNSEEN, Client
from cgrdoctor.lab.world import BLOBS, CGR, OTHERS, WWW, Chainguard, User, Wire, World

SOCKET_TIMEOUT = 1.0
"""Seconds Artifactory waits for upstream where that is silent in a lab world; a real one waits 15."""

PATIENCE = 20.0
"""Seconds it waits where upstream does answer, however busy the machine of the lab is."""


@contextmanager
def running(world: World) -> Iterator[Lab]:
    """Serves the world from a daemon thread until the block is left. Ports are ephemeral, on 127.0.0.1."""
    with tempfile.TemporaryDirectory(prefix="cgrdoctor-lab-") as folder:
        ready = threading.Event()
        house = House(world, Path(folder))
        thread = threading.Thread(target=house.run, args=(ready,), name="cgrdoctor-lab", daemon=True)
        thread.start()
        ready.wait(20)
        if house.failure is not None:
            raise house.failure
        try:
            yield house.lab()
        finally:
            house.stop()
            thread.join(5)


class House:
    """The servers of one world, in an event loop of their own."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.recorded: list[RecordedRequest] = []
        self.failure: BaseException | None = None
        self.ports: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._certificates = Certificates(folder, (world.host, f"*.{world.host}", *world.names))
        self._script = Script(world.answers)
        self._apps: dict[str, Server] = {}
        self._proxy_port = 0
        self._main_port = 0
        self.engine: Engine | None = None

    def run(self, ready: threading.Event) -> None:
        """The thread's work."""
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(_quiet)
        try:
            self._loop.run_until_complete(self._serve(ready))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that started the world
            self.failure = error
        finally:
            ready.set()
            close(self._loop)

    def stop(self) -> None:
        """Ends the servers."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stopping.set)

    def lab(self) -> Lab:
        """The handle for whoever started the world."""
        arguments = ["--cacert", str(self._certificates.cacert)] if self.world.trusted_by == "option" else []
        for host, port in self._hosts().items() if self.world.proxy == "none" else ():
            name, _, number = host.partition(":")
            arguments += ["--connect-to", f"{name}:{number or 443}:127.0.0.1:{port}"]
        if self.world.artifactory_url is not None:
            arguments += ["--artifactory-url", self.world.artifactory_url]
        elif self.world.context != "artifactory":
            arguments += ["--artifactory-url", f"https://{self.world.host}/{self.world.context}"]
        return Lab(
            self.world.image,
            (*arguments, *kubernetes.options(self.world.kubernetes, self.folder), *self.world.options),
            self._environment(),
            self._certificates.cacert,
            dict(self.ports),
            self._secrets(),
            self.recorded,
            self.engine,
        )

    def _hosts(self) -> dict[str, int]:
        """Where each host of the world is served."""
        names = (*self.world.artifactory.hosts, self._image_host())
        elsewhere = dict.fromkeys(OTHERS, self._main_port)
        served = {name: self.ports.get(name, self.ports[self.world.host]) for name in names}
        return {**elsewhere, **self.ports, **served}

    def _image_host(self) -> str:
        return self.world.image.partition("/")[0]

    def _caller(self) -> User | None:
        if self.world.caller == "anonymous":
            return None
        return next(user for user in self.world.artifactory.users if user.admin == (self.world.caller == "admin"))

    def _environment(self) -> dict[str, str]:
        found = docker.environment(self.world.docker, self._place())
        user, given = self._caller(), self.world.docker.environment if self.world.docker else "all"
        if user is not None and given == "all":
            puller = next((one for one in self.world.artifactory.users if one.name == self.world.pulls_as), user)
            found["CGRDOCTOR_REGISTRY_USER"] = puller.name
            found["CGRDOCTOR_REGISTRY_PASSWORD"] = self._password(puller)
        if user is not None and given != "nothing":
            found["CGRDOCTOR_ARTIFACTORY_TOKEN"] = "x" * 64 if self.world.wrong_password else user.token
        if self.world.credential is not None:
            found["CGRDOCTOR_CHAINGUARD_USER"] = self.world.credential.username
            found["CGRDOCTOR_CHAINGUARD_PASSWORD"] = self.world.credential.password
        if self.world.trusted_by == "system":
            found["SSL_CERT_FILE"] = str(self._certificates.cacert)
        if self._proxy_url():
            found["HTTPS_PROXY"] = self._proxy_url()
        return found

    def _password(self, user: User) -> str:
        return "not-the-password" if self.world.wrong_password else user.password

    def _proxy_url(self) -> str:
        return "" if self.world.proxy == "none" else f"http://127.0.0.1:{self._proxy_port}"

    def _secrets(self) -> tuple[str, ...]:
        users = self.world.artifactory.users
        kept = [repository.token.password for repository in self.world.artifactory.repositories if repository.token]
        own = [value for name, value in self._environment().items() if name.endswith(("_PASSWORD", "_TOKEN"))]
        every = [
            *secrets_of(self.world.chainguard),
            *kept,
            *own,
            *(u.password for u in users),
            *(u.token for u in users),
        ]
        return tuple(dict.fromkeys(every))

    async def _serve(self, ready: threading.Event) -> None:
        context = self._certificates.main()
        main = socket.socket()
        main.bind(("127.0.0.1", 0))
        main_port = self._main_port = main.getsockname()[1]
        async with self._peers(context, main_port) as (client_ports, arm):
            self.ports = client_ports
            self._apps["artifactory"] = Server(self.world, arm)
            config = self._config(main)
            async with self._proxy(), self._docker():
                ready_task = asyncio.create_task(self._announce(main_port, ready))
                await serve(self._app, config, shutdown_trigger=self._stopping.wait)  # type: ignore[arg-type]  # an ASGI callable
                await ready_task

    @contextlib.asynccontextmanager
    async def _docker(self) -> AsyncIterator[None]:
        if self.world.docker is not None:
            docker.furnish(self.world.docker, self._place())
        if self.world.kubernetes is not None:
            kubernetes.furnish(self.world.kubernetes, self.folder, self.world.image, self._place().login)
        async with docker.served(self.world.docker, self._place()) as engine:
            self.engine = engine
            yield

    def _place(self) -> docker.Place:
        user = self._caller()
        return docker.Place(
            self.folder,
            self.world.image,
            digest_of(self.world),
            self._certificates.cacert,
            (user.name, self._password(user)) if user else None,
            self._proxy_url(),
        )

    @contextlib.asynccontextmanager
    async def _proxy(self) -> AsyncIterator[None]:
        if self.world.proxy in ("none", "refused"):
            with refusing() as self._proxy_port:
                yield
            return
        async with await proxy.start(self.world.proxy, self._hosts()) as server:
            self._proxy_port = server.sockets[0].getsockname()[1]
            yield

    async def _announce(self, port: int, ready: threading.Event) -> None:
        """Ready once the port answers; hypercorn listens on it a moment after it was given."""
        for _ in range(200):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(0.01)
        await self._pulled_before()
        ready.set()

    async def _pulled_before(self) -> None:
        """Replays what clients did before anybody looked, then forgets all of it but what Artifactory keeps."""
        if not self.world.pulled_before:
            return
        user = self._caller()
        login = (user.name, self._password(user)) if user else None
        earlier = Earlier(self._respond, self.world.image, login)
        for _ in range(self.world.pulled_before):
            await earlier.pull()
        self._script = Script(self.world.answers)
        self._apps["artifactory"].count_anew()
        self.recorded.clear()

    def _config(self, main: socket.socket) -> Config:
        config = Config()
        config.bind = [f"fd://{main.detach()}"]
        config.certfile = str(self._certificates.certificate)
        config.keyfile = str(self._certificates.key)
        config.alpn_protocols = ["h2", "http/1.1"]
        config.include_server_header = False
        config.include_date_header = False
        config.graceful_timeout = 0
        config.shutdown_timeout = 0
        config.errorlog = None
        logging.getLogger("hypercorn.error").setLevel(logging.CRITICAL)
        return config

    @contextlib.asynccontextmanager
    async def _peers(self, context: ssl.SSLContext, main: int) -> AsyncIterator[tuple[dict[str, int], Client]]:
        """Ports by host for the client, and the client Artifactory itself uses."""
        servers: list[asyncio.Server] = []
        refused = contextlib.ExitStack()

        async def port_of(wire: Wire) -> int:
            if wire in ("ok", "stalls", *UNSEEN):
                return main
            if wire == "refused":
                return refused.enter_context(refusing())
            server = await self._special(wire, context)
            servers.append(server)
            return int(server.sockets[0].getsockname()[1])

        hosts = (self.world.host, CGR, BLOBS, WWW)
        client_ports = {host: await port_of(self.world.wire.get(host, "ok")) for host in hosts}
        arm = self.world.artifactory.arm
        routes = {host: f"https://127.0.0.1:{await port_of(arm.get(host, 'ok'))}" for host in (CGR, BLOBS, WWW)}
        if self.world.upstream:
            routes[CGR] = self.world.upstream
        for host in self.world.names:
            if reaches(self.world.answers, host):
                routes.setdefault(host, f"https://127.0.0.1:{main}")
        for host in self._download_host():
            client_ports[host] = main if host in self.world.names else refused.enter_context(refusing())
        trusting = ssl.create_default_context(cafile=str(self._certificates.cacert))
        try:
            patience = SOCKET_TIMEOUT if self.world.upstream_silent else PATIENCE
            yield client_ports, Client(routes, arm, trusting, patience)
        finally:
            for server in servers:
                server.close()
            refused.close()

    def _download_host(self) -> tuple[str, ...]:
        return (self.world.artifactory.download_host,) if self.world.artifactory.download_host else ()

    async def _special(self, wire: Wire, context: ssl.SSLContext) -> asyncio.Server:
        if wire in peers.HANDLERS:
            return await peers.start(wire, context)
        if wire in peers.DOWNGRADES:
            return await peers.relay(
                peers.DOWNGRADES[wire](self._certificates.context()), self._certificates.cacert, self._main_port
            )
        others: Mapping[Wire, Callable[[], ssl.SSLContext]] = {
            "untrusted": self._certificates.foreign,
            "expired": lambda: self._certificates.context(ends=-3),
            "not-yet-valid": lambda: self._certificates.context(begins=3),
            "wrong-name": lambda: self._certificates.context("artifactory.default.svc"),
        }
        return await peers.start("html", others[wire]())

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        request = Request(scope, receive)
        host = request.headers.get("host", "").partition(":")[0]
        body = await request.body()
        self.recorded.append(
            RecordedRequest(
                host, request.method, request.url.path, request.url.query, tuple(request.headers.items()), body
            )
        )
        if self.world.latency and not _is_artifactory(request):
            await asyncio.sleep(self.world.latency)
        response = await self._respond(host, request)
        if self.world.compresses and request.method != "HEAD" and not _is_artifactory(request):
            response = compressed(response, self.world.compresses)
        response.headers.setdefault("Date", formatdate(time.time() + self.world.ahead, usegmt=True))
        stalls = self.world.wire.get(host) == "stalls"
        with contextlib.suppress(ConnectionError):
            await response(scope, receive, stalling(send, self._stopping) if stalls else send)

    async def _respond(self, host: str, request: Request) -> Response:
        asked_by = "artifactory" if _is_artifactory(request) else "client"
        scripted = self._script.choose(request, host, asked_by)
        if scripted is None:
            return await self._own(host, request)
        return await play(scripted, request, lambda asked: self._own(host, asked), self._sign(host))

    def _sign(self, host: str) -> Callable[[Response], None]:
        """How the server of a host marks its answers: only Artifactory's does."""
        url = urlsplit(self.world.artifactory_url or "").hostname or ""
        named = {self._image_host(), *self.world.artifactory.hosts}
        its = {self.world.host, url, *(name.partition(":")[0] for name in named)} - {CGR, BLOBS, WWW, *OTHERS}
        if host in its or host.endswith(f".{self.world.host}"):
            return self._apps["artifactory"].sign
        return unmarked

    async def _own(self, host: str, request: Request) -> Response:
        """What the world answers by itself."""
        if host == CGR:
            return await Registry(self._chainguard(request)).answer(request)
        if host == BLOBS:
            return blob_host(self._chainguard(request), request)
        if host in self._download_host():
            return stored(self.world.chainguard, request)
        if host in (WWW, "chainguard.dev"):
            return RedirectResponse("https://www.chainguard.dev/", 302)
        return await self._apps["artifactory"].answer(request)

    def _chainguard(self, request: Request) -> Chainguard:
        """cgr.dev as whoever asks gets to see it."""
        mirrored = self.world.artifactory.sees
        if not mirrored or not _is_artifactory(request):
            return self.world.chainguard
        return replace(self.world.chainguard, images=mirrored)


def digest_of(world: World) -> str:
    """The digest cgr.dev has for the image of a world; empty if it has none."""
    images = [image for image in world.chainguard.images if f"/{image.path}" in world.image]
    return content(images[0]).index if images else ""


def unmarked(_response: Response) -> None:
    """The sign of a host that nobody knows Artifactory by: none."""


def _is_artifactory(request: Request) -> bool:
    return request.headers.get("user-agent", "").startswith("Artifactory/")


def _quiet(loop: asyncio.AbstractEventLoop, told: dict[str, object]) -> None:
    """Connections that end with the world are no news; asyncio would print a traceback for each."""
    if not isinstance(told.get("exception"), asyncio.CancelledError | ConnectionError | ssl.SSLError):
        loop.default_exception_handler(told)

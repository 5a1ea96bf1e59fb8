"""A simulated Docker engine on a unix socket: as much of its API as a client needs that looks and pulls."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import platform
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

API = "1.41"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
LAYER = "4f4fb700ef54"


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine. `info` are fields of `/info` that differ from those of a rootless engine on this machine.

    `images` maps references to the digest they are known by. `pull` is what becomes of a pull: `error` is the text of a
    failure, `digest` that of a success. `status` other than 200 refuses before the stream begins, as the engine does
    where it learns of the failure at once.
    """

    behaviour: Literal["ok", "silent", "garbage", "html", "flood"] = "ok"
    architecture: str = ""
    info: Mapping[str, Any] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    pull: Literal["works", "fails", "stalls", "retries", "crawls", "lies", "garbage"] = "works"
    status: int = 200
    error: str = ""
    digest: str = ""

    def version(self) -> dict[str, Any]:
        """`GET /version`."""
        machine = platform.machine()
        return {
            "Version": "20.10.24",
            "ApiVersion": API,
            "MinAPIVersion": "1.12",
            "Os": "linux",
            "Arch": self.architecture or ARCHITECTURES.get(machine, machine),
        }

    def whole_info(self) -> dict[str, Any]:
        """`GET /info`, the part that says how the engine reaches registries."""
        return {
            "Name": socket.gethostname(),
            "OperatingSystem": "Debian GNU/Linux 12 (bookworm)",
            "OSType": "linux",
            "Architecture": platform.machine(),
            "Driver": "vfs",
            "HttpProxy": "",
            "HttpsProxy": "",
            "NoProxy": "",
            "SecurityOptions": ["name=seccomp,profile=default", "name=rootless"],
            "RegistryConfig": {"InsecureRegistryCIDRs": ["127.0.0.0/8"], "IndexConfigs": {}, "Mirrors": []},
            **self.info,
        }


class Server:
    """Serves one engine; `heard` holds method, target and headers of every request. State of pulls lives here."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.images = dict(engine.images)
        self.heard: list[tuple[str, str, Mapping[str, str]]] = []

    @contextlib.asynccontextmanager
    async def on(self, path: Path) -> AsyncIterator[None]:
        """Listens on a socket at `path` until the block is left."""
        tasks: set[asyncio.Task[None]] = set()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is not None:
                tasks.add(task)
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._take(reader, writer)
                writer.close()
                await writer.wait_closed()
            writer.transport.abort()

        listening = await asyncio.start_unix_server(take, path)
        try:
            yield
        finally:
            for one in listening.sockets:
                asyncio.get_running_loop().remove_reader(one.fileno())
            await _turns()  # connections that are just being taken become tasks; a closed server would lose them
            listening.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _turns()  # and their transports are closed

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        self.heard.append((method, target, headers))
        if self.engine.behaviour == "silent":
            await asyncio.sleep(3600)
        elif self.engine.behaviour == "garbage":
            writer.write(b"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n")
        elif self.engine.behaviour == "html":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>")
        elif self.engine.behaviour == "flood":
            await _flood(writer)
        else:
            await self._answer(writer, method, target)
        await writer.drain()

    async def _answer(self, writer: asyncio.StreamWriter, method: str, target: str) -> None:
        parts = urlsplit(target)
        path = parts.path.removeprefix(f"/v{API}")
        if path == "/version":
            _whole(writer, 200, self.engine.version())
        elif path == "/info":
            _whole(writer, 200, self.engine.whole_info())
        elif method == "POST" and path == "/images/create":
            asked = parse_qs(parts.query)
            await self._pull(writer, asked["fromImage"][0], asked["tag"][0])
        elif path.startswith("/images/") and path.endswith("/json"):
            self._image(writer, unquote(path.removeprefix("/images/").removesuffix("/json")))
        else:
            _whole(writer, 404, {"message": "page not found"})

    def _image(self, writer: asyncio.StreamWriter, reference: str) -> None:
        digest = self.images.get(reference)
        if digest is None:
            _whole(writer, 404, {"message": f"No such image: {reference}"})
            return
        name = reference.partition("@")[0]
        name = name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
        _whole(writer, 200, {"Id": "sha256:" + "1" * 64, "RepoTags": [reference], "RepoDigests": [f"{name}@{digest}"]})

    async def _pull(self, writer: asyncio.StreamWriter, name: str, tag: str) -> None:
        engine = self.engine
        if engine.pull == "fails" and engine.status != 200:
            _whole(writer, engine.status, {"message": engine.error})
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        _event(writer, status=f"Pulling from {name.partition('/')[2]}", id=tag)
        if engine.pull == "garbage":
            _chunk(
                writer,
                b"<html>\r\n\x00\xff not json\r\n[1,2]\r\n" + b'{"status":3}\r\n{"progressDetail":7,"status":"x"}\r\n',
            )
        for event in PULLING:
            _event(writer, **event)
            await writer.drain()
        await self._go_on(writer)
        if engine.pull == "fails":
            _event(writer, errorDetail={"message": engine.error}, error=engine.error)
        elif engine.pull in ("works", "garbage"):
            separator = "@" if ":" in tag else ":"
            self.images[f"{name}{separator}{tag}"] = engine.digest
            _event(writer, status="Pull complete", progressDetail={}, id=LAYER)
            _event(writer, status=f"Digest: {engine.digest}")
            _event(writer, status=f"Status: Downloaded newer image for {name}{separator}{tag}")
        _chunk(writer, b"")

    async def _go_on(self, writer: asyncio.StreamWriter) -> None:
        """For ever, in one of three ways: saying nothing, retrying, getting on byte by byte."""
        size = 1000
        while self.engine.pull in ("stalls", "retries", "crawls"):
            await asyncio.sleep(0.05)
            size += 1
            if self.engine.pull == "retries":
                _event(writer, status="Retrying in 1 second", progressDetail={}, id=LAYER)
            elif self.engine.pull == "crawls":
                _event(writer, status="Downloading", progressDetail={"current": size, "total": 10**9}, id=LAYER)
            await writer.drain()

    @property
    def logins(self) -> Sequence[dict[str, str]]:
        """The credentials that came with pulls, decoded."""
        sent = (headers.get("x-registry-auth") for _, _, headers in self.heard)
        return tuple(json.loads(base64.urlsafe_b64decode(text)) for text in sent if text)


PULLING: tuple[dict[str, Any], ...] = (
    {"status": "Pulling fs layer", "progressDetail": {}, "id": LAYER},
    {"status": "Downloading", "progressDetail": {"current": 1000, "total": 2000}, "id": LAYER},
)


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def _event(writer: asyncio.StreamWriter, **fields: Any) -> None:
    _chunk(writer, json.dumps(fields).encode() + b"\r\n")


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _whole(writer: asyncio.StreamWriter, status: int, value: Mapping[str, Any]) -> None:
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)


async def _flood(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        writer.write(b" " * 65536)
        await writer.drain()

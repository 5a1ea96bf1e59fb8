"""Two registries as fast as a benchmark needs them, cgr.dev and Artifactory, behind a relay that is as slow as a way.

A process of its own: `python -m benchmarks.registries FOLDER LATENCY` prints the ports of both, and serves until its
standard input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import ssl
import sys
from collections import Counter
from functools import lru_cache, partial
from pathlib import Path

from cgrdoctor.lab.certificates import Certificates

KEY = "cgr-private"
NAMES = ("acme.jfrog.io", "cgr.dev", "localhost")
INDEX = "application/vnd.oci.image.index.v1+json"


DIFFERS = "differs"
"""What is in the name of an image of which Artifactory serves another manifest."""


@lru_cache(maxsize=256)
def manifest(path: str) -> tuple[bytes, str]:
    """An index for an image's path and tag, and its digest."""
    entry = {
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "digest": "sha256:" + hashlib.sha256(path.encode()).hexdigest(),
        "size": 500,
        "platform": {"os": "linux", "architecture": "amd64"},
    }
    body = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}).encode()
    return body, "sha256:" + hashlib.sha256(body).hexdigest()


def answer(method: str, path: str, host: str, heard: Counter[str]) -> bytes:
    """One answer, whole."""
    bare = path.partition("?")[0]
    heard[f"{'token' if bare == '/token' else method} {host.partition(':')[0]}"] += 1
    if bare == "/v2/":
        challenge = f'Bearer realm="https://{host}/token",service="{host}"'
        return response(401, b"{}", ("WWW-Authenticate", challenge))
    if bare == "/token":
        name = hashlib.sha256(path.encode()).hexdigest()
        return response(200, json.dumps({"token": name * 8, "expires_in": 3600}).encode())
    if "/manifests/" in bare:
        name = bare.removeprefix("/v2/")
        body, digest = manifest(name if DIFFERS in name else name.removeprefix(f"{KEY}/"))
        headers = (("Docker-Content-Digest", digest), ("Content-Type", INDEX))
        return response(200, body, *headers, headed=method == "HEAD")
    if bare.startswith("/artifactory/api/repositories/"):
        return response(200, json.dumps({"key": KEY, "rclass": "remote"}).encode())
    if bare.startswith("/artifactory/api/storage/"):
        told = {"lastUpdated": "2026-01-01T00:00:00.000Z", "checksums": {"sha256": "0" * 64}, "size": "500"}
        return response(200, json.dumps(told).encode())
    return response(404, b"{}")


def response(status: int, body: bytes, *headers: tuple[str, str], headed: bool = False) -> bytes:
    """An HTTP/1.1 response."""
    typed = (
        headers
        if any(name == "Content-Type" for name, _ in headers)
        else (*headers, ("Content-Type", "application/json"))
    )
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in typed), f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (b"" if headed else body)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Counter[str]) -> None:
    """One connection."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            host = next(line.partition(":")[2].strip() for line in head if line.lower().startswith("host:"))
            writer.write(answer(method, path, host, heard))
            await writer.drain()
    writer.close()


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, latency: float) -> None:
    """Carries bytes to and fro, each way half of the latency late."""
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(_carry(reader, far_writer, latency / 2), _carry(far_reader, writer, latency / 2))


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, late: float) -> None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            loop.call_later(late, sink.write, data)
    loop.call_later(late, sink.close)


async def main(folder: Path, latency: float) -> None:
    """Serves both, and prints their ports."""
    certificates = Certificates(folder, NAMES)
    context = certificates.main()
    heard: Counter[str] = Counter()
    ports = []
    for _ in range(2):
        server = await asyncio.start_server(partial(serve, heard=heard), "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        if latency:
            way = await asyncio.start_server(partial(relay, port=port, latency=latency), "127.0.0.1", 0)
            port = way.sockets[0].getsockname()[1]
        ports.append(port)
    print(*ports, flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(heard), flush=True)
        heard.clear()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2])))

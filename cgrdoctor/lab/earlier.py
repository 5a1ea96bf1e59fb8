"""Pulls that were made before anybody looked: what they leave in Artifactory (copies, misses, the offline state)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from cgrdoctor.lab.upstream import ACCEPT

Ask = Callable[[str, Request], Awaitable[Response]]
"""Hands a request to the server of a host."""

REALM = re.compile(r'\bBearer realm="(https?://[^"]{1,2000})"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Client:
    """A client that pulls as docker does: HEAD, whatever comes of it GET, the manifest of a platform, every blob."""

    ask: Ask
    image: str
    login: tuple[str, str] | None

    async def pull(self) -> None:
        """One pull, which ends with the first answer that is no success."""
        host, _, rest = self.image.partition("/")
        path, reference = _split(rest)
        bearer = await self._token(host, f"/v2/{path}/manifests/{reference}")
        if bearer is None:
            return
        await self._get(host, f"/v2/{path}/manifests/{reference}", bearer, "HEAD")
        found = await self._get(host, f"/v2/{path}/manifests/{reference}", bearer)
        while found is not None and found.get("manifests"):
            found = await self._get(host, f"/v2/{path}/manifests/{found['manifests'][0]['digest']}", bearer)
        if found is None:
            return
        for part in (found.get("config"), *found.get("layers", ())):
            if part and await self._get(host, f"/v2/{path}/blobs/{part['digest']}", bearer) is None:
                return

    async def _token(self, host: str, path: str) -> str | None:
        """The header that the registry asks for; empty where it asks for none, None where there is none to be had."""
        answer = await self.ask(host, _request(host, path, "GET"))
        realm = REALM.search(answer.headers.get("www-authenticate", ""))
        if answer.status_code != 401:
            return ""
        if realm is None:
            return None
        pair = base64.b64encode(":".join(self.login).encode()).decode() if self.login else ""
        url = urlsplit(realm[1])
        told = await self.ask(url.hostname or host, _request(url.netloc, url.path, "GET", f"Basic {pair}" * bool(pair)))
        token = _json(told).get("token") if told.status_code == 200 else None
        return f"Bearer {token}" if token else None

    async def _get(self, host: str, path: str, bearer: str, method: str = "GET") -> dict[str, Any] | None:
        """What came as an object, empty where it is none; None for anything but a success."""
        answer = await self.ask(host, _request(host, path, method, bearer))
        return _json(answer) if answer.status_code in (200, 206, 302, 307) else None


def _split(rest: str) -> tuple[str, str]:
    """Path, and digest or tag."""
    if "@" in rest:
        path, _, digest = rest.partition("@")
        return path, digest
    path, colon, tag = rest.rpartition(":")
    return (path, tag) if colon and "/" not in tag else (rest, "latest")


def _json(answer: Response) -> dict[str, Any]:
    try:
        value = json.loads(bytes(answer.body))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _request(host: str, path: str, method: str, authorization: str = "") -> Request:
    headers = {"host": host, "accept": ACCEPT, "user-agent": "docker/28.2.2", "authorization": authorization}
    return Request(
        {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "server": (host, 443),
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value],
        },
        _nothing,
    )


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}

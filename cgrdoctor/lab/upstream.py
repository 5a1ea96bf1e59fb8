"""Artifactory's own client: fetches from cgr.dev over real HTTPS, with its own credential, as a remote does."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from cgrdoctor.lab.world import Wire

ACCEPT = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
CAUSES: dict[type[Exception], str] = {
    httpx.ConnectTimeout: "Connect to {host}:443 [{host}/127.0.0.1] failed: connect timed out",
    httpx.ReadTimeout: "Read timed out",
    httpx.ConnectError: "Connect to {host}:443 [{host}/127.0.0.1] failed: Connection refused",
    httpx.RemoteProtocolError: "{host}:443 failed to respond",
    httpx.ReadError: "Connection reset",
}
WORDED: Mapping[Wire, str] = {
    "dns": "java.net.UnknownHostException: {host}: Name or service not known",
    "no-route": "java.net.NoRouteToHostException: No route to host (Host unreachable)",
    "proxy-refused": "CONNECT refused by proxy: HTTP/1.1 407 Proxy Authentication Required",
}
"""Behaviours of Artifactory's arm that loopback has no socket for, in Java's words."""

UNSEEN = (*WORDED, "no-head", "slow-layers")
"""Behaviours for which Artifactory's arm needs no server of its own."""

SMALL = 10_000
"""Bytes that even a slow way brings in time."""

PKIX = (
    "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: "
    "unable to find valid certification path to requested target"
)


class UpstreamError(Exception):
    """The exchange with upstream broke; the text is the cause as Java words it."""


class TokenError(Exception):
    """No token came back; `realm` and `scope` are those that were asked."""

    def __init__(self, realm: str, scope: str) -> None:
        super().__init__(realm)
        self.realm, self.scope = realm, scope


@dataclass(frozen=True, slots=True)
class Reply:
    """What upstream answered, redirects followed."""

    status: int
    body: bytes
    headers: httpx.Headers
    url: str

    @property
    def media_type(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip()


@dataclass(frozen=True, slots=True)
class Client:
    """Asks hosts where `routes` says they are. `arm` is how each behaves towards Artifactory."""

    routes: Mapping[str, str]
    arm: Mapping[str, Wire]
    context: ssl.SSLContext
    timeout: float

    async def get(
        self,
        url: str,
        *,
        username: str = "",
        password: str = "",
        token_authentication: bool = True,
        lenient: bool = False,
        scope: str = "",
        method: str = "GET",
    ) -> Reply:
        """GET with the token exchange and redirects. Raises UpstreamError and TokenError."""
        headers = {"Accept": ACCEPT, "User-Agent": "Artifactory/7.161.15 86115900"}
        reply = await self._send(method, url, headers)
        if reply.status == 401 and token_authentication:
            token = await self._token(reply, scope, (username, password) if username else None)
            headers["Authorization"] = f"Bearer {token}"
            reply = await self._send(method, url, headers)
        hops = 0
        while reply.status in (301, 302, 303, 307, 308) and hops < 5:
            target = str(httpx.URL(reply.url).join(reply.headers.get("location", "")))
            if urlsplit(target).netloc != urlsplit(url).netloc and not lenient:
                headers.pop("Authorization", None)
            reply = await self._send(method, target, headers)
            hops += 1
        return reply

    def look_for(self, url: str) -> None:
        """The HEAD by which a manifest is looked for before it is fetched. Raises UpstreamError where none passes."""
        if self.arm.get(httpx.URL(url).host) == "no-head":
            raise UpstreamError("HEAD request failed: HTTP/1.1 405 Method Not Allowed")

    async def touch(self, url: str) -> Reply:
        """One GET as it is: no token, no redirect. Raises UpstreamError."""
        return await self._send("GET", url, {"User-Agent": "Artifactory/7.161.15 86115900"})

    async def _token(self, challenged: Reply, scope: str, pair: tuple[str, str] | None) -> str:
        told = challenged.headers.get("www-authenticate", "")
        realm = told.partition('realm="')[2].partition('"')[0]
        service = told.partition('service="')[2].partition('"')[0]
        if not told.lower().startswith("bearer") or not realm:
            raise TokenError(realm or challenged.url, scope)
        url = str(httpx.URL(realm, params={"service": service, "scope": scope}))
        headers = {"User-Agent": "Artifactory/7.161.15 86115900"}
        if pair:
            headers["Authorization"] = "Basic " + base64.b64encode(":".join(pair).encode()).decode()
        reply = await self._send("GET", url, headers)
        token = httpx.Response(200, content=reply.body).json().get("token") if reply.status == 200 else None
        if not token:
            raise TokenError(realm, scope)
        return str(token)

    async def _send(self, method: str, url: str, headers: Mapping[str, str]) -> Reply:
        parts = httpx.URL(url)
        host = parts.host
        behaviour = self.arm.get(host, "ok")
        words = WORDED.get(behaviour)
        if words is not None:
            raise UpstreamError(words.format(host=host))
        address = self.routes.get(host)
        if address is None:
            raise UpstreamError(f"java.net.UnknownHostException: {host}")
        scheme, _, place = address.rpartition("://")
        target = parts.copy_with(scheme=scheme or parts.scheme, netloc=place.encode())
        sent = {**headers, "Host": host}
        try:
            async with httpx.AsyncClient(verify=self.context, timeout=self.timeout, trust_env=False) as client:
                found = await client.request(method, target, headers=sent, extensions={"sni_hostname": host})
                if behaviour == "slow-layers" and len(found.content) > SMALL:
                    raise UpstreamError("Read timed out")
                return Reply(found.status_code, found.content, found.headers, url)
        except httpx.HTTPError as error:
            raise UpstreamError(_cause(error, host)) from error


def _cause(error: httpx.HTTPError, host: str) -> str:
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, ssl.SSLCertVerificationError):
            return PKIX
        if isinstance(chain, ConnectionResetError):
            return CAUSES[httpx.ReadError]
        chain = chain.__cause__ or chain.__context__
    text = next((text for kind, text in CAUSES.items() if isinstance(error, kind)), "Connection closed")
    return text.format(host=host)

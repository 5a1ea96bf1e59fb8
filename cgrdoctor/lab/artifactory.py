"""Artifactory as clients see it, and the reverse proxy before it: which request goes to which part."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cgrdoctor.lab import clearing
from cgrdoctor.lab.chainguard import error
from cgrdoctor.lab.diagnosis import Diagnosis
from cgrdoctor.lab.docker_api import DockerApi
from cgrdoctor.lab.envelopes import PAGE, proxy_page, rest_error
from cgrdoctor.lab.remote import Remote
from cgrdoctor.lab.rest import Rest
from cgrdoctor.lab.upstream import Client
from cgrdoctor.lab.users import may_read, user_of
from cgrdoctor.lab.world import User, World

A_WHILE = 60.0
"""Seconds between what clients did before and what anybody looks at now."""

LOCKED = {
    "eula": "In order to use Artifactory you must accept the EULA first",
    "licence": "License expired or not installed",
}
"""Why a whole instance is locked (Artifactory OSS 6.20)."""

BLIND = (
    "cgr-private: Error in getting information for 'acme.com/python' (Failed retrieving resource from "
    "https://cgr.dev/: Connect to cgr.dev:443 failed: connect timed out)."
)


class Server:
    """One Artifactory. State that a run changes (caches, misses, settings) lives here, never in the world."""

    def __init__(self, world: World, client: Client) -> None:
        own = (replace(one, fields=dict(one.fields)) for one in world.artifactory.repositories)
        self.world = world = world.artifactory_with(repositories=tuple(own))
        self._asked: Counter[str] = Counter()
        self._given_up: set[str] = set()
        self.state = world.artifactory
        waits = {"socketTimeoutMillis": 1000} if world.upstream_silent else {}
        self.remotes = {
            repository.key: Remote(repository, {**repository.configuration(), **waits}, self.state, client)
            for repository in self.state.repositories
            if repository.rclass == "remote"
        }
        for remote in self.remotes.values():
            remote.fill(world.chainguard.images)
        self._diagnosis = Diagnosis(self.state, self.remotes, client)
        self._rest = Rest(world, self.remotes)
        self._docker = DockerApi(world, self.remotes)

    def count_anew(self) -> None:
        """Lets the load balancer begin again with the first node, a while later."""
        self._asked.clear()
        self._given_up.clear()
        for remote in self.remotes.values():
            remote.grow_older(A_WHILE)

    async def answer(self, request: Request) -> Response:
        """Any request to Artifactory's host."""
        second = self._second_node(request.url.path)
        response = self._of_second_node(request.url.path) if second else None
        response = response or await self._answer(request)
        if self._gives_up(request.url.path, response):
            return proxy_page(504, "Gateway Time-out")
        limited = self.state.limits == "gateway" and response.status_code == 429
        self.sign(response, "node-2" if second else "node-1", named=not limited)
        return response

    def sign(self, response: Response, node: str = "node-1", *, named: bool = True) -> None:
        """Puts on the headers every answer has, unless they are there; without `named` those of the clock only."""
        if self.state.signs and named:
            response.headers.setdefault("X-JFrog-Version", f"Artifactory/{self.state.version} 86115900")
            response.headers.setdefault("X-Artifactory-Id", "c0ffee:1a2b3c:4d5e6f:-8000")
            response.headers.setdefault("X-Artifactory-Node-Id", node)
        if self.state.clock_skew:
            response.headers.setdefault("Date", formatdate(time.time() + self.state.clock_skew, usegmt=True))

    def _second_node(self, path: str) -> bool:
        """Whether the load balancer sends this request to the second node; requests for a manifest begin there."""
        self._asked[path] += 1
        begins = 1 if "/manifests/" in path and "sha256" not in path else 0
        return bool(self.state.second_node) and self._asked[path] % 2 == begins

    def _gives_up(self, path: str, response: Response) -> bool:
        """Whether the gateway waits too long for a manifest, which Artifactory has to fetch first."""
        fetched = "/manifests/" in path and response.status_code < 300
        again = path in self._given_up and self.state.impatient == "first"
        if not self.state.impatient or not fetched or again:
            return False
        self._given_up.add(path)
        return True

    def _of_second_node(self, path: str) -> Response | None:
        if self.state.second_node == "sick":
            return rest_error(503, "Service Unavailable")
        manifest = "/manifests/" in path and "sha256" not in path
        if manifest and self.state.second_node == "blind":
            return error(404, "NOT FOUND", BLIND)
        if self.state.second_node == "missed" and manifest:
            return error(404, "MANIFEST_UNKNOWN", "The named manifest is not known to the registry.")
        return None

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        base = f"/{self.world.context}"
        unwell = self._unwell(path) or self._limited(path)
        if unwell is not None:
            return unwell
        if path.startswith("/v2/"):
            return await self._registry(request, path.removeprefix("/v2/"))
        if path.startswith(f"{base}/api/docker/"):
            key, _, rest = path.removeprefix(f"{base}/api/docker/").partition("/v2/")
            return await self._docker.answer(request, key, rest)
        if not self._serves_rest(request):
            return proxy_page(404, "Not Found")
        if path == f"{base}/api/system/verifyconnection":
            return await self._diagnosis.verify(request, user_of(self.state, request))
        if path.startswith(f"{base}/api/"):
            return await self._rest.answer(request, path.removeprefix(f"{base}/api/"))
        if path.startswith("/router/api/v1/system/health"):
            return self._router()
        if path == "/access/api/v1/tokens/me":
            return self._tokens_me(request)
        if request.method == "DELETE" and path.startswith(f"{base}/"):
            user, item = user_of(self.state, request), path.removeprefix(f"{base}/")
            return clearing.delete(self.state, self.remotes, user, item)
        if path.startswith(f"{base}/") and "trace" in request.query_params:
            return self._trace(request, path.removeprefix(f"{base}/"))
        return PlainTextResponse("404 page not found", 404)

    def _unwell(self, path: str) -> Response | None:
        if self.state.health == "bad-gateway":
            return proxy_page(502, "Bad Gateway")
        if self.state.health == "starting" and not path.startswith("/router"):
            return Response(PAGE.format(title="Artifactory is starting up"), 503, media_type="text/html")
        if self.state.health in LOCKED and not path.startswith("/router"):
            return rest_error(503, LOCKED[self.state.health])
        return None

    def _limited(self, path: str) -> Response | None:
        if self.state.limits == "artifactory" and path.endswith("/token"):
            return error(429, "TOOMANYREQUESTS", "Too many requests", Retry_After="60")
        if self.state.limits == "gateway" and "/manifests/" in path:
            page = proxy_page(429, "Too Many Requests")
            page.headers["Retry-After"] = "5"
            return page
        return None

    async def _registry(self, request: Request, rest: str) -> Response:
        """`/v2/...`, which the reverse proxy rewrites by its access method."""
        if not self.state.docker_routed:
            return proxy_page(404, "Not Found")
        key, inner = self._routed(request, rest)
        stripped = bool(self.state.strips_authorization)
        return await self._docker.answer(request, key, inner, stripped=stripped)

    def _routed(self, request: Request, rest: str) -> tuple[str, str]:
        """Key and rest by the access method: port and sub-domain by host, else the first segment."""
        if self.state.misrouted_to is not None and rest not in ("", "token"):
            return self.state.misrouted_to, rest
        host = request.headers.get("host", "").removesuffix(":443")
        label = host.partition(".")[0]
        by_host = self.state.hosts.get(host) or (label if label != "acme" and self.state.repository(label) else None)
        if by_host is not None:
            return by_host, rest
        if rest in ("", "token"):
            return "", rest
        key, _, inner = rest.partition("/")
        return key, inner

    def _serves_rest(self, request: Request) -> bool:
        hosts = self.state.rest_hosts
        return hosts is None or request.headers.get("host", "").removesuffix(":443") in hosts

    def _router(self) -> Response:
        well = self.state.health == "ok"
        state = "HEALTHY" if well else "UNHEALTHY"
        services = [
            {"service_id": "jfrt@01", "node_id": "node-1", "state": state, "message": "OK" if well else "starting"}
        ]
        body = {"router": {"node_id": "node-1", "state": state, "message": "OK"}, "services": services}
        return JSONResponse(body, 200 if well else 503)

    def _trace(self, request: Request, path: str) -> Response:
        key, _, inner = path.partition("/")
        user = user_of(self.state, request)
        if isinstance(user, str) or not may_read(self.state, user, key):
            return rest_error(401 if isinstance(user, str) else 403, "Forbidden")
        return self._diagnosis.trace(key, inner, user)

    def _tokens_me(self, request: Request) -> Response:
        user = user_of(self.state, request)
        if not isinstance(user, User):
            return rest_error(401, "Authentication is required")
        return JSONResponse({"subject": f"jfac@01/users/{user.name}", "expiry": int(time.time()) + 86400})

"""Artifactory as clients see it: REST, Docker API, token endpoint, and the reverse proxy before it."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from cgrdoctor.lab.chainguard import basic_pair, error, manifest, ranged, sign, tag_list, unsign
from cgrdoctor.lab.content import content
from cgrdoctor.lab.diagnosis import Diagnosis
from cgrdoctor.lab.remote import Entry, Refusal, Remote, unknown
from cgrdoctor.lab.upstream import Client
from cgrdoctor.lab.world import Repository, User, World

PARTIAL = ("key", "rclass", "packageType", "description", "url")
HTML = "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
NOT_LICENSED = "In order to use Artifactory you must accept the EULA first"


def rest_error(status: int, message: str, **headers: str) -> Response:
    """Artifactory's REST envelope, printed as Jackson does."""
    body = json.dumps({"errors": [{"status": status, "message": message}]}, indent=2, separators=(",", " : "))
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, shown, "application/json")


class Server:
    """One Artifactory. State that a run changes (caches, misses) lives here, never in the world."""

    def __init__(self, world: World, client: Client) -> None:
        self.world = world
        self._asked: Counter[str] = Counter()
        self.state = world.artifactory
        self.remotes = {
            repository.key: Remote(repository, repository.configuration(), self.state, client)
            for repository in self.state.repositories
            if repository.rclass == "remote"
        }
        for remote in self.remotes.values():
            remote.fill(world.chainguard.images)
        self._diagnosis = Diagnosis(self.state, self.remotes, client)

    async def answer(self, request: Request) -> Response:
        """Any request to Artifactory's host."""
        second = self._second_node(request.url.path)
        response = self._of_second_node(request.url.path) if second else None
        response = response or await self._answer(request)
        if self.state.signs:
            response.headers["X-JFrog-Version"] = f"Artifactory/{self.state.version} 86115900"
            response.headers["X-Artifactory-Id"] = "c0ffee:1a2b3c:4d5e6f:-8000"
            response.headers["X-Artifactory-Node-Id"] = "node-2" if second else "node-1"
        if self.state.clock_skew:
            response.headers["Date"] = formatdate(time.time() + self.state.clock_skew, usegmt=True)
        return response

    def _second_node(self, path: str) -> bool:
        """Whether the load balancer sends this request to the second node; requests for a manifest begin there."""
        self._asked[path] += 1
        begins = 1 if "/manifests/" in path and "sha256" not in path else 0
        return bool(self.state.second_node) and self._asked[path] % 2 == begins

    def _of_second_node(self, path: str) -> Response | None:
        if self.state.second_node == "sick":
            return rest_error(503, "Service Unavailable")
        if "/manifests/" in path and "sha256" not in path:
            return error(404, "MANIFEST_UNKNOWN", "The named manifest is not known to the registry.")
        return None

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        base = f"/{self.world.context}"
        unwell = self._unwell(path)
        if unwell is not None:
            return unwell
        if path.startswith("/v2/"):
            if not self.state.docker_routed:
                return Response(HTML.format(title="404 Not Found"), 404, {"Server": "nginx/1.24.0"}, "text/html")
            return await self._docker(request, *self._routed(request, path.removeprefix("/v2/")))
        if path.startswith(f"{base}/api/docker/"):
            key, _, rest = path.removeprefix(f"{base}/api/docker/").partition("/v2/")
            return await self._docker(request, key, rest)
        if path == f"{base}/api/system/verifyconnection":
            return await self._diagnosis.verify(request, self._user(request))
        if path.startswith(f"{base}/api/"):
            return await self._rest(request, path.removeprefix(f"{base}/api/"))
        if path.startswith("/router/api/v1/system/health"):
            return self._router()
        if path == "/access/api/v1/tokens/me":
            return self._tokens_me(request)
        if path.startswith(f"{base}/") and "trace" in request.query_params:
            return self._trace(request, path.removeprefix(f"{base}/"))
        return PlainTextResponse("404 page not found", 404)

    def _unwell(self, path: str) -> Response | None:
        if self.state.health == "bad-gateway":
            return Response(HTML.format(title="502 Bad Gateway"), 502, {"Server": "nginx/1.24.0"}, "text/html")
        if self.state.health == "starting" and not path.startswith("/router"):
            return Response(HTML.format(title="Artifactory is starting up"), 503, media_type="text/html")
        if self.state.health == "eula" and not path.startswith("/router"):
            return rest_error(503, NOT_LICENSED)
        return None

    def _router(self) -> Response:
        well = self.state.health == "ok"
        state = "HEALTHY" if well else "UNHEALTHY"
        services = [
            {"service_id": "jfrt@01", "node_id": "node-1", "state": state, "message": "OK" if well else "starting"}
        ]
        body = {"router": {"node_id": "node-1", "state": state, "message": "OK"}, "services": services}
        return JSONResponse(body, 200 if well else 503)

    def _routed(self, request: Request, rest: str) -> tuple[str, str]:
        """Key and rest by the access method: port and sub-domain by host, else the first segment."""
        host = request.headers.get("host", "").partition(":")[0]
        label = host.partition(".")[0]
        if label != "acme" and self.state.repository(label) is not None:
            return label, rest
        if rest in ("", "token"):
            return "", rest
        key, _, inner = rest.partition("/")
        return key, inner

    def _trace(self, request: Request, path: str) -> Response:
        key, _, inner = path.partition("/")
        user = self._user(request)
        if isinstance(user, str) or not self._may_read(user, key):
            return rest_error(401 if isinstance(user, str) else 403, "Forbidden")
        return self._diagnosis.trace(key, inner, user)

    # Who is asking

    def _user(self, request: Request) -> User | str | None:
        """The user, None for nobody, or a text that says why the credential is refused."""
        value = "" if self.state.strips_authorization else request.headers.get("authorization", "")
        if not value:
            return None
        pair = basic_pair(value)
        token = value.partition(" ")[2]
        for user in self.state.users:
            if pair is not None and pair[0] == user.name and pair[1] in (user.password, user.token):
                return user
            if pair is None and token == user.token:
                return user
            if pair is None and unsign(token) == f"docker|{user.name}":
                return user
        return "Bad Credentials" if pair is not None else "Props Authentication Token not found"

    def _may_read(self, user: User | None, key: str) -> bool:
        if user is None:
            return self.state.anonymous
        return user.admin or user.reads is None or key in user.reads

    # REST

    async def _rest(self, request: Request, path: str) -> Response:
        if path == "system/ping":
            return PlainTextResponse("OK")
        if path in ("v1/system/readiness", "v1/system/liveness"):
            return JSONResponse({"code": "OK"})
        user = self._user(request)
        if isinstance(user, str):
            return rest_error(401, user)
        if user is None and not self.state.anonymous:
            return rest_error(401, "Authentication is required", WWW_Authenticate='Basic realm="Artifactory Realm"')
        if path == "system/version":
            return JSONResponse({"version": self.state.version, "revision": "86115900", "addons": ["docker", "rest"]})
        if path == "repositories":
            return self._list(request, user)
        if path.startswith(("repositories/", "v2/repositories/")):
            return await self._repository(request, user, path)
        if path.startswith("storage/"):
            return self._storage(request, user, path.removeprefix("storage/"))
        return rest_error(404, "File not found.")

    def _list(self, request: Request, user: User | None) -> Response:
        kind = request.query_params.get("type", "").lower()
        package = request.query_params.get("packageType", "").lower()
        rows = [
            self._row(repository)
            for repository in self.state.repositories
            if self._may_read(user, repository.key)
            and kind in ("", repository.rclass)
            and package in ("", repository.package_type)
        ]
        return JSONResponse(rows)

    def _row(self, repository: Repository) -> dict[str, Any]:
        settings = self._settings(repository)
        url = (
            settings["url"] if repository.rclass == "remote" else f"https://acme.jfrog.io/artifactory/{repository.key}"
        )
        return {
            "key": repository.key,
            "type": repository.rclass.upper(),
            "url": url,
            "packageType": repository.package_type.capitalize(),
        }

    def _settings(self, repository: Repository) -> dict[str, Any]:
        remote = self.remotes.get(repository.key)
        return remote.settings if remote else repository.configuration()

    async def _repository(self, request: Request, user: User | None, path: str) -> Response:
        newer = path.startswith("v2/")
        key = path.rpartition("/")[2]
        repository = self.state.repository(key)
        if repository is None:
            absent = 404 if newer else self.state.absent_v1
            return rest_error(absent, f"The repository {key} was not found" if absent == 404 else "Bad Request")
        if not self._may_read(user, key):
            return rest_error(404 if self.state.hide_existence else 403, "Forbidden")
        if request.method == "POST":
            return await self._update(request, user, repository)
        return JSONResponse(self._view(repository, user, newer=newer))

    def _view(self, repository: Repository, user: User | None, *, newer: bool) -> dict[str, Any]:
        settings = dict(self._settings(repository))
        if repository.rclass == "virtual":
            settings = {
                "key": repository.key,
                "rclass": "virtual",
                "packageType": repository.package_type,
                "description": "",
                "repositories": list(repository.members),
                "includesPattern": "**/*",
            }
        if repository.rclass == "local":
            settings = {name: settings[name] for name in ("key", "rclass", "packageType", "description")}
        if settings.get("password"):
            settings["password"] = "AM.2e5f8a.encrypted"  # noqa: S105 - what the lab answers instead of a password
        if user is None or not user.admin:
            settings = {name: settings[name] for name in PARTIAL if name in settings}
        if newer:
            settings["type"] = settings.pop("rclass")
        return settings

    async def _update(self, request: Request, user: User | None, repository: Repository) -> Response:
        if user is None or not user.admin:
            return rest_error(403, "Forbidden")
        changes = await request.json()
        remote = self.remotes[repository.key]
        remote.settings.update({name: value for name, value in changes.items() if name in remote.settings})
        remote.misses.clear()
        remote.offline_until = 0
        return PlainTextResponse(f"Repository {repository.key} update successfully.")

    def _storage(self, request: Request, user: User | None, path: str) -> Response:
        key, _, inner = path.partition("/")
        remote = self.remotes.get(key.removesuffix("-cache"))
        if remote is None or not key.endswith("-cache"):
            return rest_error(404, "Unable to find item")
        if not self._may_read(user, remote.key):
            return rest_error(404 if self.state.hide_existence else 403, f"Request for '{key}:{inner}' is forbidden")
        here = f"{str(request.base_url).rstrip('/')}/{self.world.context}/api/storage/{key}/{inner}"
        entry = remote.cache.get(inner)
        if entry is not None:
            return JSONResponse(_file_info(key, inner, entry, remote.settings["url"], here))
        children = sorted(
            {name[len(inner) + 1 :].partition("/")[0] for name in remote.cache if name.startswith(f"{inner}/")}
        )
        if not children:
            return rest_error(404, "Unable to find item")
        listed = [{"uri": f"/{child}", "folder": f"{inner}/{child}" not in remote.cache} for child in children]
        return JSONResponse({"repo": key, "path": f"/{inner}", "children": listed, "uri": here})

    def _tokens_me(self, request: Request) -> Response:
        user = self._user(request)
        if not isinstance(user, User):
            return rest_error(401, "Authentication is required")
        return JSONResponse({"subject": f"jfac@01/users/{user.name}", "expiry": int(time.time()) + 86400})

    # Docker API

    async def _docker(self, request: Request, key: str, rest: str) -> Response:
        if rest == "token":
            return self._token(request)
        user = self._user(request)
        if rest == "":
            return self._ping(request, user)
        if isinstance(user, str):
            return error(
                401, "UNAUTHORIZED", "authentication required", WWW_Authenticate=self._challenge(request, key, rest)
            )
        if user is None and not self.state.anonymous:
            return error(
                401, "UNAUTHORIZED", "authentication required", WWW_Authenticate=self._challenge(request, key, rest)
            )
        try:
            return await self._content(request, user, key, rest)
        except Refusal as refusal:
            if refusal.artifactory:
                return rest_error(refusal.status, refusal.message)
            return error(refusal.status, refusal.code, refusal.message)

    def _ping(self, request: Request, user: User | str | None) -> Response:
        if isinstance(user, User) or (user is None and self.state.anonymous):
            return Response(None, 200, {"Docker-Distribution-Api-Version": "registry/2.0"})
        headers = {"Docker-Distribution-Api-Version": "registry/2.0"}
        answer = error(
            401, "UNAUTHORIZED", "authentication required", WWW_Authenticate=self._challenge(request, "", "")
        )
        answer.headers.update(headers)
        return answer

    def _challenge(self, request: Request, key: str, rest: str) -> str:
        host = request.headers.get("host", "acme.jfrog.io")
        realm = self.state.realm or f"https://{host}/v2/token"
        challenge = f'Bearer realm="{realm}",service="{host}"'
        name = rest.rpartition("/manifests/")[0] or rest.rpartition("/blobs/")[0]
        return f'{challenge},scope="repository:{name}:pull"' if key and name else challenge

    def _token(self, request: Request) -> Response:
        user = self._user(request)
        if isinstance(user, str) or (user is None and not self.state.anonymous):
            return rest_error(401, user if isinstance(user, str) else "Authentication is required")
        name = user.name if isinstance(user, User) else "anonymous"
        return JSONResponse({"token": sign(f"docker|{name}"), "expires_in": 9000})

    async def _content(self, request: Request, user: User | None, key: str, rest: str) -> Response:
        repository = self.state.repository(key)
        if repository is None:
            raise Refusal(404, "NAME_UNKNOWN", f"Repository '{key}' not known to registry.")
        if repository.package_type not in ("docker", "oci"):
            raise Refusal(400, "", "Unsupported docker repository request for 'v2'", artifactory=True)
        if not self._may_read(user, key):
            if self.state.hide_existence:
                raise unknown()
            raise Refusal(403, "UNAUTHORIZED", "The client does not have permission for manifest")
        if rest.endswith("/tags/list"):
            return await self._tags(request, repository, rest.removesuffix("/tags/list"))
        for kind in ("/manifests/", "/blobs/"):
            image, found, reference = rest.rpartition(kind)
            if found and kind == "/manifests/":
                return self._manifest(request, key, await self._find(repository, image, reference))
            if found:
                return self._blob(request, await self._find_blob(repository, image, reference), reference)
        raise Refusal(404, "NAME_UNKNOWN", "Repository name not known to registry.")

    async def _find(self, repository: Repository, image: str, reference: str) -> Entry:
        self._refuse_by_policy(repository, image)
        if repository.rclass == "remote":
            return await self.remotes[repository.key].manifest(image, reference)
        if repository.rclass == "local":
            return self._local(repository, image, reference)
        return await self._virtual(repository, image, reference)

    async def _virtual(self, repository: Repository, image: str, reference: str) -> Entry:
        """Locals and caches first, then the remotes; whatever a member refuses looks like a miss."""
        members = [member for key in repository.members if (member := self.state.repository(key)) is not None]
        for member in members:
            remote = self.remotes.get(member.key)
            cached = remote.cache.get(remote.manifest_path(image, reference)) if remote else None
            if cached is not None and not self._blocked(image):
                return cached
        last: Refusal = unknown()
        for member in members:
            try:
                return await self._find(member, image, reference)
            except Refusal as refusal:
                last = refusal if refusal.code == "NOT FOUND" else last
        raise last

    def _local(self, repository: Repository, image: str, reference: str) -> Entry:
        found = next((item for item in repository.images if item.path == image), None)
        made = content(found) if found else None
        digest = (
            reference
            if reference.startswith("sha256:")
            else made.index
            if made and found and reference in found.tags
            else ""
        )
        if made is None or digest not in made.manifests:
            raise unknown()
        body, media_type = made.manifests[digest]
        return Entry(body, media_type, time.time(), "", digest)

    async def _find_blob(self, repository: Repository, image: str, digest: str) -> Entry:
        if repository.rclass == "remote":
            return await self.remotes[repository.key].blob(image, digest)
        if repository.rclass == "local":
            for item in repository.images:
                if item.path == image and digest in content(item).blobs:
                    return Entry(content(item).blobs[digest], "application/octet-stream", time.time(), "", digest)
        for key in repository.members:
            member = self.state.repository(key)
            if member is None:
                continue
            try:
                return await self._find_blob(member, image, digest)
            except Refusal:
                continue
        raise Refusal(404, "BLOB_UNKNOWN", "blob unknown to registry")

    def _blocked(self, image: str) -> bool:
        return image in self.state.xray_blocked or image in self.state.curation_blocked

    def _refuse_by_policy(self, repository: Repository, image: str) -> None:
        if repository.rclass != "remote":
            return
        if image in self.state.xray_blocked:
            text = (
                "Artifact download request rejected: {path} was not downloaded due to the download blocking policy "
                "configured in Xray for {key}."
            )
            raise Refusal(
                403,
                "DENIED",
                self.state.texts.get("xray", text).format(path=f"{image}/manifest.json", key=repository.key),
            )
        if image in self.state.curation_blocked:
            text = "Package {path} was blocked by JFrog Curation due to the following policies violated: immature"
            raise Refusal(403, "DENIED", self.state.texts.get("curation", text).format(path=image))

    def _manifest(self, request: Request, key: str, entry: Entry) -> Response:
        headers = {
            "Docker_Distribution_Api_Version": "registry/2.0",
            "X_Artifactory_Filename": "list.manifest.json",
            "X_Artifactory_Docker_Registry": key,
            "Last_Modified": formatdate(entry.since, usegmt=True),
        }
        if entry.origin:
            headers["X_Artifactory_Origin_Remote_Path"] = entry.origin
        return manifest(request, entry.body, entry.media_type, entry.digest, **headers)

    def _blob(self, request: Request, entry: Entry, digest: str) -> Response:
        if self.state.download_host:
            return RedirectResponse(
                f"https://{self.state.download_host}/{digest}?X-Amz-Signature=0123456789abcdef", 302
            )
        return ranged(request, entry.body, Docker_Content_Digest=digest)

    async def _tags(self, request: Request, repository: Repository, image: str) -> Response:
        if repository.rclass == "remote":
            found = await self.remotes[repository.key].tags(image)
            return tag_list(request, image, [str(tag) for tag in found.get("tags", [])])
        if repository.rclass == "virtual":
            for key in repository.members:
                member = self.state.repository(key)
                if member is None or member.rclass == "local":
                    continue
                try:
                    return await self._tags(request, member, image)
                except Refusal:
                    continue
        raise Refusal(404, "NAME_UNKNOWN", "Repository name not known to registry.")


def _file_info(key: str, path: str, entry: Entry, url: str, here: str) -> dict[str, Any]:
    import hashlib

    moment = datetime.fromtimestamp(entry.since, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "repo": key,
        "path": f"/{path}",
        "created": moment,
        "lastModified": moment,
        "lastUpdated": moment,
        "remoteUrl": f"{url.rstrip('/')}/{path}",
        "mimeType": "application/json",
        "size": str(len(entry.body)),
        "checksums": {"sha256": hashlib.sha256(entry.body).hexdigest()},
        "uri": here,
    }

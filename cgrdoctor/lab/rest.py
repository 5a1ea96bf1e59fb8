"""Artifactory's REST API: health, version, repositories and their configuration, the storage API."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cgrdoctor.lab import clearing
from cgrdoctor.lab.envelopes import rest_error
from cgrdoctor.lab.remote import Entry, Remote
from cgrdoctor.lab.users import may_read, user_of
from cgrdoctor.lab.world import Repository, User, World

PRO_ONLY = (
    "This REST API is available only in Artifactory Pro (see: jfrog.com/artifactory/features). If you are already "
    "running Artifactory Pro please make sure your server is activated with a valid license key."
)
"""What an edition without this API says (Artifactory OSS 6.20)."""

PARTIAL = ("key", "rclass", "packageType", "description", "url")


class Rest:
    """The API over the repositories of one Artifactory."""

    def __init__(self, world: World, remotes: Mapping[str, Remote]) -> None:
        self.world = world
        self.state = world.artifactory
        self.remotes = remotes

    async def answer(self, request: Request, path: str) -> Response:
        """Any request below `/api/`."""
        if path == "system/ping":
            return PlainTextResponse("OK")
        if path in ("v1/system/readiness", "v1/system/liveness"):
            return JSONResponse({"code": "OK"})
        user = user_of(self.state, request, stripped=self.state.strips_authorization == "everywhere")
        if isinstance(user, str):
            return rest_error(401, user)
        if user is None and not (self.state.anonymous and self.state.anonymous_rest):
            return rest_error(401, "Authentication is required", WWW_Authenticate='Basic realm="Artifactory Realm"')
        if path == "system/version":
            return JSONResponse({"version": self.state.version, "revision": "86115900", "addons": ["docker", "rest"]})
        if path == "repositories":
            return self._list(request, user)
        if path.startswith(("repositories/", "v2/repositories/")):
            return await self._repository(request, user, path)
        if request.method == "POST" and path.startswith("zap/"):
            return clearing.zap(self.state, self.remotes, user, path.removeprefix("zap/"))
        if path.startswith("storage/"):
            return self._storage(request, user, path.removeprefix("storage/"))
        return rest_error(404, "File not found.")

    def _list(self, request: Request, user: User | None) -> Response:
        kind = request.query_params.get("type", "").lower()
        package = request.query_params.get("packageType", "").lower()
        rows = [
            self._row(repository)
            for repository in self.state.repositories
            if may_read(self.state, user, repository.key)
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
        if not self.state.shows_configuration:
            return PlainTextResponse(PRO_ONLY, 400)
        newer = path.startswith("v2/")
        key = path.rpartition("/")[2]
        repository = self.state.repository(key)
        if repository is None:
            absent = 404 if newer else self.state.absent_v1
            return rest_error(absent, f"The repository {key} was not found" if absent == 404 else "Bad Request")
        if not may_read(self.state, user, key):
            return rest_error(404 if self.state.hide_existence else 403, "Forbidden")
        if request.method == "POST":
            return await self._update(request, user, repository)
        return JSONResponse(self._view(repository, user, newer=newer))

    def _view(self, repository: Repository, user: User | None, *, newer: bool) -> dict[str, Any]:
        settings = dict(self._settings(repository))
        if repository.rclass == "virtual":
            settings = _virtual(repository)
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
        remote = self.remotes.get(repository.key)
        if remote is None:
            known = self._view(repository, user, newer=False)
            cast("dict[str, Any]", repository.fields).update({name: changes[name] for name in changes if name in known})
            return PlainTextResponse(f"Repository {repository.key} update successfully.")
        remote.settings.update({name: value for name, value in changes.items() if name in remote.settings})
        remote.misses.clear()
        remote.offline_until = 0
        return PlainTextResponse(f"Repository {repository.key} update successfully.")

    def _storage(self, request: Request, user: User | None, path: str) -> Response:
        key, _, inner = path.partition("/")
        remote = self.remotes.get(key.removesuffix("-cache"))
        if remote is None or not key.endswith("-cache"):
            return rest_error(404, "Unable to find item")
        if not may_read(self.state, user, remote.key):
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


def _virtual(repository: Repository) -> dict[str, Any]:
    """A virtual's configuration; it has no upstream fields."""
    return {
        "key": repository.key,
        "rclass": "virtual",
        "packageType": repository.package_type,
        "description": "",
        "repositories": list(repository.members),
        "includesPattern": "**/*",
        "excludesPattern": "",
        "dockerProjectId": "",
        "resolveDockerTagsByTimestamp": False,
        "artifactoryRequestsCanRetrieveRemoteArtifacts": False,
        "virtualRetrievalCachePeriodSecs": 600,
        **repository.fields,
    }


def _file_info(key: str, path: str, entry: Entry, url: str, here: str) -> dict[str, Any]:
    moment = datetime.fromtimestamp(entry.since, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "repo": key,
        "path": f"/{path}",
        "created": moment,
        "lastModified": moment,
        "lastUpdated": moment,
        "remoteUrl": f"{url.rstrip('/')}/{path}",
        "mimeType": "text/html" if entry.body.startswith(b"<!DOCTYPE") else "application/json",
        "size": str(len(entry.body)),
        "checksums": {"sha256": hashlib.sha256(entry.body).hexdigest()},
        "uri": here,
    }

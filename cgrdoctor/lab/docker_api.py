"""Artifactory's Docker API: challenge, token, manifests, blobs, tags of local, remote and virtual repositories."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import formatdate
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cgrdoctor.lab.chainguard import error, manifest, ranged, sign, tag_list
from cgrdoctor.lab.content import content
from cgrdoctor.lab.envelopes import rest_error
from cgrdoctor.lab.patterns import matched
from cgrdoctor.lab.remote import Entry, Refusal, Remote, unknown
from cgrdoctor.lab.users import may_read, user_of
from cgrdoctor.lab.virtual import by_priority, members
from cgrdoctor.lab.world import Repository, User, World

XRAY = (
    "Artifact download request rejected: {path} was not downloaded due to the download blocking policy configured in "
    "Xray for {key}."
)
CURATION = "Package {path} was blocked by JFrog Curation due to the following policies violated: immature"


class DockerApi:
    """The API over the repositories of one Artifactory."""

    def __init__(self, world: World, remotes: Mapping[str, Remote]) -> None:
        self.world = world
        self.state = world.artifactory
        self.remotes = remotes

    async def answer(self, request: Request, key: str, rest: str, *, stripped: bool = False) -> Response:
        """Any request below `/api/docker/<key>/v2/`; `stripped` of its Authorization on the way."""
        user = user_of(self.state, request, stripped=stripped or self.state.strips_authorization == "everywhere")
        if rest == "token" and request.method == "POST":
            return self._exchanged(await request.body())
        if rest == "token":
            return self._token(user)
        if rest == "":
            return self._ping(request, user)
        if isinstance(user, str) or (user is None and not self.state.anonymous):
            return self._unauthorized(request, key, rest)
        try:
            return await self._content(request, user, key, rest)
        except Refusal as refusal:
            if refusal.artifactory:
                return rest_error(refusal.status, refusal.message)
            return error(refusal.status, refusal.code, refusal.message)

    def _ping(self, request: Request, user: User | str | None) -> Response:
        headers = {"Docker-Distribution-Api-Version": "registry/2.0"}
        if isinstance(user, User) or (user is None and self.state.anonymous):
            return Response(None, 200, headers)
        answer = self._unauthorized(request, "", "")
        answer.headers.update(headers)
        return answer

    def _unauthorized(self, request: Request, key: str, rest: str) -> Response:
        challenge = self.state.challenge.format(own=self._challenge(request, key, rest))
        headers = {"WWW_Authenticate": challenge} if challenge else {}
        return error(401, "UNAUTHORIZED", "authentication required", **headers)

    def _challenge(self, request: Request, key: str, rest: str) -> str:
        """The root realm at `/v2/`; at a resource one of its repository, with the scope."""
        host = request.headers.get("host", "acme.jfrog.io")
        own = f"{self.world.context}/api/docker/{key}/v2" if key and self.state.realm_form == "repository" else "v2"
        realm = self.state.realm or f"https://{host}/{own}/token"
        challenge = f'Bearer realm="{realm}",service="{host}"'
        name = rest.rpartition("/manifests/")[0] or rest.rpartition("/blobs/")[0]
        return f'{challenge},scope="repository:{name}:pull"' if key and name else challenge

    def _token(self, user: User | str | None) -> Response:
        if isinstance(user, str) or (user is None and not self.state.anonymous):
            return rest_error(401, user if isinstance(user, str) else "Authentication is required")
        name = user.name if isinstance(user, User) else "anonymous"
        return JSONResponse({"token": sign(f"docker|{name}"), "expires_in": 9000})

    def _exchanged(self, form: bytes) -> Response:
        """A refresh token for an access token (distribution: oauth2 form); an Artifactory without it wants a login."""
        told = {name: values[0] for name, values in parse_qs(form.decode("utf-8", "replace")).items()}
        if not self.state.exchanges or told.get("grant_type") != "refresh_token":
            return rest_error(401, "Authentication is required")
        user = next((one for one in self.state.users if one.token == told.get("refresh_token")), None)
        if user is None:
            return rest_error(401, "Props Authentication Token not found")
        return JSONResponse({"access_token": sign(f"docker|{user.name}"), "expires_in": 9000})

    async def _content(self, request: Request, user: User | None, key: str, rest: str) -> Response:
        repository = self._readable(user, key)
        if self.state.exhausted:
            raise Refusal(500, "", self.state.exhausted, artifactory=True)
        if rest.endswith("/tags/list"):
            return await self._tags(request, repository, rest.removesuffix("/tags/list"))
        for kind in ("/manifests/", "/blobs/"):
            image, found, reference = rest.rpartition(kind)
            if found and kind == "/manifests/":
                return self._manifest(request, key, await self._find(repository, user, image, reference))
            if found:
                return self._blob(request, await self._find_blob(repository, image, reference), reference)
        raise Refusal(404, "NAME_UNKNOWN", "Repository name not known to registry.")

    def _readable(self, user: User | None, key: str) -> Repository:
        repository = self.state.repository(key)
        if not key:
            raise Refusal(400, "", "Unsupported docker v2 repository request for 'null'", artifactory=True)
        if repository is None:
            raise Refusal(404, "NAME_UNKNOWN", f"Repository '{key}' not known to registry.")
        if repository.package_type not in ("docker", "oci"):
            raise Refusal(400, "", "Unsupported docker repository request for 'v2'", artifactory=True)
        if not may_read(self.state, user, key):
            if self.state.hide_existence:
                raise unknown()
            raise Refusal(403, "UNAUTHORIZED", "The client does not have permission for manifest")
        return repository

    async def _find(self, repository: Repository, user: User | None, image: str, reference: str) -> Entry:
        self._refuse_by_policy(repository, image)
        if repository.rclass == "remote":
            return await self.remotes[repository.key].manifest(image, reference)
        if repository.rclass == "local":
            return self._local(repository, image, reference)
        return await self._virtual(repository, user, image, reference)

    async def _virtual(self, repository: Repository, user: User | None, image: str, reference: str) -> Entry:
        """The first of its members that has it; whatever a member refuses looks like a miss."""
        patterns = repository.fields.get("includesPattern", "**/*"), repository.fields.get("excludesPattern", "")
        if not matched(*patterns, f"{image}/{reference}/list.manifest.json"):
            raise unknown()
        readable = [one for one in members(self.state, repository) if may_read(self.state, user, one.key)]
        if repository.fields.get("resolveDockerTagsByTimestamp") and ":" not in reference:
            return await self._newest(readable, user, image, reference)
        last = unknown()
        for group in by_priority(readable):
            held = self._held(group, image, reference)
            if held is not None:
                return held
            for member in (one for one in group if one.rclass == "remote"):
                try:
                    return await self._find(member, user, image, reference)
                except Refusal as refusal:
                    last = last if self.state.virtual_masks or refusal.code != "NOT FOUND" else refusal
        raise last

    async def _newest(self, readable: list[Repository], user: User | None, image: str, reference: str) -> Entry:
        """Of the members with this tag the one that got it last (JFrog: Resolve Docker Tags by Latest Timestamp)."""
        found = []
        for member in readable:
            try:
                found.append(await self._find(member, user, image, reference))
            except Refusal:
                continue
        if not found:
            raise unknown()
        return max(found, key=lambda entry: entry.fetched)

    def _held(self, group: list[Repository], image: str, reference: str) -> Entry | None:
        """What locals and caches hold, the first in order."""
        for member in group:
            remote = self.remotes.get(member.key)
            if remote is not None and not self._blocked(image):
                held = remote.held(image, reference)
                if held is not None:
                    return held
            if member.rclass == "local":
                try:
                    return self._local(member, image, reference)
                except Refusal:
                    continue
        return None

    def _local(self, repository: Repository, image: str, reference: str) -> Entry:
        found = next((item for item in repository.images if item.path == image), None)
        made = content(found) if found else None
        digest = reference
        if made is not None and found is not None and not reference.startswith("sha256:"):
            digest = made.index if reference in found.tags else ""
        if made is None or digest not in made.manifests:
            raise unknown()
        body, media_type = made.manifests[digest]
        return Entry(body, media_type, time.time(), digest=digest)

    async def _find_blob(self, repository: Repository, image: str, digest: str) -> Entry:
        if repository.rclass == "remote":
            return await self.remotes[repository.key].blob(image, digest)
        if repository.rclass == "local":
            for item in repository.images:
                if item.path == image and digest in content(item).blobs:
                    return Entry(content(item).blobs[digest], "application/octet-stream", time.time(), digest=digest)
        for member in members(self.state, repository) if repository.rclass == "virtual" else ():
            try:
                return await self._find_blob(member, image, digest)
            except Refusal:
                continue
        raise Refusal(404, "BLOB_UNKNOWN", "blob unknown to registry")

    def _blocked(self, image: str) -> bool:
        return image in self.state.xray_blocked or image in self.state.curation_blocked

    def _refuse_by_policy(self, repository: Repository, image: str) -> None:
        if repository.rclass != "remote" or not self._blocked(image):
            return
        if self.state.policy_hidden:
            raise unknown()
        kind, text = ("xray", XRAY) if image in self.state.xray_blocked else ("curation", CURATION)
        said = self.state.texts.get(kind, text).format(path=f"{image}/manifest.json", key=repository.key)
        raise Refusal(403, "DENIED", said)

    def _manifest(self, request: Request, key: str, entry: Entry) -> Response:
        headers = {
            "Docker_Distribution_Api_Version": "registry/2.0",
            "X_Artifactory_Filename": "list.manifest.json",
            "Last_Modified": formatdate(entry.fetched, usegmt=True),
        }
        if self.state.tells_registry == "always" or (self.state.tells_registry, request.method) == ("head", "HEAD"):
            headers["X_Artifactory_Docker_Registry"] = key
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
            for member in members(self.state, repository):
                if member.rclass == "local":
                    continue
                try:
                    return await self._tags(request, member, image)
                except Refusal:
                    continue
        raise Refusal(404, "NAME_UNKNOWN", "Repository name not known to registry.")

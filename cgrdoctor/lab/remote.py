"""A remote repository at work: cache, revalidation, remembered misses, assumed offline.

Sources: JFrog docs on remote repositories, Artifactory OSS 6.20, public captures of 7.161.
"""

from __future__ import annotations

import fnmatch
import time
from dataclasses import dataclass, field
from typing import Any

from cgrdoctor.lab.content import MANIFEST, content, sha256
from cgrdoctor.lab.upstream import Client, Reply, TokenError, UpstreamError
from cgrdoctor.lab.world import Artifactory, Cached, Image, Repository

PAGE = b"<!DOCTYPE html><html><head><title>Web Filter</title></head><body>This page is blocked.</body></html>"
BLOCKED_TYPES = ("text/html", "application/xhtml+xml")


class Refusal(Exception):
    """A request that ends in an error: status, OCI code and message; `artifactory` for the REST envelope."""

    def __init__(self, status: int, code: str, message: str, *, artifactory: bool = False) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.artifactory = status, code, message, artifactory


@dataclass(slots=True)
class Entry:
    """A file in the cache. `since` is the moment of its fetch or last revalidation."""

    body: bytes
    media_type: str
    since: float
    origin: str = ""
    digest: str = ""


@dataclass(slots=True)
class Remote:
    """The state of one remote repository."""

    repository: Repository
    settings: dict[str, Any]
    world: Artifactory
    client: Client
    cache: dict[str, Entry] = field(default_factory=dict)
    misses: dict[str, float] = field(default_factory=dict)
    offline_until: float = 0
    failures: int = 0

    @property
    def key(self) -> str:
        return self.repository.key

    def fill(self, images: tuple[Image, ...]) -> None:
        """Puts what the world says is cached into the cache, damaged where it says so."""
        for cached in self.repository.cached:
            self._fill(cached, next((image for image in images if image.path == cached.path), Image(cached.path)))
        self.misses.update(dict.fromkeys(self.repository.missed, time.time()))
        if self.repository.assumed_offline:
            self.offline_until = time.time() + self.settings["assumedOfflinePeriodSecs"]

    def _fill(self, cached: Cached, image: Image) -> None:
        made = content(Image(image.path, image.tags, image.platforms, cached.revision))
        since = time.time() - cached.age
        index, media_type = made.manifests[made.index]
        if cached.damage == "html":
            index, media_type = PAGE, "text/html"
        if cached.damage == "type":
            media_type = "application/json"
        origin = f"https://cgr.dev/v2/{cached.path}/manifests/{cached.tag}"
        path = f"{cached.path}/{cached.tag}/list.manifest.json"
        self.cache[path] = Entry(index, media_type, since, origin, sha256(index))
        for digest, (body, kind) in made.manifests.items():
            if kind == MANIFEST and cached.damage != "child-missing":
                self.cache[self.digest_path(cached.path, digest)] = Entry(body, kind, since, origin, digest)
        for digest, body in made.blobs.items():
            if cached.damage == "blob-missing":
                continue
            kept = (
                body[:-7] + b"damaged" if cached.damage == "bytes" else PAGE if cached.damage == "blob-html" else body
            )
            self.cache[self.blob_path(cached.path, digest)] = Entry(kept, "application/octet-stream", since, "", digest)

    def digest_path(self, image: str, digest: str) -> str:
        """Where the manifest of a digest lies."""
        return f"{image}/{digest.replace('sha256:', self.world.digest_folder)}/manifest.json"

    def blob_path(self, image: str, digest: str) -> str:
        """Where a blob lies; the lab keeps all blobs of an image side by side."""
        return f"{image}/_blobs/{digest.replace('sha256:', self.world.digest_folder)}"

    def manifest_path(self, image: str, reference: str) -> str:
        """Where the manifest of a tag or digest lies."""
        is_digest = reference.startswith("sha256:")
        return self.digest_path(image, reference) if is_digest else f"{image}/{reference}/list.manifest.json"

    async def manifest(self, image: str, reference: str) -> Entry:
        """A manifest from the cache or upstream. Raises Refusal."""
        path = self.manifest_path(image, reference)
        return await self._serve(path, image, f"manifests/{reference}", tag=not reference.startswith("sha256:"))

    async def blob(self, image: str, digest: str) -> Entry:
        """A blob from the cache or upstream. Raises Refusal."""
        try:
            return await self._serve(self.blob_path(image, digest), image, f"blobs/{digest}", tag=False)
        except Refusal as refusal:
            if refusal.code == "MANIFEST_UNKNOWN":
                raise Refusal(404, "BLOB_UNKNOWN", "blob unknown to registry") from None
            raise

    async def tags(self, image: str) -> dict[str, Any]:
        """The live tag list. Raises Refusal."""
        self._refuse_switched_off(f"{image}/tags")
        reply = await self._ask(image, "tags/list")
        if reply.status != 200:
            raise Refusal(404, "NAME_UNKNOWN", "Repository name not known to registry.")
        import json

        value: dict[str, Any] = json.loads(reply.body)
        return {**value, "name": image}

    async def _serve(self, path: str, image: str, what: str, *, tag: bool) -> Entry:
        self._refuse_switched_off(path)
        self._refuse_by_pattern(path)
        entry = self.cache.get(path)
        fresh = entry is not None and (not tag or time.time() - entry.since < self.settings["retrievalCachePeriodSecs"])
        if entry is not None and (fresh or self.settings["offline"] or not self.world.revalidates):
            return entry
        try:
            return await self._fetch(path, image, what)
        except Refusal:
            if entry is not None:
                return entry
            raise

    async def _fetch(self, path: str, image: str, what: str) -> Entry:
        """Asks upstream, unless a state of this remote forbids it."""
        if self.settings["offline"]:
            raise unknown()
        if self.offline_until > time.time():
            text = self.world.texts.get(
                "assumed-offline", "{key}: is assumed offline, '{path}' is not found at '{path}'."
            )
            raise Refusal(404, "NOT FOUND", text.format(key=self.key, path=path))
        if time.time() - self.misses.get(path, 0) < self.settings["missedRetrievalCachePeriodSecs"]:
            raise unknown()
        reply = await self._ask(image, what)
        self._refuse_unfound(path, reply)
        self._refuse_page(path, reply)
        if self.world.storage_full:
            raise Refusal(
                413, "", "Datastore disk usage is too high. Contact your Artifactory administrator", artifactory=True
            )
        digest = reply.headers.get("docker-content-digest") or sha256(reply.body)
        entry = Entry(reply.body, reply.media_type, time.time(), reply.url, digest)
        if self.settings["storeArtifactsLocally"]:
            self.cache[path] = entry
        return entry

    async def _ask(self, image: str, what: str) -> Reply:
        project = self.settings["dockerProjectId"]
        full = f"{project}/{image}" if project else image
        base = self.settings["url"].rstrip("/")
        if not self.world.appends_url_path:
            scheme, _, rest = base.partition("://")
            base = f"{scheme}://{rest.partition('/')[0]}"
        try:
            reply = await self.client.get(
                f"{base}/v2/{full}/{what}",
                username=self.settings["username"],
                password=self.settings["password"],
                token_authentication=self.settings["enableTokenAuthentication"],
                lenient=self.settings["allowAnyHostAuth"],
                scope=f"repository:{full}:pull",
            )
        except TokenError as problem:
            raise Refusal(404, "NOT FOUND", self._token_text(problem, f"{image}/{what}")) from problem
        except UpstreamError as problem:
            raise self._transport(problem, f"{image}/{what}") from problem
        self.failures = self.failures if reply.status >= 500 else 0
        return reply

    def _token_text(self, problem: TokenError, path: str) -> str:
        text = self.world.texts.get(
            "token",
            "Invalid username/password configured for Remote Docker repository: {key}: Error in getting information "
            "for '{path}' (java.lang.IllegalStateException: Can't fetch token for repo: {key} realm: {realm} "
            "scope:{scope}).",
        )
        return text.format(key=self.key, path=path, realm=problem.realm, scope=problem.scope)

    def _transport(self, problem: UpstreamError, path: str) -> Refusal:
        self._count_failure()
        text = self.world.texts.get("transport", "{key}: Error in getting information for '{path}' ({cause}).")
        said = text.format(
            key=self.key, path=path, cause=f"Failed retrieving resource from {self.settings['url']}: {problem}"
        )
        if self.settings["hardFail"]:
            return Refusal(500, "", said, artifactory=True)
        return Refusal(404, "NOT FOUND", said)

    def _count_failure(self) -> None:
        """The second failure in a row opens the assumed-offline state (seen on 7.161)."""
        self.failures += 1
        if self.failures >= 2 and self.settings["assumedOfflinePeriodSecs"]:
            self.offline_until = time.time() + self.settings["assumedOfflinePeriodSecs"]

    def _refuse_unfound(self, path: str, reply: Reply) -> None:
        if reply.status == 429:
            text = "Docker remote repository reached the request rate limit set by the Docker registry"
            raise Refusal(429, "TOOMANYREQUESTS", self.world.texts.get("rate-limit", text))
        if reply.status in (502, 503, 504, 505):
            self._count_failure()
            raise unknown()
        if reply.status not in (200, 206):
            self.misses[path] = time.time()
            raise unknown()

    def _refuse_page(self, path: str, reply: Reply) -> None:
        if self.settings["blockMismatchingMimeTypes"] and reply.media_type in BLOCKED_TYPES:
            self.misses[path] = time.time()
            text = "Mismatching mime types found in request: application/json and response: text/html"
            raise Refusal(409, "", self.world.texts.get("mime", text), artifactory=True)

    def _refuse_switched_off(self, path: str) -> None:
        if self.settings["blackedOut"]:
            text = self.world.texts.get(
                "blacked-out", "The repository '{key}' is blacked out and cannot serve artifact '{path}'."
            )
            raise Refusal(404, "", text.format(key=self.key, path=path), artifactory=True)

    def accepts(self, path: str) -> bool:
        """Whether the patterns let a path through."""
        included = any(_matches(pattern, path) for pattern in self.settings["includesPattern"].split(","))
        excluded = any(_matches(pattern, path) for pattern in self.settings["excludesPattern"].split(",") if pattern)
        return included and not excluded

    def _refuse_by_pattern(self, path: str) -> None:
        if not self.accepts(path):
            raise unknown()


def unknown() -> Refusal:
    """The catch-all answer of Artifactory's Docker API."""
    return Refusal(404, "MANIFEST_UNKNOWN", "The named manifest is not known to the registry.")


def _matches(pattern: str, path: str) -> bool:
    """Close enough to Ant's patterns for the worlds there are: `**` and `*` by shell rules, anchored."""
    spelled = pattern.strip()
    if spelled.endswith("/"):
        spelled += "**"
    return fnmatch.fnmatchcase(path, spelled.replace("**/", "*").replace("**", "*"))

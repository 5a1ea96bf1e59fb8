"""A remote repository at work: cache, revalidation, remembered misses, assumed offline.

Sources: JFrog docs on remote repositories, Artifactory OSS 6.20, public captures of 7.161.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cgrdoctor.lab.content import MANIFEST, content, sha256
from cgrdoctor.lab.patterns import matched
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
    """A file in the cache: the moments of its fetch and, where it was found unchanged since, of its last check."""

    body: bytes
    media_type: str
    fetched: float
    origin: str = ""
    digest: str = ""
    checked: float = 0
    lost: bool = False

    @property
    def since(self) -> float:
        return max(self.fetched, self.checked)


@dataclass(slots=True)
class Remote:
    """The state of one remote repository."""

    repository: Repository
    settings: dict[str, Any]
    world: Artifactory
    client: Client
    cache: dict[str, Entry] = field(default_factory=dict)
    misses: dict[str, float] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    torn: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)
    offline_until: float = 0
    failures: int = 0

    @property
    def key(self) -> str:
        return self.repository.key

    def fill(self, images: tuple[Image, ...]) -> None:
        """Puts what the world says is cached into the cache, damaged where it says so."""
        self.torn = {f"{cached.path}/" for cached in self.repository.cached if cached.damage == "blob-missing"}
        for cached in self.repository.cached:
            self._fill(cached, next((image for image in images if image.path == cached.path), Image(cached.path)))
        self.misses.update(dict.fromkeys(self.repository.missed, time.time()))
        if self.repository.assumed_offline:
            self.offline_until = time.time() + self.settings["assumedOfflinePeriodSecs"]

    def grow_older(self, seconds: float) -> None:
        """Lets what it holds, misses and states included, date from so many seconds earlier."""
        for entry in self.cache.values():
            entry.fetched -= seconds
            entry.checked -= seconds if entry.checked else 0
        self.misses = {path: at - seconds for path, at in self.misses.items()}
        self.offline_until -= seconds

    def forget(self, path: str) -> bool:
        """Deletes a file, or a folder and what is below it; whether there was any.

        A blob that a manifest in the cache still names stays known, and is fetched again.
        """
        gone = self._below(path, self.cache)
        for name in gone:
            folder, _, file = name.rpartition("/")
            del self.cache[name]
            if name == path and f"{folder}/manifest.json" in self.cache and not file.endswith((".json", ".marker")):
                self.cache[f"{name}.marker"] = Entry(b"", "application/octet-stream", time.time())
        self.torn = {image for image in self.torn if not gone or not f"{path}/".startswith(image)}
        return bool(gone)

    def expire(self, path: str) -> None:
        """Forgets what was missing below a path, and lets its tags be compared with upstream at the next request."""
        for name in self._below(path, self.misses):
            del self.misses[name]
        self.expired.update(self._below(path, self.cache))

    def _below(self, path: str, names: Iterable[str]) -> list[str]:
        return [name for name in names if name == path or not path or name.startswith(f"{path}/")]

    def _fill(self, cached: Cached, image: Image) -> None:
        made = content(Image(image.path, image.tags, image.platforms, cached.revision))
        since = time.time() - cached.age
        index, media_type = made.manifests[made.index]
        if cached.damage == "html":
            index, media_type = PAGE, "text/html"
        if cached.damage == "type":
            media_type = "application/json"
        if cached.damage == "schema1":
            media_type = "application/vnd.docker.distribution.manifest.v1+prettyjws"
        origin = f"{self.settings['url'].rstrip('/')}/v2/{cached.path}/manifests/{cached.tag}"
        path = f"{cached.path}/{cached.tag}/list.manifest.json"
        self.cache[path] = Entry(index, media_type, since, origin, sha256(index))
        if cached.damage == "manifest-bytes":
            self.cache[path] = Entry(index + b"\n", media_type, since, origin, made.index)
        if cached.damage == "child-missing":
            return
        for digest, (body, kind) in made.manifests.items():
            if kind == MANIFEST:
                self.cache[self.digest_path(cached.path, digest)] = Entry(body, kind, since, origin, digest)
                self._fill_blobs(cached, digest, body, made.blobs)

    def _fill_blobs(self, cached: Cached, manifest: str, body: bytes, blobs: dict[str, bytes]) -> None:
        """Config and layers beside their manifest; of a blob that is missing not even the marker is left."""
        config, *layers = _blobs_of(body)
        for digest in (config, *layers):
            if cached.damage == "blob-missing" and digest == config:
                continue
            whole = blobs[digest]
            kept = {"bytes": whole[:-7] + b"damaged", "blob-html": PAGE}.get(cached.damage, whole)
            entry = Entry(kept, "application/octet-stream", time.time() - cached.age, "", digest)
            entry.lost = cached.damage == "blob-lost" and digest == config
            self.cache[self._folder(cached.path, manifest) + self._spelled(digest)] = entry

    def digest_path(self, image: str, digest: str) -> str:
        """Where the manifest of a digest lies."""
        return f"{self._folder(image, digest)}manifest.json"

    def _folder(self, image: str, digest: str) -> str:
        return f"{image}/{self._spelled(digest)}/"

    def _spelled(self, digest: str) -> str:
        return digest.replace("sha256:", self.world.digest_folder)

    def manifest_path(self, image: str, reference: str) -> str:
        """Where the manifest of a tag or digest lies."""
        is_digest = reference.startswith("sha256:")
        return self.digest_path(image, reference) if is_digest else f"{image}/{reference}/list.manifest.json"

    def held(self, image: str, reference: str) -> Entry | None:
        """What the cache may answer by itself: a manifest that is there and not expired."""
        path = self.manifest_path(image, reference)
        entry = self.cache.get(path)
        if entry is None or self.settings["blackedOut"] or not self._fresh(entry, path, tag=":" not in reference):
            return None
        return entry if matched(self.settings["includesPattern"], self.settings["excludesPattern"], path) else None

    async def manifest(self, image: str, reference: str) -> Entry:
        """A manifest from the cache or upstream. Raises Refusal."""
        path = self.manifest_path(image, reference)
        entry = await self._serve(path, image, f"manifests/{reference}", tag=":" not in reference)
        if path in self.cache and entry.media_type == MANIFEST:
            self._mark(path.rpartition("/")[0], entry)
        return entry

    def _mark(self, folder: str, entry: Entry) -> None:
        """Blobs that are known and not fetched yet."""
        for digest in _blobs_of(entry.body):
            path = f"{folder}/{self._spelled(digest)}"
            if path not in self.cache and not self._damaged(path):
                self.cache[f"{path}.marker"] = Entry(b"", "application/octet-stream", time.time())

    def _damaged(self, path: str) -> bool:
        """Whether the world says that this part of the cache was lost."""
        return any(path.startswith(image) for image in self.torn)

    async def blob(self, image: str, digest: str) -> Entry:
        """A blob of a manifest that is in the cache, from there or upstream. Raises Refusal."""
        path = self._blob_path(image, digest)
        if path is None:
            raise Refusal(404, "BLOB_UNKNOWN", "blob unknown to registry")
        try:
            entry = await self._serve(path, image, f"blobs/{digest}", tag=False)
        except Refusal as refusal:
            if refusal.code == "MANIFEST_UNKNOWN":
                raise Refusal(404, "BLOB_UNKNOWN", "blob unknown to registry") from None
            raise
        self.cache.pop(f"{path}.marker", None)
        if entry.lost:
            raise self._lost(entry)
        return entry

    def _lost(self, entry: Entry) -> Refusal:
        """What the filestore says of a file that the database lists; without words, what stands for any failure."""
        text = self.world.texts.get("lost", "Binary provider has no content for '{sha1}'")
        if not text:
            return Refusal(404, "BLOB_UNKNOWN", "blob unknown to registry")
        sha1 = hashlib.sha1(entry.body, usedforsecurity=False).hexdigest()
        return Refusal(404, "", text.format(sha1=sha1), artifactory=True)

    def _blob_path(self, image: str, digest: str) -> str | None:
        """Where a blob lies or would lie; None where no manifest in the cache names it (seen on 7.161)."""
        if not self.settings["storeArtifactsLocally"]:
            return f"{image}/{self._spelled(digest)}"
        ending = f"/{self._spelled(digest)}"
        known = (path.removesuffix(".marker") for path in self.cache if path.startswith(f"{image}/"))
        return next((path for path in known if path.endswith(ending)), None)

    async def tags(self, image: str) -> dict[str, Any]:
        """The live tag list, which nobody caches. Raises Refusal."""
        self._refuse_switched_off(f"{image}/tags")
        if self.settings["offline"]:
            raise Refusal(404, "NAME_UNKNOWN", "Repository name not known to registry.")
        self._refuse_assumed_offline(f"{image}/tags/list")
        reply = await self._ask(image, "tags/list")
        if reply.status != 200:
            raise Refusal(404, "NAME_UNKNOWN", "Repository name not known to registry.")
        value: dict[str, Any] = json.loads(reply.body)
        return {**value, "name": image}

    async def _serve(self, path: str, image: str, what: str, *, tag: bool) -> Entry:
        self._refuse_switched_off(path)
        self._refuse_unstored()
        self._refuse_by_pattern(path)
        entry = self.cache.get(path)
        if entry is None:
            return await self._fetch(path, image, what)
        kept = self._fresh(entry, path, tag=tag) or not (self.world.revalidates or path in self.expired)
        if kept or self.settings["offline"]:
            return entry
        try:
            found = await self._fetch(path, image, what)
        except Refusal:
            return entry
        self.expired.discard(path)
        if found.digest != entry.digest:
            return found
        entry.checked = time.time()
        self.cache[path] = entry
        return entry

    def _fresh(self, entry: Entry, path: str, *, tag: bool) -> bool:
        if not tag:
            return True
        return path not in self.expired and time.time() - entry.since < self.settings["retrievalCachePeriodSecs"]

    async def _fetch(self, path: str, image: str, what: str) -> Entry:
        """Asks upstream, unless a state of this remote forbids it."""
        if self.settings["offline"]:
            raise unknown()
        self._refuse_assumed_offline(path)
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
        base = self._base()
        if not self.world.appends_url_path:
            scheme, _, rest = base.partition("://")
            base = f"{scheme}://{rest.partition('/')[0]}"
        try:
            if what.startswith("manifests/") and not self.settings["bypassHeadRequests"]:
                self.client.look_for(f"{base}/v2/{full}/{what}")
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

    def _base(self) -> str:
        """The URL without its closing slash; without all of them, unless it is left as it is."""
        url = str(self.settings["url"])
        return url.removesuffix("/") if self.settings["disableUrlNormalization"] else url.rstrip("/")

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
        if reply.status == 429 and self.world.masks_limits:
            raise unknown()
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
            self.pages.add(path)
            if self.world.masks_pages:
                raise unknown()
            text = "Mismatching mime types found in request: application/json and response: text/html"
            raise Refusal(409, "", self.world.texts.get("mime", text), artifactory=True)

    def _refuse_switched_off(self, path: str) -> None:
        if self.settings["blackedOut"]:
            text = self.world.texts.get(
                "blacked-out", "The repository '{key}' is blacked out and cannot serve artifact '{path}'."
            )
            raise Refusal(404, "", text.format(key=self.key, path=path), artifactory=True)

    def _refuse_unstored(self) -> None:
        """The stricter of two readings: a Docker remote that stores nothing throws."""
        if self.settings["storeArtifactsLocally"] or self.world.serves_unstored:
            return
        text = self.world.texts.get("must-store", "Docker prerequisite - artifacts must be stored locally in cache")
        raise Refusal(500, "", text, artifactory=True) if text else unknown()

    def _refuse_assumed_offline(self, path: str) -> None:
        if self.offline_until > time.time():
            text = self.world.texts.get(
                "assumed-offline", "{key}: is assumed offline, '{path}' is not found at '{path}'."
            )
            raise Refusal(404, "NOT FOUND", text.format(key=self.key, path=path))

    def accepts(self, path: str) -> bool:
        """Whether the patterns let a path through."""
        return matched(self.settings["includesPattern"], self.settings["excludesPattern"], path)

    def _refuse_by_pattern(self, path: str) -> None:
        if not self.accepts(path):
            raise unknown()


def unknown() -> Refusal:
    """The catch-all answer of Artifactory's Docker API."""
    return Refusal(404, "MANIFEST_UNKNOWN", "The named manifest is not known to the registry.")


def _blobs_of(manifest: bytes) -> list[str]:
    """The digests of config and layers; empty for what is no manifest."""
    value = json.loads(manifest) if manifest.startswith(b"{") else {}
    return [part["digest"] for part in (*([value["config"]] if "config" in value else []), *value.get("layers", []))]

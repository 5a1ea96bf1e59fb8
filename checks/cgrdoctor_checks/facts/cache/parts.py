"""What the cache holds of the platform's own manifest and its blobs, read where a later step of the pull fails.

Blobs lie beside the manifest that names them; `<blob>.marker` stands for one that is known and was never fetched
(seen on Artifactory 7.161).
"""

from __future__ import annotations

from typing import Literal

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.pull import Pull
from cgrdoctor.net.storage import CacheEntry, children_of, entry_of, spellings
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target

LATER = ("platform-manifest", "config", "layer")
"""Steps that fail although the manifest of the tag came."""

State = Literal["held", "marked", "absent"]


class CacheParts(Fact, frozen=True, kw_only=True):
    """The folder of the platform's manifest. `manifest` is None where there is none; `blob` is the file that failed.

    `blob_state`: its bytes are there, only its marker is, or neither. `others_held` says whether any other blob of
    the manifest is there, `markers` whether this version leaves markers at all.
    """

    observed_from = "artifactory"

    key: str
    folder: str
    manifest: CacheEntry | None = None
    blob: CacheEntry | None = None
    blob_state: State | None = None
    others_held: bool = False
    markers: bool = False


@probe()
async def cache_parts(
    rest: ArtifactoryRest,
    target: Target,
    cache: CacheState,
    through: PullThrough | None,
    direct: DirectPull | None,
) -> CacheParts:
    """GET /api/storage/<key>-cache/<image>/<digest>, and the file in it that the pull stumbles over."""
    entry = cache.served(through.pull.digest if through else None)
    if through is not None and (through.works or through.pull.failed is None or through.pull.failed.name not in LATER):
        raise NotNeeded("no part of the image beyond its manifest is missed")
    key = entry.key if entry else cache.keys[0] if len(cache.keys) == 1 else None
    digest = platform_digest(through, direct, entry)
    if key is None or digest is None:
        raise Unobservable("it is not known which manifest the platform has, or in which cache")
    exchanges: list[str] = []
    for name in spellings(digest):
        folder = f"{target.path_in_repository}/{name}"
        reply = await rest.get(f"api/storage/{key}-cache/{folder}")
        exchanges.append(reply.step.exchange)
        if reply.step.ok:
            return await _inside(rest, key, folder, children_of(reply.object), through, exchanges)
        if reply.step.status != 404 or reply.step.shape == "html":
            raise Unobservable("the storage API was refused", "a user with Read permission on the repository")
    folder = f"{target.path_in_repository}/{spellings(digest)[0]}"
    return CacheParts(exchanges=tuple(exchanges), key=key, folder=folder)


def platform_digest(through: PullThrough | None, direct: DirectPull | None, entry: CacheEntry | None) -> str | None:
    """The platform's manifest, from the pull itself, or from cgr.dev where the cache holds the same index."""
    if through is not None and through.pull.platform_digest:
        return through.pull.platform_digest
    there = direct.pull if direct else None
    same = there is not None and entry is not None and there.digest == f"sha256:{entry.sha256}"
    return there.platform_digest if there is not None and same else None


async def _inside(
    rest: ArtifactoryRest,
    key: str,
    folder: str,
    children: tuple[str, ...],
    through: PullThrough | None,
    exchanges: list[str],
) -> CacheParts:
    async def described(name: str) -> CacheEntry | None:
        if name not in children:
            return None
        reply = await rest.get(f"api/storage/{key}-cache/{folder}/{name}")
        exchanges.append(reply.step.exchange)
        return entry_of(key, f"{folder}/{name}", reply) if reply.step.ok else None

    digest = _failed_blob(through)
    name = next((name for name in spellings(digest) if name in children), None) if digest else None
    manifest = await described("manifest.json")
    return CacheParts(
        exchanges=tuple(exchanges),
        key=key,
        folder=folder,
        manifest=manifest,
        blob=await described(name) if name else None,
        blob_state=_state(digest, children) if digest else None,
        others_held=through is not None and _others_held(through.pull, digest, children),
        markers=any(child.endswith(".marker") for child in children),
    )


def _failed_blob(through: PullThrough | None) -> str | None:
    failed = through.pull.failed if through else None
    return failed.expected_digest if failed is not None and failed.name in ("config", "layer") else None


def _state(digest: str, children: tuple[str, ...]) -> State:
    names = spellings(digest)
    if any(name in children for name in names):
        return "held"
    return "marked" if any(f"{name}.marker" in children for name in names) else "absent"


def _others_held(pull: Pull, failed: str | None, children: tuple[str, ...]) -> bool:
    named = {pull.config_digest, *(layer.digest for layer in pull.layers)} - {failed, None}
    return any(name in children for digest in named if digest for name in spellings(digest))

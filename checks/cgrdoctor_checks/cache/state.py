"""What `<key>-cache` holds for the tag or digest, read through the storage API before anything can change it.

The storage API is asked, never the artifact itself: a plain GET of an expired manifest answers 404 although the file
is there (JFrog knowledge base: "Resource has expired"). Digest folders are spelled `sha256__<hex>` on current versions
and `sha256:<hex>` on older ones; both are looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cgrdoctor import Fact, NotNeeded, Struct, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest, Reply
from cgrdoctor_checks.artifactory.caller import Caller
from cgrdoctor_checks.artifactory.listing import RepositoryList
from cgrdoctor_checks.reference.target import Target

MANIFESTS = ("list.manifest.json", "manifest.json")
MEMBERS = 5
"""Remote members of a virtual repository whose caches are looked at."""


class CacheEntry(Struct, frozen=True, kw_only=True):
    """A manifest in a cache. `age` is seconds since it was fetched or last found unchanged, by Artifactory's clock."""

    key: str
    path: str
    size: int | None = None
    sha256: str | None = None
    last_modified: str | None = None
    age: float | None = None
    remote_url: str | None = None
    siblings: tuple[str, ...] = ()


class CacheState(Fact, frozen=True, kw_only=True):
    """The manifests found for the selector; empty when the caches that could be read hold none."""

    observed_from = "artifactory"

    keys: tuple[str, ...] = ()
    entries: tuple[CacheEntry, ...] = ()

    @property
    def entry(self) -> CacheEntry | None:
        """The entry Artifactory would serve: the first member's, the index before the single manifest."""
        return self.entries[0] if self.entries else None


@probe()
async def cache_state(
    rest: ArtifactoryRest,
    caller: Caller,
    target: Target,
    listed: RepositoryList | None,
) -> CacheState:
    """GET /api/storage/<key>-cache/<image>/<selector> and the manifest in it."""
    if not caller.answers:
        raise Unobservable("Artifactory's REST API does not answer from here")
    keys = _keys(target, listed)
    path = target.upstream_path
    exchanges: list[str] = []
    entries: list[CacheEntry] = []
    readable = False
    for key in keys:
        folder = await _folder(rest, key, path, target, exchanges)
        readable = readable or folder is None or folder.step.ok
        if folder is not None and folder.step.ok:
            entries += await _entries(rest, key, folder, exchanges)
        elif folder is not None and folder.step.status not in (404, None):
            continue
    if not readable:
        raise Unobservable("the storage API was refused", "a user with Read permission on the repository")
    return CacheState(exchanges=tuple(exchanges), keys=keys, entries=tuple(entries))


def _keys(target: Target, listed: RepositoryList | None) -> tuple[str, ...]:
    """The repository itself, or, for a virtual one, the remotes for cgr.dev that the list shows."""
    if target.repository is None:
        raise Unobservable("the repository key is not known", "--repository KEY")
    row = listed.find(target.repository) if listed else None
    if row is None or listed is None or row.kind == "remote":
        return (target.repository,)
    if row.kind != "virtual":
        raise NotNeeded("the repository has no cache")
    remotes = [other.key for other in listed.repositories if other.kind == "remote" and "cgr.dev" in other.url]
    return tuple(remotes[:MEMBERS])


async def _folder(rest: ArtifactoryRest, key: str, path: str, target: Target, exchanges: list[str]) -> Reply | None:
    """The folder's listing; None when Artifactory said, readably, that there is no such folder."""
    reply: Reply | None = None
    for name in _spellings(target):
        reply = await rest.get(f"api/storage/{key}-cache/{path}/{name}")
        exchanges.append(reply.step.exchange)
        if reply.step.ok:
            return reply
    if reply is not None and reply.step.status == 404 and reply.step.shape != "html":
        return None
    return reply


def _spellings(target: Target) -> tuple[str, ...]:
    if target.digest is None:
        return (target.selector,)
    return (target.digest.replace(":", "__"), target.digest)


async def _entries(rest: ArtifactoryRest, key: str, folder: Reply, exchanges: list[str]) -> list[CacheEntry]:
    children = _children(folder.object)
    found = []
    base = str(folder.object.get("path", "")).strip("/")
    for name in MANIFESTS:
        if name not in children:
            continue
        reply = await rest.get(f"api/storage/{key}-cache/{base}/{name}")
        exchanges.append(reply.step.exchange)
        if reply.step.ok:
            found.append(_entry(key, f"{base}/{name}", reply, children))
    return found


def _children(folder: Mapping[str, Any]) -> tuple[str, ...]:
    listed = folder.get("children")
    if not isinstance(listed, list):
        return ()
    return tuple(str(child.get("uri", "")).strip("/") for child in listed[:500] if isinstance(child, dict))


def _entry(key: str, path: str, reply: Reply, siblings: tuple[str, ...]) -> CacheEntry:
    told = reply.object
    checksums = told.get("checksums")
    modified = _moment(told.get("lastUpdated")) or _moment(told.get("lastModified"))
    return CacheEntry(
        key=key,
        path=path,
        size=_integer(told.get("size")),
        sha256=str(checksums["sha256"]) if isinstance(checksums, dict) and "sha256" in checksums else None,
        last_modified=modified.isoformat() if modified else None,
        age=round((datetime.now(UTC) - modified).total_seconds(), 0) if modified else None,
        remote_url=str(told["remoteUrl"])[:500] if isinstance(told.get("remoteUrl"), str) else None,
        siblings=siblings[:50],
    )


def _integer(raw: object) -> int | None:
    text = str(raw)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _moment(raw: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(raw)) if isinstance(raw, str) else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None

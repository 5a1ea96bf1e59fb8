"""What `<key>-cache` holds for the tag or digest, read through the storage API before anything can change it.

The storage API is asked, never the artifact itself: a plain GET of an expired manifest answers 404 although the file
is there (JFrog knowledge base: "Resource has expired"). Digest folders are spelled `sha256__<hex>` on current versions
and `sha256:<hex>` on older ones; both are looked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import anyio

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest, Reply
from cgrdoctor.net.storage import MANIFESTS, CacheEntry, children_of, entry_of, spellings
from cgrdoctor_checks.facts.artifactory.caller import Caller, refuse_without_rest
from cgrdoctor_checks.facts.artifactory.listing import RepositoryList
from cgrdoctor_checks.facts.reference.target import Target

MEMBERS = 5
"""Remote members of a virtual repository whose caches are looked at."""


class CacheState(Fact, frozen=True, kw_only=True):
    """The manifests found for the selector; empty when the caches that could be read hold none."""

    observed_from = "artifactory"

    keys: tuple[str, ...] = ()
    entries: tuple[CacheEntry, ...] = ()

    @property
    def entry(self) -> CacheEntry | None:
        """The entry Artifactory would serve: the first member's, the index before the single manifest."""
        return self.entries[0] if self.entries else None

    def of(self, keys: Sequence[str]) -> CacheEntry | None:
        """The entry of the first of these repositories that has one."""
        return next((entry for key in keys for entry in self.entries if entry.key == key), None)

    def served(self, digest: str | None) -> CacheEntry | None:
        """The entry whose bytes have this digest, else the first one."""
        wanted = (digest or "").removeprefix("sha256:")
        return next((entry for entry in self.entries if entry.sha256 == wanted), self.entry)


@probe()
async def cache_state(
    rest: ArtifactoryRest,
    caller: Caller,
    target: Target,
    listed: RepositoryList | None,
) -> CacheState:
    """GET /api/storage/<key>-cache/<image>/<selector> and the manifest in it, for every key at once."""
    refuse_without_rest(caller, rest)
    keys = _keys(target, listed)
    looks = {key: _Look(rest, key, target) for key in keys}
    async with anyio.create_task_group() as group:
        for look in looks.values():
            group.start_soon(look.run)
    if not any(look.readable for look in looks.values()):
        raise Unobservable("the storage API was refused", "a user with Read permission on the repository")
    return CacheState(
        exchanges=tuple(name for look in looks.values() for name in look.exchanges),
        keys=keys,
        entries=tuple(entry for look in looks.values() for entry in look.entries),
    )


class _Look:
    """What one cache holds. `readable` is false where Artifactory refused to say."""

    def __init__(self, rest: ArtifactoryRest, key: str, target: Target) -> None:
        self._rest = rest
        self._key = key
        self._target = target
        self.readable = False
        self.exchanges: list[str] = []
        self.entries: list[CacheEntry] = []

    async def run(self) -> None:
        """Fills in the rest."""
        folder = await self._folder()
        self.readable = folder is None or folder.step.ok
        if folder is None or not folder.step.ok:
            return
        children = children_of(folder.object)
        base = str(folder.object.get("path", "")).strip("/")
        for name in (name for name in MANIFESTS if name in children):
            reply = await self._get(f"{base}/{name}")
            if reply.step.ok:
                self.entries.append(entry_of(self._key, f"{base}/{name}", reply))

    async def _folder(self) -> Reply | None:
        """The folder's listing; None when Artifactory said, readably, that there is no such folder."""
        names = spellings(self._target.digest) if self._target.digest else (self._target.selector,)
        for name in names:
            reply = await self._get(f"{self._target.path_in_repository}/{name}")
            if reply.step.ok or reply.step.status != 404 or reply.step.shape == "html":
                return reply
        return None

    async def _get(self, path: str) -> Reply:
        reply = await self._rest.get(f"api/storage/{self._key}-cache/{path}")
        self.exchanges.append(reply.step.exchange)
        return reply


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

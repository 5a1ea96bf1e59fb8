"""When the served copy was fetched or last found unchanged, and the period it may be served for."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.storage import CacheEntry, entry_of
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough

DEFAULT_PERIODS = (7200, 21600)
"""Retrieval periods Artifactory comes with, by version; the longer one is assumed where it cannot be read."""


class CacheRecheck(Fact, frozen=True, kw_only=True):
    """The same entry after the pull; None where it is gone."""

    observed_from = "artifactory"

    entry: CacheEntry | None


@probe()
async def cache_recheck(rest: ArtifactoryRest, cache: CacheState, through: PullThrough) -> CacheRecheck:
    """GET /api/storage once more, only where a copy was served that may be past its period."""
    entry = served_copy(cache, through)
    if entry is None or entry.age is None or entry.age <= min(DEFAULT_PERIODS):
        raise NotNeeded("no old copy was served")
    reply = await rest.get(f"api/storage/{entry.key}-cache/{entry.path}")
    found = entry_of(entry.key, entry.path, reply) if reply.step.ok else None
    return CacheRecheck(exchanges=(reply.step.exchange,), entry=found)


def served_copy(cache: CacheState, through: PullThrough) -> CacheEntry | None:
    """The tag's entry whose very bytes came through, if the pull works and there is one."""
    entry = cache.served(through.pull.digest)
    by_digest = ":" in through.pull.selector
    if entry is None or by_digest or not through.works or through.pull.digest != f"sha256:{entry.sha256}":
        return None
    return entry


def period_of(entry: CacheEntry | None, settings: AdminView | None) -> int | None:
    """The retrieval period of the remote an entry lies in, None where it is not readable."""
    known = {remote.key: remote.retrieval_cache_period for remote in (settings.remotes if settings else ())}
    return known.get(entry.key) if entry else next(iter(known.values()), None)


def span(seconds: float) -> str:
    """A duration for people."""
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds:.0f} s"

"""The age of the copy that Artifactory serves.

## What it looks at
When the tag's manifest was fetched or last found unchanged, before and after the pull, against the Metadata Retrieval
Cache Period of the remote it lies in.

## Why it matters
A copy older than its period should have been compared with cgr.dev; if it was not, upstream was not asked or did not
answer, and nobody is told.

## How it fails
Silently: the pull works and brings an old image.

## How to fix
Mend what keeps Artifactory from asking cgr.dev; zap the tag's path, or delete it where there is no zap.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Fact, Finding, NotNeeded, Rival, Unobservable, check, probe, warn
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor_checks import remedy
from cgrdoctor_checks.artifactory.caller import Caller
from cgrdoctor_checks.artifactory.remotes import AdminView
from cgrdoctor_checks.cache import clearing
from cgrdoctor_checks.cache.codes import CACHE_STALE
from cgrdoctor_checks.cache.state import CacheEntry, CacheState, entry_of
from cgrdoctor_checks.direct.arm import DirectPull
from cgrdoctor_checks.pull.freshness import evidence_of
from cgrdoctor_checks.pull.through import PullThrough
from cgrdoctor_checks.reference.target import Target

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


@check("cache.age", title="The copy that is served is within its retrieval period", codes=[CACHE_STALE])
def copy_age(
    target: Target,
    cache: CacheState,
    through: PullThrough,
    recheck: CacheRecheck | None,
    direct: DirectPull | None,
    settings: AdminView | None,
    caller: Caller | None,
) -> Iterator[Finding]:
    """Where cgr.dev's digest is known the comparison judges; else only a copy that was not looked after is blamed."""
    entry = served_copy(cache, through)
    if entry is None or entry.age is None:
        raise NotNeeded("the image was not served from a copy in the cache")
    if direct is not None and direct.pull.digest:
        return
    period = period_of(entry, settings)
    limit = period if period is not None else max(DEFAULT_PERIODS)
    if entry.age <= limit:
        return
    if recheck is None or recheck.entry is None or recheck.entry.age is None:
        raise Unobservable("whether Artifactory compared its old copy with cgr.dev cannot be seen")
    if recheck.entry.age > limit:
        yield _stale(target, entry, limit, caller, evidence_of(cache, through, recheck))


def _stale(target: Target, entry: CacheEntry, limit: int, caller: Caller | None, evidence: tuple[str, ...]) -> Finding:
    return warn(
        CACHE_STALE,
        f"{entry.key} serves a copy that is {span(entry.age or 0)} old, its retrieval period is {limit} s, "
        "and the pull did not renew it",
        subject=target.image,
        expected=f"at most {limit} s",
        actual=f"{entry.age:.0f} s",
        evidence=evidence,
        confidence="likely",
        rivals=(
            Rival(
                code="upstream-unreachable",
                would_be_excluded_by="an image that was never cached comes through the same remote",
                who="developer",
                subject=entry.key,
            ),
        ),
        remedy=remedy.Remedy(
            summary=CACHE_STALE.fix,
            commands=(
                *clearing.tag(target.artifactory_url, entry.key, entry.folder, caller),
                remedy.pull(target.image),
            ),
        ),
    )


def span(seconds: float) -> str:
    """A duration for people."""
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds:.0f} s"

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

from cgrdoctor import Finding, NotNeeded, Rival, Unobservable, check, warn
from cgrdoctor.net.storage import CacheEntry
from cgrdoctor_checks.codes.cache import CACHE_STALE
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.cache.recheck import DEFAULT_PERIODS, CacheRecheck, period_of, served_copy, span
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import clear_cache, commands


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
        remedy=commands.Remedy(
            summary=CACHE_STALE.fix,
            commands=(
                *clear_cache.tag(target.artifactory_url, entry.key, entry.folder, caller),
                commands.pull(target.image),
            ),
        ),
    )

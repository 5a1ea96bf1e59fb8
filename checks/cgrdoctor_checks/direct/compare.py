"""Through Artifactory and straight from cgr.dev, side by side.

## What it looks at
Digest, media type, config and layers of both pulls, and the age of the cache entry against its retrieval period.

## Why it matters
A pull that works may still bring an old image, or another one.

## How it fails
Silently.

## How to fix
Within the retrieval period by waiting, beyond it by zapping the tag's path.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Code, Finding, Severity, Unobservable, check, graded
from cgrdoctor_checks import remedy
from cgrdoctor_checks.artifactory.remotes import AdminView
from cgrdoctor_checks.cache.codes import CACHE_STALE, DIGEST_MISMATCH, LAYERS_DIFFER, MEDIA_TYPE_MISMATCH
from cgrdoctor_checks.cache.state import CacheState
from cgrdoctor_checks.direct.arm import DirectPull
from cgrdoctor_checks.pull.freshness import evidence_of
from cgrdoctor_checks.pull.through import PullThrough
from cgrdoctor_checks.reference.target import Target

DEFAULT_PERIODS = (7200, 21600)
"""Retrieval periods Artifactory comes with, by version; the longer one is assumed where it cannot be read."""


@check(
    "direct.compare",
    title="Artifactory serves what cgr.dev serves",
    codes=[CACHE_STALE, DIGEST_MISMATCH, MEDIA_TYPE_MISMATCH, LAYERS_DIFFER],
    guide="The image through Artifactory is the one cgr.dev serves",
    unlocked_by="a machine that reaches cgr.dev, and for Production images a pull token",
)
def compare(
    target: Target, through: PullThrough, direct: DirectPull, cache: CacheState | None, settings: AdminView | None
) -> Iterator[Finding]:
    """Compares where both arms have a manifest."""
    here, there = through.pull, direct.pull
    if not here.digest or not there.digest:
        raise Unobservable(f"{'Artifactory' if there.digest else 'cgr.dev'} served no manifest to compare")
    evidence = evidence_of(through, direct)
    if here.digest != there.digest:
        yield _digests(target, through, direct, cache, settings)
    elif here.media_type != there.media_type:
        yield _difference(target, MEDIA_TYPE_MISMATCH, there.media_type, here.media_type, evidence, "warn")
    elif here.layers and there.layers and here.platform_digest == there.platform_digest and here.layers != there.layers:
        wanted, got = _layers(there.layers), _layers(here.layers)
        yield _difference(target, LAYERS_DIFFER, wanted, got, evidence, "warn")


def _layers(layers: tuple[object, ...]) -> str:
    return f"{len(layers)} layers"


def _digests(
    target: Target,
    through: PullThrough,
    direct: DirectPull,
    cache: CacheState | None,
    settings: AdminView | None,
) -> Finding:
    entry = cache.entry if cache else None
    period = _period(settings)
    evidence = evidence_of(through, direct, cache)
    age = entry.age if entry else None
    here, there = through.pull.digest, direct.pull.digest
    if age is not None and age > (period if period is not None else max(DEFAULT_PERIODS)):
        return _difference(target, CACHE_STALE, there, here, evidence, "warn", f"; the copy is {_span(age)} old")
    young = age is not None and period is not None and age <= period
    note = f"; the copy is {_span(age)} old, its retrieval period is {period} s" if young and age is not None else ""
    severity: Severity = "info" if young or entry is None or age is not None else "warn"
    return _difference(target, DIGEST_MISMATCH, there, here, evidence, severity, note)


def _period(settings: AdminView | None) -> int | None:
    periods = [remote.retrieval_cache_period for remote in (settings.remotes if settings else ())]
    return next((period for period in periods if period is not None), None)


def _span(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds:.0f} s"


def _difference(
    target: Target,
    code: Code,
    expected: str | None,
    actual: str | None,
    evidence: tuple[str, ...],
    severity: Severity,
    note: str = "",
) -> Finding:
    key = target.repository or target.registry_host
    return graded(
        code,
        severity,
        f"{target.image} is {actual} through Artifactory and {expected} at cgr.dev{note}",
        subject=target.image,
        expected=expected,
        actual=actual,
        evidence=evidence,
        remedy=remedy.Remedy(
            summary=code.fix,
            commands=(
                remedy.zap(target.artifactory_url, key, f"{target.upstream_path}/{target.selector}"),
                remedy.pull(target.image),
            ),
        ),
    )

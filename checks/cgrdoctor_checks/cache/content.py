"""What the cache holds, where the cache alone shows that it is wrong.

## What it looks at
Type and checksums of the cached manifest as the storage API tells them, and, where the pull stumbles over it or could
not be made, whether the platform's manifest lies beside the index.

## Why it matters
A page or a damaged file in the cache is served to everybody until it is deleted; a zap does not remove it.

## How it fails
`invalid character '<'`, digest mismatches, `manifest unknown` for a digest that the index names.

## How to fix
Delete the named path from the cache, then pull again while cgr.dev is reachable. Of a manifest that is not there, a zap
makes Artifactory ask again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor import Code, Finding, NotNeeded, check, graded
from cgrdoctor.net.storage import CacheEntry
from cgrdoctor_checks.codes.cache import CACHE_CORRUPT, CACHE_INCOMPLETE, CACHE_POISONED
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.cache.parts import CacheParts
from cgrdoctor_checks.facts.cache.state import CacheState
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import clear_cache, commands

DIGEST_NAME = re.compile(r"(?:^|/)sha256(?:__|:)([0-9a-f]{64})(?=/|$)")
"""Folders and files named by a digest, in both spellings."""


@check(
    "cache.content",
    title="What the cache holds of the image is what it is named for",
    codes=[CACHE_POISONED, CACHE_CORRUPT, CACHE_INCOMPLETE],
)
def cache_content(
    target: Target,
    cache: CacheState,
    parts: CacheParts | None,
    through: PullThrough | None,
    settings: AdminView | None,
    caller: Caller | None,
) -> Iterator[Finding]:
    """A pull that brought the right bytes settles it; what was fetched anew is no concern of the old copy."""
    if not cache.entries:
        raise NotNeeded("the cache holds no copy")
    if through is not None and through.works:
        return
    evidence = evidence_of(cache, parts, through)
    held = [*cache.entries, *(entry for entry in (parts.manifest, parts.blob) if entry)] if parts else cache.entries
    for entry in held:
        code = wrong(entry)
        if code is not None:
            words = "is a web page" if code is CACHE_POISONED else "has another checksum than the one it is named for"
            remedy = clear_cache.anew(code, target.artifactory_url, entry.key, entry.path, target.image, settings)
            yield _finding(target, code, f"{entry.path} in {entry.key}-cache {words}", evidence, remedy)
    if parts is not None and parts.manifest is None and _cannot_fetch(through, parts, settings):
        words = f"{parts.key}-cache holds the index, not the manifest it names ({parts.folder})"
        base, path = target.artifactory_url, target.path_in_repository
        remedy = clear_cache.unfetched(base, parts.key, path, target.image, caller)
        yield _finding(target, CACHE_INCOMPLETE, words, evidence, remedy)


def wrong(entry: CacheEntry) -> Code | None:
    """A page, or bytes whose checksum is neither the one in their path nor the one they came with."""
    if entry.is_page:
        return CACHE_POISONED
    named = DIGEST_NAME.findall(entry.path)
    promised = named[-1] if named else entry.original_sha256
    return CACHE_CORRUPT if promised and entry.sha256 and promised != entry.sha256 else None


def _cannot_fetch(through: PullThrough | None, parts: CacheParts, settings: AdminView | None) -> bool:
    """The pull fails for want of it, or would: an offline remote fetches nothing."""
    failed = through.pull.failed if through else None
    if failed is not None:
        return failed.name == "platform-manifest" and failed.status == 404
    return any(remote.key == parts.key and remote.offline for remote in (settings.remotes if settings else ()))


def _finding(target: Target, code: Code, summary: str, evidence: tuple[str, ...], remedy: commands.Remedy) -> Finding:
    return graded(code, "fail", summary, subject=target.image, evidence=evidence, remedy=remedy)

"""Include Patterns and Exclude Patterns.

## What it looks at
Both pattern lists, evaluated with Ant semantics on the paths this image, and what of it did not come, has in the cache.

## Why it matters
A path that is not included, or is excluded, is never asked for upstream.

## How it fails
404 for some images only, cached ones included.

## How to fix
Keep Include Patterns at `**/*` and Exclude Patterns empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, fail, warn
from cgrdoctor_checks.codes.fields import EXCLUDE_PATTERN_BLOCKS, INCLUDE_PATTERN_BLOCKS
from cgrdoctor_checks.facts.artifactory.configuration import Configuration, rest_name
from cgrdoctor_checks.facts.artifactory.departures import ALL, apart, manifest_paths, rejected_part, rejection
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, still_cached
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.fresh_remote import with_recreation


@check(
    "fields.patterns",
    title="Include Patterns is **/* and nothing excludes the image",
    codes=[INCLUDE_PATTERN_BLOCKS, EXCLUDE_PATTERN_BLOCKS],
    guide="Include Patterns is **/*",
    unlocked_by="an admin's access token",
)
def patterns(
    target: Target,
    settings: AdminView,
    freshness: Freshness | None,
    configuration: RepositoryConfiguration | None,
    through: PullThrough | None,
) -> Iterator[Finding]:
    """Fails where this image is rejected, warns where Include Patterns differ from the guide's but let it pass."""
    proven = freshness is not None and freshness.works and freshness.fresh
    virtual = (configuration,) if configuration is not None and configuration.virtual else ()
    for remote in (*virtual, *settings.remotes):
        include, exclude = remote.includes_pattern, remote.excludes_pattern
        by, path = (None, "") if proven else _rejected(target, through, include, exclude)
        if by == "exclude":
            yield with_recreation(target, _excluded(target, path, remote, settings.exchanges, freshness), remote)
        elif by == "include":
            yield with_recreation(target, _not_included(target, path, remote, settings.exchanges, freshness), remote)
        elif remote.remote and include is not None and include.strip() not in (ALL, "", "**", "**/**"):
            yield _narrow(target, remote, settings.exchanges)
    settings.must_show("includes_pattern", "excludes_pattern")


def _rejected(
    target: Target, through: PullThrough | None, include: str | None, exclude: str | None
) -> tuple[str | None, str]:
    """Which list rejects the image, or a part of it that did not come; and what it rejects."""
    whole = rejection(target, include, exclude)
    if whole is not None:
        return whole, target.path_in_repository
    part = rejected_part(target, through.pull, include, exclude) if through is not None else None
    return part if part is not None else (None, "")


def _not_included(
    target: Target, path: str, remote: Configuration, evidence: tuple[str, ...], freshness: Freshness | None
) -> Finding:
    return fail(
        INCLUDE_PATTERN_BLOCKS,
        still_cached(f"Include Patterns of {remote.key} do not match {path}", freshness),
        subject=remote.key,
        setting=rest_name("includes_pattern"),
        expected=ALL,
        actual=remote.includes_pattern,
        evidence=evidence,
        remedy=_include_all(target, remote),
    )


def _narrow(target: Target, remote: Configuration, evidence: tuple[str, ...]) -> Finding:
    return warn(
        INCLUDE_PATTERN_BLOCKS,
        f"Include Patterns of {remote.key} let this image through but are not {ALL}",
        subject=remote.key,
        setting=rest_name("includes_pattern"),
        expected=ALL,
        actual=remote.includes_pattern,
        evidence=evidence,
        remedy=_include_all(target, remote),
    )


def _excluded(
    target: Target, path: str, remote: Configuration, evidence: tuple[str, ...], freshness: Freshness | None
) -> Finding:
    paths = manifest_paths(target) if path == target.path_in_repository else (path,)
    hitting, others = apart(remote.excludes_pattern or "", paths)
    named = " and ".join(hitting)
    return fail(
        EXCLUDE_PATTERN_BLOCKS,
        still_cached(f"Exclude Patterns of {remote.key} match {path}", freshness),
        subject=remote.key,
        setting=rest_name("excludes_pattern"),
        expected="(empty)",
        actual=remote.excludes_pattern,
        evidence=evidence,
        remedy=commands.change(
            remote.key,
            target.artifactory_url,
            f"Remove {named or 'the pattern'} from Exclude Patterns of {remote.key}",
            {"excludes_pattern": ",".join(others)},
            kind=_kind(remote),
        ),
    )


def _include_all(target: Target, remote: Configuration) -> commands.Remedy:
    return commands.change(
        remote.key,
        target.artifactory_url,
        f"Set Include Patterns of {remote.key} to {ALL}",
        {"includes_pattern": ALL},
        kind=_kind(remote),
    )


def _kind(repository: Configuration) -> commands.Kind:
    return "Virtual" if repository.virtual else "Remote"

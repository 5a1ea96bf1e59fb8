"""Disable URL Normalization, where the URL needs it off.

## What it looks at
`disableUrlNormalization` and `url` of every remote the pull can go through.

## Why it matters
Artifactory puts a doubled slash at the end of URL right, unless this switch tells it not to.

## How it fails
Artifactory asks for `//v2/`, which is nothing to cgr.dev: every image is "not known to the registry".

## How to fix
Write the URL as `https://cgr.dev/`; then the switch does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, graded
from cgrdoctor_checks.codes.fields import URL_MISMATCH
from cgrdoctor_checks.facts.artifactory.configuration import rest_name
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.fresh_remote import with_recreation


@check("fields.url-slashes", title="Slashes of URL are put right, or need not be", codes=[URL_MISMATCH])
def url_slashes(target: Target, settings: AdminView, freshness: Freshness | None) -> Iterator[Finding]:
    """The switch alone is no fault: the guides for other ecosystems ask for it."""
    for remote in settings.showing("disable_url_normalization", "url"):
        written = (remote.url or "").strip()
        if not remote.disable_url_normalization or not written.endswith("//"):
            continue
        right = written.rstrip("/") + "/"
        finding = graded(
            URL_MISMATCH,
            severity_of_setting(freshness),
            still_cached(
                f"{remote.key} asks for //v2/: URL ends in two slashes, and nothing puts that right", freshness
            ),
            subject=remote.key,
            setting=rest_name("url"),
            expected=right,
            actual=written,
            evidence=settings.exchanges,
            remedy=commands.change(
                remote.key, target.artifactory_url, f"Set the URL of {remote.key} to {right}", {"url": right}
            ),
        )
        yield with_recreation(target, finding, remote)

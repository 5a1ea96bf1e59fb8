"""The remote's URL.

## What it looks at
The URL field of every remote the pull can go through, compared letter by letter with `https://cgr.dev/`.

## Why it matters
Artifactory builds its upstream requests from this field and accepts nearly anything without a warning.

## How it fails
A path is ignored or doubled (`/v2/v2/`), so images are "not known to the registry"; another host answers with pages.

## How to fix
Set URL to `https://cgr.dev/`; shorten references with Project ID instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Severity, Unobservable, check, graded
from cgrdoctor_checks.codes.fields import URL_MISMATCH
from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.facts.artifactory.departures import describe
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.fresh_remote import with_recreation

EXPECTED = "https://cgr.dev/"


@check(
    "fields.url",
    title="URL is exactly https://cgr.dev/",
    codes=[URL_MISMATCH],
    guide="URL is exactly https://cgr.dev/",
    unlocked_by="a user who may read the repository's configuration",
)
def remote_url(target: Target, remotes: Remotes, freshness: Freshness | None) -> Iterator[Finding]:
    """Compares each remote's URL with the one the guide asks for."""
    for remote in remotes.chainguard:
        if remote.url is None or remote.url == EXPECTED:
            continue
        departure, harmless = describe(remote.url)
        severity: Severity = "warn" if harmless else severity_of_setting(freshness)
        summary = f"the URL of {remote.key} {departure}"
        finding = graded(
            URL_MISMATCH,
            severity,
            summary if severity == "warn" else still_cached(summary, freshness),
            subject=remote.key,
            expected=EXPECTED,
            actual=remote.url,
            evidence=remotes.exchanges,
            remedy=_remedy(target, remote),
        )
        yield with_recreation(target, finding, remote)
    hidden = next((remote.key for remote in remotes.chainguard if remote.url is None), None)
    if hidden is not None:
        raise Unobservable(f"Artifactory shows no URL of {hidden} that can be read", "an admin's access token")


def _remedy(target: Target, remote: Configuration) -> commands.Remedy:
    return commands.change(
        remote.key,
        target.artifactory_url,
        f"Set the URL of {remote.key} to {EXPECTED}",
        {"url": EXPECTED},
    )

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
from typing import Literal

from cgrdoctor import Confidence, Finding, Rival, Severity, Unobservable, check, graded
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes.fields import URL_MISMATCH
from cgrdoctor_checks.facts.artifactory.configuration import Configuration, rest_name
from cgrdoctor_checks.facts.artifactory.departures import describe
from cgrdoctor_checks.facts.artifactory.remotes import Remotes, is_meant_for_chainguard
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.upstream_path import prefixed
from cgrdoctor_checks.facts.artifactory.wording import quoted_realm, quoted_scope
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.pull.upstream_tags import UpstreamTags
from cgrdoctor_checks.facts.pull.virtual_members import MemberPulls
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
def remote_url(
    target: Target,
    remotes: Remotes,
    freshness: Freshness | None,
    through: PullThrough | None,
    tags: UpstreamTags | None,
    members: MemberPulls | None,
) -> Iterator[Finding]:
    """Compares each remote's URL with the one the guide asks for, and with what Artifactory says it asked for."""
    for remote in remotes.chainguard:
        if remote.url is None or remote.url == EXPECTED:
            continue
        departure, harmless = describe(remote.url)
        asked = _asked(target, remote, _failures(remote, through, tags, members))
        severity: Severity = "warn" if harmless or asked == "as meant" else severity_of_setting(freshness)
        sure: Confidence = "likely" if asked == "a token" and severity == "fail" else "certain"
        summary = f"the URL of {remote.key} {departure}{WORKS if asked == 'as meant' else ''}"
        finding = graded(
            URL_MISMATCH,
            severity,
            summary if severity == "warn" else still_cached(summary, freshness),
            subject=remote.key,
            setting=rest_name("url"),
            expected=EXPECTED,
            actual=remote.url,
            evidence=remotes.exchanges,
            confidence=sure,
            rivals=() if sure == "certain" else (_no_token(remote),),
            remedy=_remedy(target, remote),
        )
        yield with_recreation(target, finding, remote)
    hidden = next((remote.key for remote in remotes.chainguard if remote.url is None), None)
    if hidden is not None:
        raise Unobservable(f"Artifactory shows no URL of {hidden} that can be read", "an admin's access token")


WORKS = ", though it asks cgr.dev for this very image"
Asked = Literal["as meant", "a token", "unknown"]
"""What the answers show a remote to ask for: this very image; a token, who knows for what; or nothing to tell by."""


def _asked(target: Target, remote: Configuration, failures: Iterator[Step]) -> Asked:
    """A token that was refused was asked for behind a challenge, so that the URL leads to a registry."""
    if not is_meant_for_chainguard(remote.url):
        return "unknown"
    for step in failures:
        scope = quoted_scope(step.message)
        if scope:
            meant = scope == prefixed(remote, target.path_in_repository)
            return "as meant" if meant and quoted_realm(step.message) == REGISTRY_HOST else "unknown"
        if symptom(step) == "upstream-token":
            return "a token"
    return "unknown"


def _failures(
    remote: Configuration, through: PullThrough | None, tags: UpstreamTags | None, members: MemberPulls | None
) -> Iterator[Step]:
    """What failed by this remote: what it answers by itself, else what the repository does that was asked. Behind a
    pull that the cache served, the live list is what shows it."""
    own = [one.pull.failed for one in (members.pulls if members else ()) if one.key == remote.key]
    listed = tags.step if tags is not None and not tags.step.ok else None
    failed = own or [through.pull.failed if through else None, listed]
    return (step for step in failed if step is not None)


def _no_token(remote: Configuration) -> Rival:
    return Rival(
        code="pull-token-rejected",
        would_be_excluded_by="the pull fails otherwise once the URL is right",
        who="artifactory-admin",
        subject=remote.key,
    )


def _remedy(target: Target, remote: Configuration) -> commands.Remedy:
    return commands.change(
        remote.key,
        target.artifactory_url,
        f"{_change(remote.url or '', remote.key)}: {EXPECTED}",
        {"url": EXPECTED},
    )


def _change(written: str, key: str) -> str:
    """The shortest words for what makes the URL right."""
    bare = written.strip()
    if bare == EXPECTED:
        return f"Remove the white space around the URL of {key}"
    if bare.rstrip("/") + "/" == EXPECTED:
        return f"End the URL of {key} in one slash"
    path = bare.removeprefix(EXPECTED).rstrip("/") if bare.startswith(EXPECTED) else ""
    if path in ("v1", "v2"):
        return f"Drop /{path}/ from the URL of {key}"
    return f"Drop /{path} from the URL of {key}" if path else f"Set the URL of {key}"

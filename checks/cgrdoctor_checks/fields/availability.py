"""Offline, Ignore Repository, Store Artifacts Locally, Lenient Host Authentication.

## What it looks at
The switches of the remote that stop it from asking upstream, from answering, from caching, or that send its
credentials where they do not belong.

## Why it matters
Each of them makes pulls fail in a way that looks like a missing image or a broken network.

## How it fails
404 for what is not cached (offline), for everything (blacked out), failing layers (lenient authentication).

## How to fix
Uncheck the first two and the last, check Store Artifacts Locally.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Code, Finding, Severity, check, graded
from cgrdoctor_checks.codes.fields import (
    CACHE_DISABLED,
    LENIENT_HOST_AUTHENTICATION,
    REMOTE_BLACKED_OUT,
    REMOTE_OFFLINE,
)
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.repository import Configuration
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.fresh_remote import with_recreation


@check(
    "fields.availability",
    title="The remote is switched on, stores what it fetches and keeps its credentials to itself",
    codes=[REMOTE_BLACKED_OUT, REMOTE_OFFLINE, LENIENT_HOST_AUTHENTICATION, CACHE_DISABLED],
)
def availability(
    target: Target, settings: AdminView, freshness: Freshness | None, through: PullThrough | None
) -> Iterator[Finding]:
    """Fails for what stops uncached pulls, warns for what only departs from a sound configuration."""
    for remote in settings.remotes:
        stops = severity_of_setting(freshness)
        if remote.blacked_out:
            yield _switch(
                target, remote, settings, REMOTE_BLACKED_OUT, stops, f"{remote.key} is blacked out", freshness
            )
        if remote.offline:
            yield _switch(target, remote, settings, REMOTE_OFFLINE, stops, f"{remote.key} is marked Offline", freshness)
        if remote.lenient_host_authentication:
            lenient: Severity = "fail" if _blob_failed(through) else "warn"
            summary = f"Lenient Host Authentication of {remote.key} is on"
            yield _switch(target, remote, settings, LENIENT_HOST_AUTHENTICATION, lenient, summary, freshness)
        if remote.store_artifacts_locally is False:
            summary = f"{remote.key} stores nothing it fetches"
            yield _switch(target, remote, settings, CACHE_DISABLED, "warn", summary, freshness)


def _blob_failed(through: PullThrough | None) -> bool:
    failed = through.pull.failed if through else None
    return failed is not None and failed.name in ("config", "layer")


_SWITCHES: dict[str, tuple[str, str, bool, str]] = {
    REMOTE_BLACKED_OUT.name: ("Advanced > Ignore Repository = unchecked", "blackedOut", False, "blacked_out"),
    REMOTE_OFFLINE.name: ("Basic > Offline = unchecked", "offline", False, "offline"),
    LENIENT_HOST_AUTHENTICATION.name: (
        "Advanced > Lenient Host Authentication = unchecked",
        "allowAnyHostAuth",
        False,
        "allow_any_host_auth",
    ),
    CACHE_DISABLED.name: (
        "Advanced > Store Artifacts Locally = checked",
        "storeArtifactsLocally",
        True,
        "store_artifacts_locally",
    ),
}


def _switch(
    target: Target,
    remote: Configuration,
    settings: AdminView,
    code: Code,
    severity: Severity,
    summary: str,
    freshness: Freshness | None,
) -> Finding:
    ui, rest_name, wanted, terraform_name = _SWITCHES[code.name]
    finding = graded(
        code,
        severity,
        still_cached(summary, freshness) if severity == "fail" else summary,
        subject=remote.key,
        expected=str(wanted).lower(),
        actual=str(not wanted).lower(),
        evidence=settings.exchanges,
        remedy=commands.setting(
            remote.key,
            target.artifactory_url,
            f"{code.fix.rstrip('.')} ({remote.key})",
            ui=ui,
            rest={rest_name: wanted},
            terraform=f"{terraform_name} = {str(wanted).lower()}",
        ),
    )
    return with_recreation(target, finding, remote)

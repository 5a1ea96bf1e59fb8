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

import msgspec

from cgrdoctor import Code, Finding, Severity, check, graded
from cgrdoctor_checks.codes.fields import (
    CACHE_DISABLED,
    LENIENT_HOST_AUTHENTICATION,
    REMOTE_BLACKED_OUT,
    REMOTE_OFFLINE,
)
from cgrdoctor_checks.facts.artifactory.configuration import Configuration, rest_name
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.facts.pull.control_content import ControlContent
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
    target: Target,
    settings: AdminView,
    freshness: Freshness | None,
    through: PullThrough | None,
    content: ControlContent | None,
) -> Iterator[Finding]:
    """Fails for what stops uncached pulls, warns for what only departs from a sound configuration."""
    stops = severity_of_setting(freshness)
    lenient: Severity = "fail" if _blob_failed(through) or _blob_failed(content) else "warn"
    graded_by = {REMOTE_BLACKED_OUT: stops, REMOTE_OFFLINE: stops, LENIENT_HOST_AUTHENTICATION: lenient}
    for remote in settings.remotes:
        for switch in SWITCHES:
            if getattr(remote, switch.name) is not (not switch.wanted):
                continue
            severity = graded_by.get(switch.code, "warn")
            summary = switch.sentence.format(key=remote.key)
            told = still_cached(summary, freshness) if severity == "fail" else summary
            yield with_recreation(target, _finding(target, remote, settings, switch, severity, told), remote)
    settings.must_show(*(switch.name for switch in SWITCHES))


def _blob_failed(fact: PullThrough | ControlContent | None) -> bool:
    failed = fact.pull.failed if fact else None
    return failed is not None and failed.name in ("config", "layer")


class Switch(msgspec.Struct, frozen=True):
    """A field that is on or off, what to say where it is not as wanted, and the code of that."""

    name: str
    wanted: bool
    sentence: str
    code: Code


SWITCHES = (
    Switch("blacked_out", False, "{key} answers no request", REMOTE_BLACKED_OUT),
    Switch("offline", False, "{key} serves only what is cached", REMOTE_OFFLINE),
    Switch(
        "lenient_host_authentication",
        False,
        "Lenient Host Authentication of {key} is on",
        LENIENT_HOST_AUTHENTICATION,
    ),
    Switch("store_artifacts_locally", True, "{key} stores nothing it fetches", CACHE_DISABLED),
)


def _finding(
    target: Target, remote: Configuration, settings: AdminView, switch: Switch, severity: Severity, summary: str
) -> Finding:
    return graded(
        switch.code,
        severity,
        summary,
        subject=remote.key,
        setting=rest_name(switch.name),
        expected=str(switch.wanted).lower(),
        actual=str(not switch.wanted).lower(),
        evidence=settings.exchanges,
        remedy=commands.change(
            remote.key,
            target.artifactory_url,
            f"{switch.code.fix.rstrip('.')} ({remote.key})",
            {switch.name: switch.wanted},
        ),
    )

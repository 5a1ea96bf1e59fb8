"""Block Mismatching Mime Types, and Override Default Blocked Mime Types.

## What it looks at
`blockMismatchingMimeTypes` and `mismatchingMimeTypesOverrideList` of every remote the pull can go through.

## Why it matters
A proxy's or firewall's web page must not be stored in place of a manifest or layer.

## How it fails
`invalid character '<' looking for beginning of value`, for as long as the page stays in the cache.

## How to fix
Check Block Mismatching Mime Types and leave the override list empty. (The guides for language libraries ask for the
opposite; they do not apply to a Docker remote.)
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, warn
from cgrdoctor_checks.codes.fields import MIME_BLOCKING_DISABLED, MIME_OVERRIDE_UNSAFE
from cgrdoctor_checks.facts.artifactory.configuration import Configuration, rest_name
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands


@check(
    "fields.mime-blocking",
    title="Block Mismatching Mime Types is checked",
    codes=[MIME_BLOCKING_DISABLED, MIME_OVERRIDE_UNSAFE],
    guide="Block Mismatching Mime Types is checked",
    unlocked_by="an admin's access token",
)
def mime_blocking(target: Target, settings: AdminView) -> Iterator[Finding]:
    """Off is a warning; an override list is one too, because its two known readings both weaken the block."""
    for remote in settings.remotes:
        if remote.block_mismatching_mime_types is False:
            yield _off(target, remote, settings.exchanges)
        elif remote.mime_override_list and remote.mime_override_list.strip(" ,"):
            yield _overridden(target, remote, settings.exchanges)
    settings.must_show("block_mismatching_mime_types", "mime_override_list")


def _off(target: Target, remote: Configuration, evidence: tuple[str, ...]) -> Finding:
    return warn(
        MIME_BLOCKING_DISABLED,
        f"Block Mismatching Mime Types of {remote.key} is off",
        subject=remote.key,
        setting=rest_name("block_mismatching_mime_types"),
        expected="true",
        actual="false",
        evidence=evidence,
        remedy=commands.change(
            remote.key,
            target.artifactory_url,
            f"Turn on Block Mismatching Mime Types of {remote.key}",
            {"block_mismatching_mime_types": True},
        ),
    )


def _overridden(target: Target, remote: Configuration, evidence: tuple[str, ...]) -> Finding:
    listed = (remote.mime_override_list or "").strip()
    return warn(
        MIME_OVERRIDE_UNSAFE,
        f"{remote.key} has a mime override list ({listed}): read as a replacement, only these types are blocked; "
        "read as an exemption, these types are let through",
        subject=remote.key,
        setting=rest_name("mime_override_list"),
        expected="(empty)",
        actual=listed,
        evidence=evidence,
        remedy=commands.change(
            remote.key,
            target.artifactory_url,
            f"Empty the mime type override list of {remote.key}",
            {"mime_override_list": ""},
        ),
    )

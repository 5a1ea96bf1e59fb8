"""Faults of the Chainguard account that look like others, by who can see what."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ARTIFACTORY, PullToken, World

KEY = "cgr-private"
OTHERS = PullToken("other.org")


def _holding(world: World, token: PullToken | None, key: str = KEY) -> World:
    """The remote with another pull token; what this machine holds stays."""
    return world.repository_with(key, token=token)


def _free(world: World) -> World:
    return replace(world, image=f"{ARTIFACTORY}/cgr-public/chainguard/go:latest", credential=None)


def _viewer(world: World) -> World:
    token = PullToken("acme.com", may_fetch=False)
    return replace(_holding(world, token).chainguard_with(tokens=(token, OTHERS)), credential=token)


FAULTS = (
    Fault(
        "pull-role-missing-whole-catalog",
        "cgr.dev keeps the whole catalog of the organization from the token",
        lambda world: world.chainguard_with(catalog=()),
        "pull-role-missing",
        ("F28",),
    ),
    Fault(
        "pull-role-viewer",
        "The identity may list manifests and fetch no blobs",
        _viewer,
        "pull-role-missing",
        ("F28",),
    ),
    Fault(
        "pull-token-dead-on-free-remote",
        "The Free remote holds the credentials of a token that is gone",
        lambda world: _free(_holding(world, PullToken("acme.com", number=9), "cgr-public")),
        "pull-token-rejected",
        ("F31",),
    ),
    Fault(
        "pull-token-wrong-organization-of-the-remote",
        "The remote's token is of another organization, this machine's is right",
        lambda world: _holding(world, OTHERS),
        "pull-token-wrong-organization",
        ("F29",),
    ),
    Fault(
        "pull-token-wrong-organization-unseen",
        "The remote's token is of another organization, and nobody here can look",
        lambda world: replace(_holding(world, OTHERS), credential=None, caller="user"),
        "pull-token-wrong-organization",
        ("F29",),
        accept=("image-not-in-catalog", "pull-token-rejected"),
    ),
    Fault(
        "remote-credentials-missing-unseen",
        "The remote has no pull token, seen by a user whose own one works",
        lambda world: replace(_holding(world, None), caller="user"),
        "remote-credentials-missing",
        accept=("pull-token-rejected",),
    ),
    Fault(
        "remote-offline-unseen",
        "The remote is marked Offline, seen by an ordinary user",
        lambda world: replace(world.fields_with(KEY, offline=True), caller="user"),
        "remote-offline",
        ("F37",),
    ),
    Fault(
        "exclude-pattern-unseen",
        "Exclude Patterns reject the image, seen by an ordinary user",
        lambda world: replace(world.fields_with(KEY, excludesPattern="acme.com/**"), caller="user"),
        "exclude-pattern-blocks",
        ("F35",),
        accept=("include-pattern-blocks",),
    ),
)

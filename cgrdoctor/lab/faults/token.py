"""Faults of logins: towards Artifactory, and of the Chainguard account."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ADMIN, ARTIFACTORY, BOB, Cached, PullToken, World


def _token(world: World, token: PullToken, *, ours: bool = True) -> World:
    """The remote's pull token, known to cgr.dev as it is; `ours` gives it to the direct arm too."""
    changed = world.repository_with("cgr-private", token=token).chainguard_with(tokens=(token, PullToken("other.org")))
    return replace(changed, credential=token if ours else None)


def _reading(world: World, *keys: str) -> World:
    return replace(world.artifactory_with(users=(ADMIN, replace(BOB, reads=keys))), caller="user")


def _pulling(world: World, *keys: str) -> World:
    """An administrator looks, and somebody else pulls, who may read these keys."""
    hidden = world.artifactory_with(hide_existence=True, users=(ADMIN, replace(BOB, reads=keys)))
    return replace(hidden, pulls_as=BOB.name)


EXPIRED = PullToken("acme.com", expires_in=-3600)
FAULTS = (
    Fault(
        "docker-credentials-missing",
        "Nobody is logged in",
        lambda world: replace(world, caller="anonymous"),
        "docker-credentials-missing",
        ("F12", "F73"),
        accept=("artifactory-credentials-missing",),
    ),
    Fault(
        "artifactory-credentials-rejected",
        "The password is wrong",
        lambda world: replace(world, wrong_password=True),
        "artifactory-credentials-rejected",
        ("F13",),
    ),
    Fault(
        "artifactory-permission-denied",
        "The user may not read the repository",
        lambda world: _reading(world, "cgr-public"),
        "artifactory-permission-denied",
        ("F14",),
    ),
    Fault(
        "artifactory-permission-hidden",
        "The user may not read the repository, and its existence is hidden",
        lambda world: _reading(world.artifactory_with(hide_existence=True), "cgr-public"),
        "artifactory-permission-denied",
        ("F75",),
        accept=("repository-not-found", "pull-through-failed"),
    ),
    Fault(
        "artifactory-permission-hidden-from-puller",
        "An administrator reads the settings; the user who pulls may not read the repository, and that is hidden",
        lambda world: _pulling(world, "cgr-public"),
        "artifactory-permission-denied",
        ("F75",),
    ),
    Fault(
        "token-realm-http",
        "The token realm is on plain HTTP",
        lambda world: world.artifactory_with(realm=f"http://{ARTIFACTORY}/v2/token"),
        "token-realm-mismatch",
        ("F45",),
        beside=("credential-not-sent",),
    ),
    Fault(
        "token-realm-internal",
        "The token realm is an internal host",
        lambda world: world.artifactory_with(realm="https://artifactory.internal:8443/v2/token"),
        "token-realm-mismatch",
        ("F45",),
        beside=("credential-not-sent",),
    ),
    Fault(
        "pull-token-expired",
        "The pull token has expired",
        lambda world: _token(world, EXPIRED),
        "pull-token-expired",
        ("F01",),
    ),
    Fault(
        "pull-token-expired-unseen",
        "The pull token has expired, and this machine has none to compare",
        lambda world: replace(_token(world, EXPIRED, ours=False), caller="user"),
        "pull-token-rejected",
        ("F01",),
        accept=("pull-token-expired",),
    ),
    Fault(
        "pull-token-expired-cached",
        "The pull token has expired, and the image is still in the cache",
        lambda world: _token(world, EXPIRED).repository_with(
            "cgr-private", token=EXPIRED, cached=(Cached("acme.com/python", "3.12", age=60),)
        ),
        "pull-token-expired",
        ("F01",),
    ),
    Fault(
        "pull-token-expired-url-ignored",
        "The pull token has expired, and the URL has a path, which Artifactory does not use",
        lambda world: (
            _token(world, EXPIRED)
            .fields_with("cgr-private", url="https://cgr.dev/acme.com/")
            .artifactory_with(appends_url_path=False)
        ),
        "pull-token-expired",
        ("F01",),
        beside=("remote-url-mismatch",),
    ),
    Fault(
        "pull-token-expiring",
        "The pull token ends in five days",
        lambda world: _token(world, PullToken("acme.com", expires_in=5 * 86400)),
        "pull-token-expiring",
        ("F01",),
        severity="warn",
    ),
    Fault(
        "pull-token-revoked",
        "The identity was deleted",
        lambda world: _token(world, PullToken("acme.com", revoked=True)),
        "pull-token-rejected",
        ("F30",),
    ),
    Fault(
        "pull-token-wrong-organization",
        "The pull token belongs to another organization",
        lambda world: replace(
            world.repository_with("cgr-private", token=PullToken("other.org")), credential=PullToken("other.org")
        ),
        "pull-token-wrong-organization",
        ("F29",),
    ),
    Fault(
        "organization-unknown",
        "The organization is mistyped",
        lambda world: replace(world, image=f"{ARTIFACTORY}/cgr-private/acmee.com/python:3.12"),
        "organization-unknown",
        ("F27",),
    ),
    Fault(
        "pull-role-missing",
        "The identity lacks registry.pull",
        lambda world: _token(world, PullToken("acme.com", may_pull=False)),
        "pull-role-missing",
        ("F28",),
    ),
    Fault(
        "image-not-in-catalog",
        "The image is not in the catalog: no token",
        lambda world: world.chainguard_with(catalog=("acme.com/node",)),
        "image-not-in-catalog",
        ("F03",),
    ),
    Fault(
        "image-not-in-catalog-capability",
        "The image is not in the catalog: no capability",
        lambda world: world.chainguard_with(catalog=("acme.com/node",), refusal="capability"),
        "image-not-in-catalog",
        ("F03",),
    ),
)

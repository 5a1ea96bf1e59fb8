"""Faults in the fields of the remote."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Literal

from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.tokens import organization_id
from cgrdoctor.lab.world import ARTIFACTORY, Image, PullToken, World

KEY = "cgr-private"


def _fault(
    name: str, title: str, code: str, *catalogue: str, severity: Literal["fail", "warn"] = "fail", **fields: Any
) -> Fault:
    return Fault(name, title, lambda world: world.fields_with(KEY, **fields), code, catalogue, severity=severity)


def _other_organization(world: World) -> World:
    """The remote's token belongs to another organization; this machine has one of the right one."""
    return world.repository_with(KEY, token=PullToken("other.org"))


def _by_organization_id(world: World) -> World:
    """The reference names the organization by its id, as it may."""
    own = organization_id("acme.com")
    images = (*world.chainguard.images, Image(f"{own}/python", ("3.12",)))
    return replace(world.chainguard_with(images=images), image=f"{ARTIFACTORY}/{KEY}/{own}/python:3.12")


def _no_credential(world: World) -> World:
    return world.repository_with(KEY, token=None)


def _challenges(host: str, realm: str) -> Answer:
    told = f'Bearer realm="{realm}",service="{host}"'
    return Answer(host=host, path="/v2/.*", asked_by="artifactory", status=401, headers=(("WWW-Authenticate", told),))


REFUSES = Answer(host="mirror.acme.test", path="/token", asked_by="artifactory", status=403)
OTHER_REGISTRY = (
    Answer(host="ghcr.io", path="/token", asked_by="artifactory", status=403),
    _challenges("ghcr.io", "https://ghcr.io/token"),
)


def _unstored(world: World, says: str) -> World:
    """Nothing is stored, and Artifactory serves nothing of such a remote."""
    return world.fields_with(KEY, storeArtifactsLocally=False).artifactory_with(
        serves_unstored=False, texts={"must-store": says}
    )


FAULTS = (
    _fault(
        "remote-url-path",
        "The URL has the organization as path",
        "remote-url-mismatch",
        "F07",
        url="https://cgr.dev/chainguard/",
    ),
    Fault(
        "remote-url-other-registry",
        "The URL names another registry, which asks for a token of its own",
        lambda world: replace(
            world.fields_with(KEY, url="https://ghcr.io/"), names=("ghcr.io",), answers=OTHER_REGISTRY
        ),
        "remote-url-mismatch",
        ("F107",),
    ),
    Fault(
        "remote-url-mirror-between",
        "The URL is right, and a mirror with a token endpoint of its own answers Artifactory",
        lambda world: replace(
            world,
            names=("mirror.acme.test",),
            answers=(_challenges("cgr.dev", "https://mirror.acme.test/token"), REFUSES),
        ),
        "remote-url-mismatch",
        ("F107",),
    ),
    _fault("remote-url-v2", "The URL ends in /v2/", "remote-url-mismatch", "F07", url="https://cgr.dev/v2/"),
    _fault(
        "remote-url-host",
        "The URL names chainguard.dev",
        "remote-url-mismatch",
        "F107",
        url="https://www.chainguard.dev/",
    ),
    _fault("remote-url-http", "The URL is http", "remote-url-mismatch", "F107", severity="warn", url="http://cgr.dev/"),
    _fault(
        "remote-url-slash", "The URL lacks its slash", "remote-url-mismatch", severity="warn", url="https://cgr.dev"
    ),
    _fault(
        "remote-url-slashes",
        "The URL ends in two slashes, and URL normalization is disabled",
        "remote-url-mismatch",
        url="https://cgr.dev//",
        disableUrlNormalization=True,
    ),
    _fault(
        "token-authentication-disabled",
        "Enable Token Authentication is off",
        "token-authentication-disabled",
        "F08",
        enableTokenAuthentication=False,
    ),
    _fault(
        "mime-blocking-disabled",
        "Block Mismatching Mime Types is off",
        "mime-blocking-disabled",
        "F39",
        severity="warn",
        blockMismatchingMimeTypes=False,
    ),
    _fault(
        "mime-override-unsafe",
        "The override list is not empty",
        "mime-override-unsafe",
        "F39",
        severity="warn",
        mismatchingMimeTypesOverrideList="application/json",
    ),
    _fault(
        "include-pattern-blocks",
        "Include Patterns leave the image out",
        "include-pattern-blocks",
        "F35",
        includesPattern="chainguard/**",
    ),
    _fault(
        "include-pattern-narrow",
        "Include Patterns are narrow but fit",
        "include-pattern-blocks",
        "F35",
        severity="warn",
        includesPattern="acme.com/**,chainguard/**",
    ),
    _fault(
        "exclude-pattern-blocks",
        "Exclude Patterns match the image",
        "exclude-pattern-blocks",
        "F35",
        excludesPattern="acme.com/**",
    ),
    _fault(
        "exclude-pattern-blobs",
        "Exclude Patterns match blobs, and no manifest",
        "exclude-pattern-blocks",
        "F35",
        excludesPattern="**/sha256__*/sha256__*",
    ),
    _fault("remote-offline", "The remote is marked Offline", "remote-offline", "F37", offline=True),
    _fault("remote-blacked-out", "The remote is blacked out", "remote-blacked-out", "F38", blackedOut=True),
    _fault(
        "lenient-host-authentication-enabled",
        "Lenient Host Authentication is on",
        "lenient-host-authentication-enabled",
        "F77",
        allowAnyHostAuth=True,
    ),
    _fault(
        "cache-disabled",
        "Nothing is stored locally",
        "cache-disabled",
        "F108",
        severity="warn",
        storeArtifactsLocally=False,
    ),
    Fault(
        "cache-disabled-refuses",
        "Nothing is stored locally, and Artifactory serves nothing of such a remote",
        partial(_unstored, says="Docker prerequisite - artifacts must be stored locally in cache"),
        "cache-disabled",
        ("F108",),
    ),
    Fault(
        "cache-disabled-refuses-wordless",
        "The same, shown as a missing image",
        partial(_unstored, says=""),
        "cache-disabled",
        ("F108",),
    ),
    _fault(
        "remote-username-malformed",
        "The remote's user name is an e-mail address",
        "remote-username-malformed",
        "F02",
        username="dev@acme.com",
    ),
    _fault(
        "remote-username-swapped",
        "User Name and Password are swapped",
        "remote-username-malformed",
        "F02",
        username=PullToken("acme.com").password,
        password=PullToken("acme.com").username,
    ),
    _fault(
        "remote-username-white-space",
        "The user name ends in a space",
        "remote-username-malformed",
        "F02",
        username=PullToken("acme.com").username + " ",
    ),
    _fault(
        "remote-username-organization",
        "The user name is the organization's id alone",
        "remote-username-malformed",
        "F02",
        username=organization_id("acme.com"),
    ),
    _fault("remote-password-missing", "A user name without a password", "remote-credentials-missing", password=""),
    Fault(
        "remote-token-of-other-organization",
        "The pull token belongs to another organization, and this machine has the right one",
        _other_organization,
        "pull-token-wrong-organization",
        ("F29",),
    ),
    Fault(
        "remote-token-of-other-organization-by-id",
        "The pull token belongs to another organization than the id in the reference",
        lambda world: replace(_other_organization(_by_organization_id(world)), credential=None),
        "pull-token-wrong-organization",
        ("F29",),
    ),
    Fault(
        "project-id-malformed",
        "The Project ID ends in a slash",
        lambda world: replace(
            world.fields_with(KEY, dockerProjectId="acme.com/"), image=f"{ARTIFACTORY}/{KEY}/python:3.12"
        ),
        "project-id-malformed",
        ("F34",),
    ),
    Fault(
        "remote-credentials-missing",
        "The remote has no pull token",
        _no_credential,
        "remote-credentials-missing",
    ),
    Fault(
        "token-authentication-disabled-free",
        "Enable Token Authentication is off on the Free remote, seen by an ordinary user",
        lambda world: replace(
            world.fields_with("cgr-public", enableTokenAuthentication=False),
            caller="user",
            image=f"{ARTIFACTORY}/cgr-public/chainguard/go:latest",
        ),
        "pull-through-failed",
        ("F08",),
        accept=("token-authentication-disabled",),
    ),
)

HEALTHY = (
    Fault(
        "healthy-url-not-normalized",
        "URL normalization is disabled, and the URL needs none",
        lambda world: world.fields_with(KEY, disableUrlNormalization=True),
    ),
    Fault(
        "healthy-exclude-pattern",
        "Exclude Patterns match blobs of another image",
        lambda world: world.fields_with(KEY, excludesPattern="acme.com/node/sha256__*/sha256__*"),
    ),
)

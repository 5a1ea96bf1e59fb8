"""Faults of a Pod's pull secrets, and secrets that serve."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.docker import Docker
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.kubernetes import Kubernetes, Secret
from cgrdoctor.lab.tokens import jwt
from cgrdoctor.lab.world import ADMIN, World

GONE = "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."


OF_LAST_YEAR, OLDER = "the-password-of-last-year", "older"
"""Passwords that were changed since."""
STALE = Secret(password=OF_LAST_YEAR)


def _pod(world: World, *secrets: Secret, asked: tuple[str, ...] = ("regcred",), says: str = "") -> World:
    """Nothing but a Pod and its secrets is at hand."""
    return replace(world, docker=Docker(environment="nothing"), kubernetes=Kubernetes(secrets, asked, says=says))


def _secret(name: str, title: str, secret: Secret) -> Fault:
    return Fault(name, title, lambda world: _pod(world, secret), "pull-secret-unusable", ("F58",))


FAULTS = (
    Fault(
        "pull-secret-missing",
        "The Pod names no pull secret",
        lambda world: _pod(world, asked=()),
        "pull-secret-missing",
        ("F57",),
    ),
    Fault(
        "pull-secret-missing-in-namespace",
        "The pull secret is in another namespace",
        lambda world: _pod(world, Secret(namespace="default")),
        "pull-secret-missing",
        ("F57",),
    ),
    Fault(
        "pull-secret-missing-gone",
        "The kubelet does not find the pull secret",
        lambda world: _pod(world, says=GONE),
        "pull-secret-missing",
        ("F57",),
    ),
    _secret("pull-secret-unusable", "The pull secret is for cgr.dev", Secret(("cgr.dev",))),
    _secret("pull-secret-unusable-hub", "The pull secret is for Docker Hub", Secret(("https://index.docker.io/v1/",))),
    _secret(
        "pull-secret-unusable-path",
        "The pull secret's server is the address of a page",
        Secret(("https://{host}/artifactory",)),
    ),
    _secret("pull-secret-unusable-twice", "The pull secret is base64 of base64", Secret(packed=2)),
    _secret("pull-secret-unusable-type", "The pull secret is of type Opaque", Secret(type="Opaque")),
    _secret(
        "pull-secret-unusable-line-break", "The login in the pull secret ends with a line break", Secret(ending="\n")
    ),
    _secret(
        "pull-secret-unusable-expired",
        "The token in the pull secret has expired",
        Secret(password=jwt("alice", -3600)),
    ),
    Fault(
        "pull-secret-unusable-first",
        "The first of two pull secrets is refused, and the kubelet goes on to the second",
        lambda world: _pod(world, STALE, Secret(name="second"), asked=("regcred", "second")),
        "pull-secret-unusable",
        ("F58",),
        severity="warn",
    ),
    Fault(
        "artifactory-credentials-rejected-twice",
        "Both pull secrets are refused",
        lambda world: _pod(world, STALE, Secret(name="second", password=OLDER), asked=("regcred", "second")),
        "artifactory-credentials-rejected",
        ("F13",),
    ),
)

HEALTHY = (
    Fault("healthy-pull-secret", "The pull secret serves the image", lambda world: _pod(world, Secret())),
    Fault(
        "healthy-pull-secret-glob",
        "The second pull secret serves every instance below jfrog.io",
        lambda world: _pod(
            world,
            Secret(("cgr.dev",), name="upstream"),
            Secret(("https://*.jfrog.io/v2/",), type="kubernetes.io/dockercfg"),
            asked=("upstream", "regcred"),
        ),
    ),
    Fault(
        "healthy-pull-secret-second-idle",
        "The first of two pull secrets serves, so that nobody tries the second",
        lambda world: _pod(world, Secret(), replace(STALE, name="second"), asked=("regcred", "second")),
    ),
    Fault(
        "healthy-pull-secret-path",
        "The pull secret is for this repository alone",
        lambda world: _pod(world, Secret(("{host}/cgr-private",), password=ADMIN.password)),
    ),
)

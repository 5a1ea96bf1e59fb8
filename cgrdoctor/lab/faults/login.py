"""Logins that are at hand and stay at home, and one that goes out with a line break nobody sees."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from cgrdoctor.lab.docker import Docker
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ADMIN, ARTIFACTORY, DOMAIN, World

NOBODY = "00000000-0000-0000-0000-000000000000"
"""The user name that docker stores beside an identity token."""

REFRESH = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.refresh-token-of-a-registry"


def entry(username: str, password: str, **more: str) -> dict[str, str]:
    """An entry of `auths` as docker writes it."""
    return {"auth": base64.b64encode(f"{username}:{password}".encode()).decode(), **more}


def stored(world: World, **auths: Any) -> World:
    """The caller has only what docker has stored; `own` stands for Artifactory's host, `other` for another one."""
    hosts = {"own": ARTIFACTORY, "other": "registry.acme.test"}
    named = {hosts[name]: value for name, value in auths.items()}
    return replace(world, docker=Docker(environment="nothing", config={"auths": named}))


def exchanging(world: World) -> World:
    """Artifactory's token endpoint takes refresh tokens."""
    return world.artifactory_with(exchanges=True)


def _apart(world: World) -> World:
    """IMAGE is on another host than the one that is named as Artifactory's."""
    served = world.artifactory_with(hosts={DOMAIN: ""}, rest_hosts=(DOMAIN, ARTIFACTORY))
    return replace(served, artifactory_url=f"https://{DOMAIN}/artifactory")


FAULTS = (
    Fault(
        "credential-not-sent-line-break",
        "The password that docker has stored holds a line break",
        lambda world: stored(world, own=entry("alice", "Adm1n-\npassw0rd")),
        "credential-not-sent",
        ("F71",),
    ),
    Fault(
        "identity-token-refused",
        "docker has stored an identity token that Artifactory does not know",
        lambda world: exchanging(stored(world, own=entry(NOBODY, "", identitytoken=REFRESH))),
        "artifactory-credentials-rejected",
        ("F13",),
    ),
    Fault(
        "identity-token-not-taken",
        "docker has stored an identity token, and this Artifactory exchanges none",
        lambda world: stored(world, own=entry(NOBODY, "", identitytoken=REFRESH)),
        "artifactory-credentials-rejected",
        ("F13",),
    ),
    Fault(
        "credential-not-sent-challenge",
        "A gateway asks for a login that docker does not know",
        lambda world: world.artifactory_with(challenge="Negotiate"),
        "credential-not-sent",
        ("F47",),
    ),
    Fault(
        "credential-not-sent-no-challenge",
        "A gateway takes the challenge away",
        lambda world: world.artifactory_with(challenge=""),
        "credential-not-sent",
        ("F47",),
    ),
    Fault(
        "credential-not-sent-elsewhere",
        "The login is for the Artifactory that is named, the image on another host",
        _apart,
        "credential-not-sent",
    ),
    Fault(
        "artifactory-credentials-rejected-line-break",
        "The password that docker has stored ends with a line break",
        lambda world: stored(world, own=entry("alice", f"{ADMIN.password}\n")),
        "artifactory-credentials-rejected",
        ("F71",),
    ),
)


def _odd_password(world: World) -> World:
    odd = 'p\u00e4 ss:w\u00f6rd%3D=\\"/'
    users = tuple(replace(user, password=odd) if user is ADMIN else user for user in world.artifactory.users)
    return stored(world.artifactory_with(users=users), own=entry("alice", odd))


HEALTHY = (
    Fault("healthy-odd-password", "The password is full of odd characters", _odd_password),
    Fault(
        "healthy-identity-token",
        "docker has stored an identity token, which Artifactory exchanges",
        lambda world: exchanging(stored(world, own=entry(NOBODY, "", identitytoken=ADMIN.token))),
    ),
    Fault(
        "healthy-identity-token-elsewhere",
        "docker has stored an identity token for another host",
        lambda world: stored(world, own=entry("alice", ADMIN.password), other=entry(NOBODY, "", identitytoken=REFRESH)),
    ),
    Fault(
        "healthy-two-challenges",
        "A gateway offers a login of its own beside Artifactory's",
        lambda world: world.artifactory_with(challenge="Negotiate, {own}"),
    ),
)

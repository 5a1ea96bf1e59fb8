"""Faults behind the other access methods: sub-domain, port, legacy SaaS host names."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import DOMAIN, PullToken, World

KEY = "cgr-private"
IMAGE = "acme.com/python:3.12"
SUBDOMAIN = f"{KEY}.{DOMAIN}"
PORT = f"{DOMAIN}:8443"
LEGACY = f"acme-{KEY}.jfrog.io"


def _by_host(world: World, host: str) -> World:
    served = world.artifactory_with(hosts={**world.artifactory.hosts, host: KEY})
    return replace(served, image=f"{host}/{IMAGE}")


def by_subdomain(world: World) -> World:
    """The image by `<key>.<domain>`."""
    return _by_host(world, SUBDOMAIN)


def by_port(world: World) -> World:
    """The image by `<domain>:<port>`."""
    return _by_host(world, PORT)


def legacy(world: World) -> World:
    """The image by `<name>-<key>.jfrog.io`."""
    return _by_host(world, LEGACY)


def _expired(world: World) -> World:
    token = PullToken("acme.com", expires_in=-3600)
    held = world.repository_with(KEY, token=token).chainguard_with(tokens=(token, PullToken("other.org")))
    return replace(held, credential=token)


FAULTS = (
    Fault(
        "subdomain-token-authentication-disabled",
        "By the sub-domain method: Enable Token Authentication is off",
        lambda world: by_subdomain(world.fields_with(KEY, enableTokenAuthentication=False)),
        "token-authentication-disabled",
        ("F08",),
    ),
    Fault(
        "subdomain-not-routed",
        "By the sub-domain method: the reverse proxy does not rewrite /v2/",
        lambda world: by_subdomain(world.artifactory_with(docker_routed=False)),
        "docker-api-not-routed",
        ("F46",),
    ),
    Fault(
        "port-pull-token-expired",
        "By the port method: the pull token has expired, and no challenge names the repository",
        lambda world: replace(by_port(_expired(world)).artifactory_with(realm_form="root"), caller="user"),
        "pull-token-expired",
        ("F01",),
    ),
    Fault(
        "port-image-not-found",
        "By the port method: the image does not exist",
        lambda world: replace(by_port(world), image=f"{PORT}/acme.com/pyton:3.12"),
        "image-not-found",
        ("F65",),
    ),
    Fault(
        "legacy-saas-remote-offline",
        "By a legacy SaaS host name: the remote is marked Offline",
        lambda world: legacy(world.fields_with(KEY, offline=True)),
        "remote-offline",
        ("F37",),
    ),
)

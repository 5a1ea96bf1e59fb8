"""Faults of Docker on this machine: its configuration and helpers, its engine; and the same Docker in good order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cgrdoctor.lab.docker import Docker
from cgrdoctor.lab.engine import Engine
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ARTIFACTORY, World

NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody serves."""

HELPER = 'cat >/dev/null; cat "$(dirname "$0")/login.json"'
NO_SPACE = "failed to register layer: write /usr/lib/libpython3.12.so.1.0: no space left on device"
NO_PROXY = f'Get "https://{ARTIFACTORY}/v2/": proxyconnect tcp: dial tcp 127.0.0.1:9: connect: connection refused'


def _login(world: World, **docker: Any) -> World:
    """The caller has only what docker has stored."""
    return replace(world, docker=Docker(environment="nothing", **docker))


def _engine(world: World, engine: Engine | None = None, **docker: Any) -> World:
    """An engine, and docker is logged in."""
    return replace(world, docker=Docker(engine=engine or Engine(), logins=("{host}",), **docker))


def _pull(world: World, engine: Engine | None = None, **docker: Any) -> World:
    """The same with --pull. Names are reached through a proxy, so that nothing has to be mapped."""
    return replace(_engine(world, engine, **docker), proxy="ok", options=("--pull",))


def _proxied(no_proxy: str) -> Engine:
    return Engine(info={"HttpsProxy": NOWHERE, "NoProxy": no_proxy})


FAULTS = (
    Fault(
        "docker-credentials-other-host",
        "docker is logged in to the host with its port",
        lambda world: _login(world, logins=("{host}:443",)),
        "docker-credentials-other-host",
        ("F12",),
    ),
    Fault(
        "docker-credentials-ignored",
        "docker has a login, and a helper that knows nothing of it",
        lambda world: _login(
            world,
            logins=("{host}",),
            config={"credsStore": "empty"},
            helpers={"empty": "cat >/dev/null; echo 'credentials not found in native keychain'; exit 1"},
        ),
        "docker-credentials-other-host",
        ("F40",),
    ),
    Fault(
        "docker-credentials-missing-for-docker",
        "docker is not logged in; the REST token of this run hides it",
        lambda world: replace(world, docker=Docker(engine=Engine(), environment="rest")),
        "docker-credentials-missing",
        ("F12",),
        severity="warn",
    ),
    Fault(
        "credential-helper-missing",
        "The credential helper is not installed",
        lambda world: _login(world, config={"credsStore": "desktop.exe"}),
        "credential-helper-failed",
        ("F41",),
    ),
    Fault(
        "credential-helper-passed-over",
        "The credential helper is not installed; docker goes on with the login in its file, BuildKit does not",
        lambda world: _login(world, logins=("{host}",), config={"credsStore": "desktop.exe"}),
        "credential-helper-failed",
        ("F41",),
        severity="warn",
    ),
    Fault(
        "credential-helper-lies",
        "The credential helper answers with something else",
        lambda world: _login(
            world, config={"credHelpers": {ARTIFACTORY: "odd"}}, helpers={"odd": "cat >/dev/null; echo '<html>'"}
        ),
        "credential-helper-failed",
        ("F41",),
    ),
    Fault(
        "credential-helper-loses",
        "The credential helper has lost what docker login gave it",
        lambda world: _login(
            world,
            config={"credsStore": "empty", "auths": {ARTIFACTORY: {}}},
            helpers={"empty": "cat >/dev/null; echo 'credentials not found in native keychain'; exit 1"},
        ),
        "credential-helper-failed",
        ("F41",),
    ),
    Fault(
        "docker-config-invalid",
        "Docker's configuration is no JSON",
        lambda world: _login(world, config='{"auths": {'),
        "docker-config-invalid",
    ),
    Fault(
        "docker-config-invalid-entry",
        "An entry for another host is malformed",
        lambda world: _login(world, config={"auths": {"registry.acme.test": {"auth": "%%%"}}}),
        "docker-config-invalid",
    ),
    Fault(
        "docker-proxy-differs",
        "The engine sends the host to a proxy that is gone: No Proxy names its sub-domains only",
        lambda world: _engine(world, _proxied(f".{ARTIFACTORY}")),
        "docker-proxy-differs",
        ("F54",),
        severity="warn",
    ),
    Fault(
        "docker-proxy-differs-pull",
        "The engine's proxy is gone, and the engine is to pull",
        lambda world: _pull(world, Engine(info={"HttpsProxy": NOWHERE}, pull="fails", status=500, error=NO_PROXY)),
        "docker-proxy-differs",
        ("F53",),
    ),
    Fault(
        "docker-ca-missing",
        "The engine's certs.d holds the CA under a name that docker does not read",
        lambda world: _engine(world, ca="ca.pem"),
        "docker-ca-missing",
        ("F43",),
        severity="warn",
    ),
    Fault(
        "docker-pull-failed",
        "The engine's disk is full",
        lambda world: _pull(world, Engine(pull="fails", error=NO_SPACE)),
        "docker-pull-failed",
    ),
    Fault(
        "docker-pull-untrue",
        "The engine says that it has pulled, and has nothing",
        lambda world: _pull(world, Engine(pull="lies")),
        "docker-pull-failed",
    ),
    Fault(
        "docker-not-installed",
        "The engine is to pull, and there is neither an engine nor a docker command",
        lambda world: replace(world, docker=Docker(named_by="context", command=False), proxy="ok", options=("--pull",)),
        "docker-not-installed",
        ("F55",),
    ),
    Fault(
        "docker-daemon-unreachable",
        "The engine is to pull, and there is none",
        lambda world: replace(world, proxy="ok", options=("--pull",)),
        "docker-daemon-unreachable",
        ("F55",),
    ),
)

HEALTHY = (
    Fault(
        "healthy-docker",
        "Docker with its engine, nothing else logged in",
        lambda world: _login(world, engine=Engine(), logins=("{host}",), copy="current"),
    ),
    Fault(
        "healthy-docker-helper",
        "Docker with a credential helper",
        lambda world: _login(world, config={"credsStore": "good"}, helpers={"good": HELPER}),
    ),
    Fault(
        "healthy-docker-old-copy",
        "The engine has an old copy",
        lambda world: _engine(world, copy="old"),
        beside=("docker-image-present",),
    ),
    Fault(
        "healthy-docker-context",
        "A docker context names the engine",
        lambda world: _engine(world, named_by="context"),
    ),
    Fault(
        "healthy-docker-no-proxy",
        "The engine's No Proxy names the host",
        lambda world: _engine(world, _proxied(ARTIFACTORY)),
    ),
    Fault("healthy-docker-pull", "The engine pulls", _pull),
    Fault("healthy-docker-garbage", "Something else is on the socket", lambda world: _engine(world, Engine("garbage"))),
)

"""Worlds in which nothing is wrong, each unlike the others in one respect."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ARTIFACTORY, BLOBS, CGR, WWW, Cached, PullToken, World


def _free(world: World) -> World:
    return replace(world, image=f"{ARTIFACTORY}/cgr-public/chainguard/go:latest", credential=None)


def _no_egress(world: World) -> World:
    return replace(world, wire={CGR: "refused", BLOBS: "refused"})


def _expired_here(world: World) -> World:
    old = PullToken("acme.com", expires_in=-3600, number=2)
    return replace(world.chainguard_with(tokens=(*world.chainguard.tokens, old)), credential=old)


def _of_others(world: World) -> World:
    return replace(world, credential=PullToken("other.org"))


WORLDS = (
    Fault("healthy", "The guide followed, a Production image", lambda world: world),
    Fault("healthy-free", "A Free image", _free),
    Fault("healthy-user", "Seen by an ordinary user", lambda world: replace(world, caller="user")),
    Fault(
        "healthy-anonymous",
        "Anonymous access is on, nobody is logged in",
        lambda world: replace(_free(world.artifactory_with(anonymous=True)), caller="anonymous"),
    ),
    Fault("healthy-no-egress", "This machine does not reach Chainguard", _no_egress),
    Fault("healthy-no-token", "No pull token on this machine", lambda world: replace(world, credential=None)),
    Fault(
        "healthy-cached",
        "The image is in the cache and fresh",
        lambda world: world.repository_with("cgr-private", cached=(Cached("acme.com/python", "3.12", age=60),)),
    ),
    Fault(
        "healthy-virtual",
        "Through the virtual repository",
        lambda world: replace(world, image=f"{ARTIFACTORY}/cgr-virt/acme.com/python:3.12"),
    ),
    Fault("healthy-old", "Artifactory 7.49", lambda world: world.artifactory_with(version="7.49.3", absent_v1=404)),
    Fault("healthy-context", "Artifactory at another context path", lambda world: replace(world, context="repo")),
    Fault("healthy-digest", "Pulled by digest", lambda world: replace(world, image=_by_digest(world))),
    Fault("healthy-proxy", "Through a proxy", lambda world: replace(world, proxy="ok")),
    Fault(
        "healthy-own-token-expired", "The pull token on this machine has expired, the remote's has not", _expired_here
    ),
    Fault("healthy-other-token", "The pull token on this machine is of another organization", _of_others),
    Fault(
        "healthy-free-token",
        "The Free remote has a pull token that is alive",
        lambda world: _free(world.repository_with("cgr-public", token=PullToken("acme.com"))),
    ),
    Fault(
        "healthy-website-blocked",
        "Artifactory does not reach www.chainguard.dev, which no pull needs",
        lambda world: world.artifactory_with(arm={WWW: "refused"}),
    ),
    Fault(
        "healthy-own-proxy",
        "The remote goes through a proxy of Artifactory's",
        lambda world: world.fields_with("cgr-private", proxy="egress", disableProxy=False),
    ),
    Fault("healthy-slow", "Every answer takes a while", lambda world: replace(world, latency=0.05)),
)


def _by_digest(world: World) -> str:
    from cgrdoctor.lab.content import content

    image = next(image for image in world.chainguard.images if image.path == "acme.com/python")
    return f"{ARTIFACTORY}/cgr-private/acme.com/python@{content(image).index}"

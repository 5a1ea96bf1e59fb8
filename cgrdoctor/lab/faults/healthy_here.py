"""Healthy worlds that differ in this machine: what it reaches, what it holds, how it asks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from cgrdoctor.lab.faults.access import by_port, by_subdomain, legacy
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.faults.virtual import through
from cgrdoctor.lab.world import ARTIFACTORY, BLOBS, CGR, PullToken, Wire, World


def free(world: World, image: str = "chainguard/go:latest") -> World:
    """A Free image, and no pull token on this machine."""
    return replace(world, image=f"{ARTIFACTORY}/cgr-public/{image}", credential=None)


def _user(world: World) -> World:
    return replace(world, caller="user")


def _upstream(world: World, wire: Wire) -> World:
    """How Chainguard's hosts behave towards this machine alone."""
    return replace(world, wire={CGR: wire, BLOBS: wire})


def _asked(world: World, *options: str) -> World:
    return replace(world, options=options)


def _another_token(world: World) -> World:
    own = PullToken("acme.com", number=2)
    return replace(world.chainguard_with(tokens=(*world.chainguard.tokens, own)), credential=own)


WORLDS = (
    Fault("healthy-free-user", "A Free image, seen by an ordinary user", lambda world: _user(free(world))),
    Fault("healthy-free-dev", "A Free image with a shell", partial(free, image="chainguard/go:latest-dev")),
    Fault(
        "healthy-free-virtual",
        "A Free image through the virtual repository",
        lambda world: replace(through(world, "chainguard/go:latest"), credential=None),
    ),
    Fault(
        "healthy-inspected-here",
        "TLS inspection on this machine's own way to Chainguard, which no pull through Artifactory takes",
        partial(_upstream, wire="untrusted"),
    ),
    Fault("healthy-page-here", "A filter answers this machine for Chainguard", partial(_upstream, wire="html")),
    Fault("healthy-reset-here", "A filter resets this machine's way to Chainguard", partial(_upstream, wire="reset")),
    Fault(
        "healthy-blob-host-blocked-here",
        "This machine reaches cgr.dev and not its blob host",
        lambda world: replace(world, wire={BLOBS: "refused"}),
    ),
    Fault("healthy-another-token", "This machine has a pull token of its own", _another_token),
    Fault("healthy-system-store", "The CA is in the system's store", lambda w: replace(w, trusted_by="system")),
    Fault("healthy-no-direct", "Nothing is sent to Chainguard", lambda world: _asked(world, "--no-direct")),
    Fault("healthy-other-platform", "For arm64", lambda world: _asked(world, "--platform", "linux/arm64")),
    Fault(
        "healthy-other-control",
        "With another control image",
        lambda world: _asked(world, "--control-image", "chainguard/go:latest"),
    ),
    Fault("healthy-download", "Every blob is downloaded", lambda world: _asked(world, "--download")),
    Fault(
        "healthy-at-artifactory",
        "Asked on the Artifactory host",
        lambda world: _asked(world, "--vantage", "artifactory"),
    ),
    Fault("healthy-subdomain-user", "By the sub-domain method, seen by a user", lambda w: _user(by_subdomain(w))),
    Fault("healthy-port-user", "By the port method, seen by an ordinary user", lambda world: _user(by_port(world))),
    Fault("healthy-legacy-user", "By a legacy SaaS host name, seen by a user", lambda world: _user(legacy(world))),
    Fault(
        "healthy-proxy-user",
        "Through a proxy, by an ordinary user without a token",
        lambda world: replace(_user(world), proxy="ok", credential=None),
    ),
    Fault("healthy-slow-virtual", "Through the virtual, slowly", lambda w: replace(through(w), latency=0.1)),
)

"""Worlds in which the image lies in Artifactory's cache, and something else is wrong, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

from cgrdoctor.lab import FAULTS, World, healthy
from cgrdoctor.lab.faults.virtual import through
from cgrdoctor.lab.world import BLOBS, CGR, Cached, PullToken, Wire

KEY = "cgr-private"
PATH = "acme.com/python"
STILL = "images in the cache still pull"
UMBRELLAS = ("pull-through-failed", "upstream-failed")

Change = Callable[[World], World]
Place = tuple[str, str]
"""Through which kind of repository, and by whom."""

PLACES: tuple[Place, ...] = tuple(product(("remote", "virtual"), ("admin", "user")))


def cached(world: World, *more: Cached) -> World:
    """The same world with the image in the remote's cache, fresh and whole."""
    return world.repository_with(KEY, cached=(Cached(PATH, "3.12"), *more))


def placed(world: World, place: Place) -> World:
    """The same image through that kind of repository, seen by that kind of caller."""
    route, caller = place
    return replace(through(world) if route == "virtual" else world, caller=caller)  # type: ignore[arg-type]  # PLACES has real callers


def _arm(host: str, wire: Wire) -> Change:
    return lambda world: world.artifactory_with(arm={host: wire})


def _token(**fields: object) -> Change:
    """A pull token of the remote's own, of which this machine has none to compare."""

    def change(world: World) -> World:
        token = PullToken("acme.com", **fields)  # type: ignore[arg-type]  # the fields below are real ones
        held = world.repository_with(KEY, token=token)
        return replace(held.chainguard_with(tokens=(token, PullToken("other.org"))), credential=None)

    return change


def _of(name: str) -> Change:
    return FAULTS[name].apply


def _untested(change: Change) -> Change:
    return lambda world: change(world).artifactory_with(verifies_connections=False)


UNREACHABLE = ("upstream-unreachable",)
UNTRUSTED = ("upstream-tls-untrusted",)
BLOCKED = ("upstream-blob-host-blocked",)
REJECTED = ("pull-token-rejected", "pull-token-expired")

DEAD: Mapping[str, tuple[Change, tuple[str, ...]]] = {
    "cgr.dev dropped": (_arm(CGR, "silent"), UNREACHABLE),
    "cgr.dev's TLS dropped": (_arm(CGR, "silent-tls"), UNREACHABLE),
    "cgr.dev too late": (_arm(CGR, "silent-http"), UNREACHABLE),
    "cgr.dev refused": (_arm(CGR, "refused"), UNREACHABLE),
    "cgr.dev reset": (_arm(CGR, "reset"), UNREACHABLE),
    "cgr.dev alerts": (_arm(CGR, "alert"), UNREACHABLE),
    "cgr.dev without TLS": (_arm(CGR, "plain-http"), UNREACHABLE),
    "cgr.dev unresolved": (_arm(CGR, "dns"), UNREACHABLE),
    "cgr.dev without a route": (_arm(CGR, "no-route"), UNREACHABLE),
    "cgr.dev inspected": (_arm(CGR, "untrusted"), UNTRUSTED),
    "cgr.dev's certificate expired": (_arm(CGR, "expired"), UNTRUSTED),
    "cgr.dev under another name": (_arm(CGR, "wrong-name"), UNTRUSTED),
    "cgr.dev behind a page": (_arm(CGR, "html"), ("upstream-content-blocked",)),
    "cgr.dev behind a proxy that refuses": (_arm(CGR, "proxy-refused"), ("upstream-proxy-refused",)),
    "cgr.dev without HEAD": (_arm(CGR, "no-head"), ("upstream-head-unusable",)),
    "blobs dropped": (_arm(BLOBS, "silent"), BLOCKED),
    "blobs refused": (_arm(BLOBS, "refused"), BLOCKED),
    "blobs unresolved": (_arm(BLOBS, "dns"), BLOCKED),
    "blobs reset": (_arm(BLOBS, "reset"), (*BLOCKED, *UNREACHABLE)),
    "blobs inspected": (_arm(BLOBS, "untrusted"), UNTRUSTED),
    "blobs behind a page": (_arm(BLOBS, "html"), ("upstream-content-blocked",)),
    "blobs behind a proxy that refuses": (_arm(BLOBS, "proxy-refused"), ("upstream-proxy-refused",)),
    "blobs too slow": (_arm(BLOBS, "slow-layers"), ("upstream-socket-timeout",)),
    "wordless": (_of("upstream-refused-untested"), UMBRELLAS),
    "wordless blobs": (
        _untested(lambda world: _arm(BLOBS, "refused")(_of("upstream-untrusted-wordless")(world))),
        BLOCKED,
    ),
    "reworded": (_of("upstream-unreachable-reworded"), UNREACHABLE),
    "token expired": (_token(expires_in=-3600), REJECTED),
    "token expired and known": (_of("pull-token-expired"), REJECTED),
    "token revoked": (_token(revoked=True), REJECTED),
    "token without the role": (_of("pull-role-missing"), ("pull-role-missing",)),
    "token that may only look": (_of("pull-role-viewer"), ("pull-role-missing",)),
    "token of another organization": (
        _of("pull-token-wrong-organization"),
        ("pull-token-wrong-organization", "image-not-in-catalog", *REJECTED),
    ),
    "not in the catalog": (_of("image-not-in-catalog"), ("image-not-in-catalog",)),
    "rate limited": (_of("upstream-rate-limited"), ("upstream-rate-limited",)),
    "rate limited without a word": (_of("upstream-rate-limited-masked"), ("upstream-rate-limited",)),
    "cgr.dev out of order": (_of("upstream-outage"), ("upstream-out-of-order",)),
    "assumed offline": (_of("remote-assumed-offline"), ("remote-assumed-offline",)),
    "offline": (_of("remote-offline"), ("remote-offline",)),
    "token authentication off": (_of("token-authentication-disabled"), ("token-authentication-disabled",)),
    "URL with a path": (_of("remote-url-v2"), ("remote-url-mismatch",)),
    "storage full": (_of("artifactory-storage-full"), ("artifactory-storage-full",)),
}
"""Ways upstream that are dead, each with the codes that name it."""

READ = (
    *("offline", "token authentication off", "URL with a path"),
    *("token without the role", "token that may only look", "not in the catalog"),
)
"""What shows in the remote's settings, or by its user name there; to others than administrators the cause stays open."""


def dead(name: str, place: Place) -> World:
    """The image cached, and that way upstream dead."""
    change, _ = DEAD[name]
    return placed(change(cached(healthy())), place)


def accepted(name: str, place: Place) -> tuple[str, ...]:
    """The codes that may come first: where an answer names the cause only its own.

    A virtual keeps its members' answers back, and the first of them may have opened the offline state.
    """
    route, caller = place
    _, codes = DEAD[name]
    if route == "virtual":
        return (*codes, "remote-assumed-offline", *UMBRELLAS)
    return (*codes, *UMBRELLAS) if caller == "user" and name in READ else codes


def shows(name: str, place: Place) -> bool:
    """Whether such a caller can see it at all: what cgr.dev refuses to this machine says nothing of the remote, unless
    its user name was read.
    """
    return name != "token that may only look" or place[1] == "admin"

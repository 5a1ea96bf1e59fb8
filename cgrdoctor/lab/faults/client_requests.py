"""Faults that hit one client and not another: HEAD before GET, and the ping by which docker learns of logins."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.answers import Answer, Edit
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import World

MANIFEST = r"/v2/cgr-private/.*/manifests/.*"
SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"


def _head(world: World, **answer: object) -> World:
    """A world in which HEAD of a manifest is answered like that."""
    return _answering(world, replace(Answer(path=MANIFEST, method="HEAD"), **answer))  # type: ignore[arg-type]  # its fields


def _answering(world: World, *answers: Answer) -> World:
    return replace(world, caller="user", answers=answers)


def _tells(world: World, *headers: tuple[str, str]) -> World:
    return _head(world, edit=Edit(headers=headers))


def _refuses(world: World, status: int, server: str) -> World:
    return _head(world, status=status, headers=(("Server", server), ("Content-Type", "text/html")), unsigned=True)


OPEN = Answer(path="/v2/", status=200, headers=(("Content-Type", "application/json"),), body=b"{}")
"""A ping that asks for no login."""

BARE = Answer(
    path=MANIFEST,
    auth="none",
    status=401,
    headers=(("Content-Type", "application/json"),),
    body=b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
)
"""A refusal that does not say how to log in."""

FAULTS = (
    Fault(
        "head-request-refused",
        "A gateway before Artifactory refuses HEAD",
        lambda world: _refuses(world, 403, "BigIP"),
        "head-request-refused",
        severity="warn",
    ),
    Fault(
        "head-request-missing",
        "A proxy before Artifactory knows no HEAD, and answers 404",
        lambda world: _refuses(world, 404, "nginx"),
        "head-request-refused",
        severity="warn",
    ),
    Fault(
        "head-request-schema1",
        "HEAD tells another media type than GET",
        lambda world: _tells(world, ("Content-Type", SCHEMA1)),
        "head-request-refused",
        severity="warn",
    ),
    Fault(
        "head-request-other-digest",
        "HEAD tells the digest of another manifest than GET brings",
        lambda world: _tells(world, ("Docker-Content-Digest", f"sha256:{'ab' * 32}")),
        "head-request-refused",
    ),
    Fault(
        "login-not-requested",
        "The ping asks for no login, the repository does",
        lambda world: _answering(world, OPEN),
        "login-not-requested",
        ("F74",),
        severity="warn",
    ),
    Fault(
        "login-not-requested-anywhere",
        "Neither the ping nor the manifest says how to log in",
        lambda world: _answering(world, OPEN, BARE),
        "login-not-requested",
        ("F74",),
    ),
)

HEALTHY = (
    Fault(
        "healthy-head-not-allowed",
        "HEAD is answered 405, after which every client goes on with GET",
        lambda world: _refuses(world, 405, "BigIP"),
        beside=("head-request-refused",),
    ),
    Fault(
        "healthy-head-failed-once",
        "HEAD fails once, and not again",
        lambda world: _head(world, status=503, nth=(1,)),
    ),
    Fault(
        "healthy-open-ping",
        "The ping asks for no login, and the repository needs none",
        lambda world: replace(
            _answering(world.artifactory_with(anonymous=True), OPEN),
            caller="anonymous",
        ),
    ),
)

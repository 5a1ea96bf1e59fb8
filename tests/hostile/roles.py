"""Who can be hostile: the parts a peer can play, which requests belong to each, and which legs may be blamed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from front import Asked
from runs import HOST

from cgrdoctor.lab.world import BLOBS, CGR

NEAR = frozenset({"client-to-artifactory", "artifactory"})
BEHIND = NEAR | {"cache", "artifactory-to-upstream", "policy"}


@dataclass(frozen=True)
class Role:
    """`plays` tells its requests, `legs` what may be blamed; `essential`: without it no pull comes through."""

    name: str
    plays: Callable[[Asked], bool]
    legs: frozenset[str]
    essential: bool


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role("ping", lambda asked: asked.host == HOST and asked.path == "/v2/", NEAR, essential=True),
        Role("token", lambda asked: asked.host == HOST and asked.path == "/v2/token", NEAR, essential=True),
        Role("registry", lambda asked: _content(asked, HOST), BEHIND, essential=True),
        Role("registry-blobs", lambda asked: asked.host == HOST and "/blobs/" in asked.path, BEHIND, essential=True),
        Role(
            "rest", lambda asked: asked.host == HOST and not asked.path.startswith("/v2/"), frozenset(), essential=False
        ),
        Role("upstream", lambda asked: asked.host == CGR, frozenset(), essential=False),
        Role(
            "upstream-token", lambda asked: asked.host == CGR and asked.path == "/token", frozenset(), essential=False
        ),
        Role("upstream-content", lambda asked: _content(asked, CGR), frozenset(), essential=False),
        Role("blob-host", lambda asked: asked.host == BLOBS, frozenset(), essential=False),
    )
}


def _content(asked: Asked, host: str) -> bool:
    return asked.host == host and asked.path.startswith("/v2/") and asked.path not in ("/v2/", "/v2/token")

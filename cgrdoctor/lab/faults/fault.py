"""What a fault is: a name, what it is called in the catalogue, and how it changes a healthy world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cgrdoctor.lab.place import moved
from cgrdoctor.lab.world import ARTIFACTORY, DOMAIN, World, healthy

ON_ITS_OWN_HOST = frozenset(
    (
        "artifactory-nodes-differ",
        "artifactory-resources-exhausted",
        "artifactory-storage-full",
        "artifactory-too-old",
        "artifactory-unhealthy",
        "authorization-not-forwarded",
        "clock-skew",
        "docker-api-not-routed",
        "download-host-refused",
        "gateway-timeout",
        "remote-assumed-offline",
        "token-realm-mismatch",
        "upstream-blob-host-blocked",
        "upstream-content-blocked",
        "upstream-failed",
        "upstream-proxy-refused",
        "upstream-tls-untrusted",
        "upstream-unreachable",
    )
)
"""Codes of Artifactory's own network, storage, time and proxy. In its cloud these are JFrog's: their worlds stand on a
host of one's own, where the person who reads can mend them; `lab.place` moves each back below jfrog.io.
"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world with its truth: the code the doctor must name first, others that are right too, its severity.

    `beside` are codes that some check finds besides, as a remark or a consequence.
    """

    name: str
    title: str
    world: World
    expected: str | None
    accept: tuple[str, ...] = ()
    severity: Literal["fail", "warn"] = "fail"
    beside: tuple[str, ...] = ()

    @property
    def image(self) -> str:
        """What the user types."""
        return self.world.image


@dataclass(frozen=True, slots=True)
class Fault:
    """A change of the healthy world. `code` is None where nothing is wrong."""

    name: str
    title: str
    apply: Callable[[World], World]
    code: str | None = None
    catalogue: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    severity: Literal["fail", "warn"] = "fail"
    beside: tuple[str, ...] = ()

    def scenario(self) -> Scenario:
        """The healthy world with this fault in it."""
        world = self.apply(healthy())
        if self.code in ON_ITS_OWN_HOST and world.host == ARTIFACTORY:
            world = moved(world, DOMAIN)
        return Scenario(self.name, self.title, world, self.code, self.accept, self.severity, self.beside)

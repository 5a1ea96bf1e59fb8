"""Faults of Artifactory's cache."""

from __future__ import annotations

from typing import Literal

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import CGR, Cached, World

KEY = "cgr-private"
PATH = "acme.com/python"


def _cached(world: World, damage: Literal["html", "bytes", "child-missing", "blob-missing", "type"]) -> World:
    """A damaged entry, and upstream out of reach so that nothing heals it."""
    held = world.repository_with(KEY, cached=(Cached(PATH, "3.12", damage=damage),))
    if damage not in ("child-missing", "blob-missing"):
        return held
    return held.repository_with(KEY, missed=_children(world)) if damage == "child-missing" else held


def _children(world: World) -> tuple[str, ...]:
    from cgrdoctor.lab.content import content

    image = next(image for image in world.chainguard.images if image.path == PATH)
    return tuple(f"{PATH}/{digest.replace('sha256:', 'sha256__')}/manifest.json" for digest in content(image).manifests)


FAULTS = (
    Fault(
        "missed-retrieval-cached",
        "A miss is remembered although the image exists",
        lambda world: world.repository_with(KEY, missed=(f"{PATH}/3.12/list.manifest.json",)),
        "missed-retrieval-cached",
        ("F15",),
    ),
    Fault(
        "cache-stale",
        "The tag in the cache is older than its period, and Artifactory does not ask upstream",
        lambda world: world.artifactory_with(revalidates=False).repository_with(
            KEY, cached=(Cached(PATH, "3.12", age=90000, revision=0),)
        ),
        "cache-stale",
        ("F22",),
        severity="warn",
    ),
    Fault(
        "cache-stale-upstream-refused",
        "The tag in the cache is older than its period, because upstream cannot be reached",
        lambda world: world.artifactory_with(arm={CGR: "refused"}).repository_with(
            KEY, cached=(Cached(PATH, "3.12", age=90000, revision=0),)
        ),
        "upstream-unreachable",
        ("F22", "F11"),
    ),
    Fault(
        "cache-poisoned",
        "A filter's page is cached as the manifest",
        lambda world: _cached(world, "html"),
        "cache-poisoned",
        ("F39",),
    ),
    Fault(
        "cache-corrupt", "A cached blob is damaged", lambda world: _cached(world, "bytes"), "cache-corrupt", ("F81",)
    ),
    Fault(
        "cache-incomplete",
        "A child manifest is missing from the cache",
        lambda world: _cached(world, "child-missing"),
        "cache-incomplete",
        ("F79",),
    ),
)

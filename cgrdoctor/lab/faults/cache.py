"""Faults of Artifactory's cache."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.content import content
from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.faults.virtual import through
from cgrdoctor.lab.world import ARTIFACTORY, CGR, Cached, Damage, Image, World

KEY = "cgr-private"
PATH = "acme.com/python"
MIRRORED = (Image(PATH, ("3.12",), revision=0), Image("chainguard/static"))


def _cached(world: World, damage: Damage) -> World:
    """A damaged entry; what would heal it from upstream is remembered as missing."""
    held = world.repository_with(KEY, cached=(Cached(PATH, "3.12", damage=damage),))
    return held.repository_with(KEY, missed=_children(world)) if damage == "child-missing" else held


def _children(world: World) -> tuple[str, ...]:
    image = next(image for image in world.chainguard.images if image.path == PATH)
    return tuple(f"{PATH}/{digest.replace('sha256:', 'sha256__')}/manifest.json" for digest in content(image).manifests)


def _old(world: World, revision: int = 0) -> World:
    return world.repository_with(KEY, cached=(Cached(PATH, "3.12", age=90000, revision=revision),))


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
        lambda world: _old(world.artifactory_with(revalidates=False)),
        "cache-stale",
        ("F22",),
        severity="warn",
        beside=("layers-differ",),
    ),
    Fault(
        "digest-mismatch",
        "A mirror between Artifactory and cgr.dev is behind",
        lambda world: world.artifactory_with(sees=MIRRORED),
        "digest-mismatch",
        ("F22",),
        severity="warn",
        beside=("layers-differ",),
    ),
    Fault(
        "cache-stale-unseen",
        "The same where nothing can be compared with cgr.dev",
        lambda world: replace(_old(world.artifactory_with(revalidates=False)), wire={CGR: "refused"}),
        "cache-stale",
        ("F22",),
        severity="warn",
    ),
    Fault(
        "cache-stale-virtual",
        "The old copy lies in the cache of a virtual's member",
        lambda world: through(_old(world.artifactory_with(revalidates=False))),
        "cache-stale",
        ("F22",),
        severity="warn",
    ),
    Fault(
        "cache-stale-upstream-refused",
        "The tag in the cache is older than its period, because upstream cannot be reached",
        lambda world: _old(world.artifactory_with(arm={CGR: "refused"})),
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
        "cache-poisoned-blob",
        "A filter's page is cached as a blob",
        lambda world: _cached(world, "blob-html"),
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
    Fault(
        "cache-incomplete-blob",
        "A blob was cleaned up while its manifest stayed",
        lambda world: _cached(world, "blob-missing"),
        "cache-incomplete",
        ("F80",),
    ),
    Fault(
        "artifactory-content-lost",
        "The filestore has lost a blob that the cache lists",
        lambda world: _cached(world, "blob-lost"),
        "artifactory-content-lost",
    ),
    Fault(
        "artifactory-content-lost-wordless",
        "The same, shown as a blob that is not known",
        lambda world: _cached(world.artifactory_with(texts={"lost": ""}), "blob-lost"),
        "artifactory-content-lost",
    ),
    Fault(
        "cache-corrupt-manifest",
        "The cached manifest is not the one of its digest",
        lambda world: _cached(world, "manifest-bytes"),
        "cache-corrupt",
        ("F81",),
    ),
    Fault(
        "media-type-mismatch-schema1",
        "The cached manifest is announced as one of the obsolete schema",
        lambda world: _cached(world, "schema1"),
        "media-type-mismatch",
        ("F82",),
    ),
    Fault(
        "tag-not-found-cached",
        "The tag is gone at cgr.dev, and an old copy is still in the cache",
        lambda world: replace(
            world.repository_with(KEY, cached=(Cached(PATH, "3.11", age=90000),)),
            image=f"{ARTIFACTORY}/{KEY}/{PATH}:3.11",
        ),
        "tag-not-found",
        ("F65", "F83"),
    ),
    Fault(
        "media-type-mismatch",
        "The cached manifest is announced with another type",
        lambda world: _cached(world, "type"),
        "media-type-mismatch",
        ("F82",),
        severity="warn",
    ),
)

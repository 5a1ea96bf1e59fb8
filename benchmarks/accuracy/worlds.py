"""A fault in a varied world, and what its caller can see there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from benchmarks.accuracy.axes import Variation
from cgrdoctor.lab import Fault, World, healthy
from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.content import content
from cgrdoctor.lab.place import moved
from cgrdoctor.lab.world import ARTIFACTORY, BLOBS, CGR, DOMAIN, Cached, Image

REWORDED: Mapping[str, str] = {
    "token": "Remote registry {key} did not hand out a token while resolving {path} (auth endpoint {realm}, {scope})",
    "transport": "Could not query the upstream of {key} for {path}: {cause}",
    "assumed-offline": "{key} has been set temporarily offline; {path} is not in its cache.",
    "rate-limit": "Upstream registry replied: too many requests, slow down",
    "mime": "The upstream content type text/html does not match the mime types that were asked for",
    "blacked-out": "Repository {key} was blacked-out by an administrator",
    "xray": "Download of {path} from {key} was stopped by an Xray policy violation",
    "curation": "{path}: curation policy 'no-malware' rejects this package",
}
"""The texts of the facts in other words that name the same mechanism."""

KEYS = ("cgr-private", "cgr-public")

NO_HEAD = Answer(host=f"*{ARTIFACTORY}", path="/v2/.*", method="HEAD", asked_by="client", status=405, unsigned=True)


def varied(variation: Variation) -> World:
    """The healthy world in this variation; what depends on the image asked for is left to `asked`."""
    world = replace(healthy(), caller=variation.caller)
    old = variation.version.startswith(("6.", "7.9."))
    return world.artifactory_with(
        version=variation.version,
        anonymous=variation.caller == "anonymous",
        texts=REWORDED if variation.words == "reworded" else {},
        digest_folder="sha256:" if old else "sha256__",
        absent_v1=404 if variation.reading == "second" else 400,
        appends_url_path=variation.reading == "first",
    )


def world_of(fault: Fault, variation: Variation) -> World:
    """The fault applied to the varied world, and asked for as the variation says."""
    return _asked(fault.apply(varied(variation)), variation)


def _asked(world: World, variation: Variation) -> World:
    for change in (_armed, _warmed, _pinned, _through_virtual, _by_subdomain, _before_artifactory, _placed):
        world = change(world, variation)
    return world


def _armed(world: World, variation: Variation) -> World:
    if variation.arm == "same":
        return world
    wire = {**world.wire, CGR: "refused", BLOBS: "refused"} if variation.arm == "closed" else world.wire
    return replace(world, credential=None, wire=wire)


def _warmed(world: World, variation: Variation) -> World:
    key, image = _key(world), _published(world)
    remote = None if key is None else world.artifactory.repository(key)
    if variation.cache != "warm" or key is None or image is None or remote is None:
        return world
    tag = world.image.rpartition(":")[2]
    if any((held.path, held.tag) == (image.path, tag) for held in remote.cached):
        return world
    return world.repository_with(key, cached=(*remote.cached, Cached(image.path, tag, revision=image.revision)))


def _pinned(world: World, variation: Variation) -> World:
    image = _published(world)
    if variation.reference != "digest" or image is None:
        return world
    return replace(world, image=f"{world.image.rpartition(':')[0]}@{content(image).index}")


def _published(world: World) -> Image | None:
    """The image asked for by tag, as cgr.dev has it."""
    name, _, tag = world.image.rpartition(":")
    path = name.split("/", 2)[2]
    return next((image for image in world.chainguard.images if image.path == path and tag in image.tags), None)


def _before_artifactory(world: World, variation: Variation) -> World:
    """What stands before Artifactory and stops no pull: it refuses HEAD, so that clients ask by GET, or compresses."""
    answers = (*world.answers, NO_HEAD) if variation.head == "405" else world.answers
    compresses = "gzip" if variation.body == "compressed" and not world.compresses else world.compresses
    return replace(world, answers=answers, compresses=compresses)


def _placed(world: World, variation: Variation) -> World:
    """Who has pulled there before, and where it stands."""
    tried = replace(world, pulled_before=2) if variation.pulled == "twice" and not world.pulled_before else world
    return moved(tried, DOMAIN) if variation.host == "own" and world.host == ARTIFACTORY else tried


def _through_virtual(world: World, variation: Variation) -> World:
    key = _key(world)
    if variation.route != "virtual" or key is None:
        return world
    changed = world.repository_with("cgr-virt", members=("docker-local", key))
    return replace(changed, image=world.image.replace(f"/{key}/", "/cgr-virt/", 1))


def _by_subdomain(world: World, variation: Variation) -> World:
    key = world.image.split("/")[1]
    if variation.method != "subdomain" or world.artifactory.repository(key) is None:
        return world
    return replace(world, image=world.image.replace(f"{world.host}/{key}/", f"{key}.{world.host}/", 1))


def _key(world: World) -> str | None:
    return next((key for key in KEYS if f"/{key}/" in world.image), None)


SEEN: Mapping[str, Callable[[World], bool]] = {
    "settings": lambda world: world.caller == "admin",
    "list": lambda world: world.caller in ("admin", "user"),
    "direct": lambda world: world.wire.get(CGR, "ok") == "ok",
    "credential": lambda world: world.wire.get(CGR, "ok") == "ok" and world.credential is not None,
    "direct-key": lambda world: "cgr-virt" not in world.image,
    "facts-text": lambda world: not world.artifactory.texts,
    "login": lambda world: world.caller != "anonymous",
    "cold": lambda world: not any(repository.cached for repository in world.artifactory.repositories),
}
"""What a caller may be able to see, by name."""


@dataclass(frozen=True, slots=True)
class Discriminator:
    """What tells a fault from its look-alikes: all of one of the alternatives in `by` must be visible.

    `fixed` are axes in which this fault cannot vary, because it is made of them.
    """

    by: tuple[tuple[str, ...], ...] = ((),)
    fixed: frozenset[str] = frozenset()

    def visible(self, world: World) -> bool:
        """Whether the caller of this world can make the observation."""
        return any(all(SEEN[name](world) for name in names) for names in self.by)

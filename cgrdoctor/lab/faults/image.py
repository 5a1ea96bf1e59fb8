"""Images, tags and platforms that do not exist."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ARTIFACTORY, Image, World

GONE = "sha256:" + "0123456789abcdef" * 4


def _image(world: World, path: str) -> World:
    return replace(world, image=f"{ARTIFACTORY}/{path}")


def _only(world: World, platform: str) -> World:
    images = (Image("acme.com/python", ("3.12",), (platform,)), Image("chainguard/static"))
    return world.chainguard_with(images=images)


FAULTS = (
    Fault(
        "image-not-found",
        "The image does not exist",
        lambda world: _image(world, "cgr-private/acme.com/pyton:3.12"),
        "image-not-found",
        ("F65",),
    ),
    Fault(
        "image-not-found-named-platform",
        "The image does not exist, and its name holds the word that docker takes for a missing platform",
        lambda world: _image(world, "cgr-private/acme.com/platform-api:1.0"),
        "image-not-found",
        ("F99",),
    ),
    Fault(
        "tag-not-found",
        "The tag does not exist",
        lambda world: _image(world, "cgr-private/acme.com/python:3.99"),
        "tag-not-found",
        ("F65",),
    ),
    Fault(
        "digest-not-found",
        "The digest does not exist",
        lambda world: _image(world, f"cgr-private/acme.com/python@{GONE}"),
        "digest-not-found",
        ("F83",),
    ),
    Fault(
        "free-tag-unavailable",
        "A version tag of a Free image",
        lambda world: _image(world, "cgr-public/chainguard/go:1.22"),
        "free-tag-unavailable",
        ("F04",),
    ),
    Fault(
        "image-not-free",
        "The image became paid",
        lambda world: _image(world.chainguard_with(paid=("chainguard/go",)), "cgr-public/chainguard/go:latest"),
        "image-not-free",
        ("F67",),
    ),
    Fault(
        "platform-unavailable",
        "The image is for another platform only",
        lambda world: _only(world, "linux/s390x"),
        "platform-unavailable",
        ("F26",),
    ),
)

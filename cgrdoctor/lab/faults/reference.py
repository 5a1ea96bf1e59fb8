"""Faults in the reference itself."""

from __future__ import annotations

from dataclasses import replace

from cgrdoctor.lab.faults.fault import Fault
from cgrdoctor.lab.world import ARTIFACTORY, World


def _typed(world: World, path: str) -> World:
    return replace(world, image=f"{ARTIFACTORY}/{path}")


FAULTS = (
    Fault(
        "reference-doubled-v2",
        "The reference holds the /v2/ of a mirror's path",
        lambda world: replace(world, image=world.image.replace("/", "/v2/", 1)),
        "repository-not-found",
        (),
        accept=("reference-missing-repository",),
    ),
    Fault(
        "reference-missing-repository",
        "The repository key is forgotten",
        lambda world: _typed(world, "chainguard/static:latest"),
        "reference-missing-repository",
        ("F06",),
    ),
    Fault(
        "reference-missing-repository-production",
        "The repository key is forgotten before an organization",
        lambda world: _typed(world, "acme.com/python:3.12"),
        "reference-missing-repository",
        ("F06",),
    ),
    Fault(
        "reference-context-path",
        "The path of Artifactory's URL stands before the key",
        lambda world: replace(world, image=world.image.replace("/", "/artifactory/", 1)),
        "reference-missing-repository",
        ("F06",),
    ),
    Fault(
        "reference-api-path",
        "The path of Artifactory's Docker API stands before the key",
        lambda world: replace(world, image=world.image.replace("/", "/artifactory/api/docker/", 1)),
        "reference-missing-repository",
        ("F06",),
    ),
    Fault(
        "reference-upstream-host",
        "cgr.dev stands behind the key",
        lambda world: _typed(world, "cgr-private/cgr.dev/acme.com/python:3.12"),
        "reference-missing-repository",
        ("F06",),
    ),
    Fault(
        "reference-missing-organization",
        "The organization is forgotten",
        lambda world: _typed(world, "cgr-public/static:latest"),
        "reference-missing-organization",
        ("F05",),
    ),
    Fault(
        "reference-missing-organization-production",
        "The organization is forgotten, and only the credential's own has such an image",
        lambda world: _typed(world, "cgr-private/python:3.12"),
        "reference-missing-organization",
        ("F05",),
    ),
    Fault(
        "reference-placeholder",
        "The documentation's placeholder is still in the reference",
        lambda world: _typed(world, "cgr-private/organization/python:3.12"),
        "reference-placeholder",
    ),
    Fault(
        "project-id-doubled",
        "The remote has a Project ID and the reference repeats it",
        lambda world: world.fields_with("cgr-private", dockerProjectId="acme.com"),
        "project-id-doubled",
        ("F34",),
    ),
)

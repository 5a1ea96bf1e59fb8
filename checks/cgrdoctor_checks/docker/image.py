"""A copy of the image that the engine already has.

## What it looks at
The digests under which the engine knows the reference, against the registry's.

## Why it matters
docker run takes the copy and asks nobody: a pull that fails goes unnoticed, and an old version passes for the new one.

## How it fails
Not at all, and that is the trouble: everything seems to work, with the old content.

## How to fix
docker pull again, by digest where it must be exactly that one; docker run --pull always.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Remedy, check, info
from cgrdoctor_checks.codes.docker import DOCKER_IMAGE_PRESENT
from cgrdoctor_checks.facts.docker.pulled import DockerImage, DockerPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands


@check("docker.image", title="The engine's copy of the image, if any, is the registry's", codes=[DOCKER_IMAGE_PRESENT])
def copy_is_current(
    target: Target, image: DockerImage, through: PullThrough | None, pulled: DockerPull | None
) -> Iterator[Finding]:
    """A remark; after a pull that worked the copy is the new one."""
    digest = through.pull.digest if through is not None else None
    if not image.present or (digest is not None and digest in image.digests):
        return
    if pulled is not None and pulled.outcome == "pulled":
        return
    have = ", ".join(image.digests) or "without a digest of this repository: built or loaded here"
    registry = f"the registry has {digest}" if digest else "and the registry's cannot be seen"
    yield info(
        DOCKER_IMAGE_PRESENT,
        f"the engine has a copy ({have}), {registry}; docker run uses the copy without asking",
        subject=target.image,
        expected=digest,
        actual=have,
        evidence=evidence_of(image, through),
        remedy=Remedy(summary=DOCKER_IMAGE_PRESENT.fix, commands=(commands.pull(target.image),)),
    )

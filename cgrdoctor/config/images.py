"""IMAGE and the names of images at cgr.dev, read from what was typed; a slip is answered with the right spelling."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Self

from cgrdoctor.errors import UsageProblem
from cgrdoctor.net.reference import SHAPE, Reference, UnusableReference, parse_reference, parse_upstream
from cgrdoctor.privacy.host_names import host_of, same_host

DOCKER_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
TEXT = "a text"
"""Origin of an IMAGE that was read from a text: nobody typed its host."""


class ReadImage(str):
    """IMAGE read from something else than itself; `origin` says whether its host counts as typed."""

    __slots__ = ("origin",)
    origin: str

    def __new__(cls, value: str, origin: str) -> Self:
        made = super().__new__(cls, value)
        made.origin = origin
        return made


def pulled_image(_label: str, value: str) -> Reference:
    """IMAGE, as one types it after `docker pull`, or whatever holds it."""
    reference = read_image(value)[0]
    if reference.port is not None and not 0 < reference.port < 65536:
        raise UsageProblem(f"IMAGE: {reference.port} is no port; write HOST:443 or leave it out")
    if reference.host.lower() in DOCKER_HUB:
        raise UsageProblem(
            f"IMAGE is Docker Hub's, not one of an Artifactory; write {reference.path} behind HOST/REPOSITORY-KEY/"
        )
    return reference


def through_artifactory(image: Reference, repository: str | None, artifactory_url: str | None) -> Reference:
    """IMAGE as it is pulled: one that names cgr.dev goes through the repository that is named beside it.

    Raises UsageProblem where that way is not named.
    """
    if not same_host(image.host, "cgr.dev"):
        return image
    if repository and artifactory_url:
        return replace(image, host=host_of(artifactory_url), path=f"{repository}/{image.path}")
    shape = f"HOST/REPOSITORY-KEY/{str(image).partition('/')[2]}"
    raise UsageProblem(
        f"IMAGE names cgr.dev itself; write it as it is pulled through Artifactory: {shape}, or name the way: "
        "--repository KEY with --artifactory-url https://HOST/artifactory"
    )


def read_image(value: str) -> tuple[Reference, bool, tuple[str, ...]]:
    """The reference of a text, whether the text names no more than that, and what was dropped of it."""
    try:
        reference = parse_reference(value)
        if reference.host == reference.host.lower() and not value.endswith("."):
            return reference, True, ()
    except UnusableReference:
        pass
    from cgrdoctor.net.pasted import read_pasted

    try:
        found = read_pasted(value)
    except UnusableReference as problem:
        raise UsageProblem(_one_line("IMAGE", problem.problem, problem.suggestion)) from None
    return found.reference, found.typed, found.notes


def upstream_image(label: str, value: str) -> str:
    """`org/name[:tag or @digest]`, as cgr.dev names an image."""
    found = _upstream(label, value)
    if "/" not in found.partition("@")[0]:
        raise UsageProblem(f"{label} names no organization; write org/name[:tag or @digest], as chainguard/{found}")
    return found


def _upstream(label: str, value: str) -> str:
    try:
        return str(parse_upstream(value))
    except UnusableReference as problem:
        why = problem.problem.partition("; write")[0]
        raise UsageProblem(_one_line(label, why, problem.suggestion or "org/name[:tag or @digest]")) from None


def _one_line(label: str, problem: str, better: str | None) -> str:
    text = f"{label}{problem.removeprefix('IMAGE')}" if problem.startswith("IMAGE") else f"{label}: {problem}"
    if better is None and not re.search(r"\b(?:write|give) ", text):
        better = SHAPE
    return f"{text}; write {better}" if better else text

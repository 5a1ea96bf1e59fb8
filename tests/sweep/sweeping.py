"""Runs `cgrdoctor sweep` from outside against a world of the lab, as a user would."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from examine import environment
from typed import typed

from cgrdoctor.lab import Lab, RecordedRequest, World, healthy
from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.world import Cached, Image

HOST = "acme.jfrog.io"
KEY = "cgr-private"
NAMING = ("--artifactory-url", f"https://{HOST}/artifactory", "--repository", KEY)
PATIENCE = ("--timeout", "4")


@dataclass(frozen=True)
class Swept:
    """What came out of `-f json`."""

    status: int
    lines: dict[str, dict[str, Any]]
    summary: dict[str, Any]
    stderr: str
    lab: Lab = field(repr=False)
    stdout: str = field(repr=False, default="")

    def verdict(self, image: str) -> str:
        return str(self.lines[image]["verdict"])

    @property
    def verdicts(self) -> set[str]:
        return {line["verdict"] for line in self.lines.values()}


def image(path: str, tag: str = "1") -> str:
    """As it is pulled through Artifactory."""
    return f"{HOST}/{KEY}/{path}:{tag}"


def words(lab: Lab, images: str, *options: str) -> list[str]:
    naming = () if "--repository" in options else NAMING
    return ["sweep", "--images", images, *naming, *PATIENCE, *lab.arguments, *options]


def sweep(lab: Lab, folder: Any, references: list[str], *options: str, **environ: str) -> Swept:
    """One sweep over a list."""
    file = folder / "images.txt"
    file.write_text("\n".join(references) + "\n")
    given = {**environment(lab), **environ}
    status, stdout, stderr = typed(*words(lab, str(file), "-f", "json", *options), env=given)
    told = [json.loads(line) for line in stdout.splitlines()]
    lines = {line["image"]: line for line in told[:-1]}
    return Swept(status, lines, told[-1] if told else {}, stderr, lab, stdout)


def many(count: int = 8, **images: Image) -> World:
    """A healthy world with more images of the organization."""
    world = healthy()
    more = tuple(Image(f"acme.com/i{number}", ("1", "2")) for number in range(count))
    return world.chainguard_with(images=(*world.chainguard.images, *more, *images.values()))


def answering(world: World, *answers: Answer) -> World:
    """The same world, with some answers word for word."""
    return replace(world, answers=answers)


def mixed() -> World:
    """One of each: `old` is served from a copy older than its period, `young` and `less` from younger ones."""
    world = many(
        3,
        old=Image("acme.com/old", ("1",), revision=2),
        young=Image("acme.com/young", ("1",), revision=2),
        less=Image("acme.com/less", ("1",)),
        shut=Image("acme.com/shut", ("1",)),
        torn=Image("acme.com/torn", ("1",)),
    )
    cached = (Cached("acme.com/old", "1", age=90_000), Cached("acme.com/young", "1", age=600))
    world = world.repository_with(KEY, cached=cached)
    return world.artifactory_with(xray_blocked=("acme.com/shut",), revalidates=False)


def counted(lab: Lab, host: str) -> Counter[str]:
    """Requests that a host received from us, tokens apart."""
    asked = [one for one in lab.requests if one.host == host and not one.path.endswith(("/token", "/docker/token"))]
    return Counter(one.method for one in asked if ours(one))


def ours(request: RecordedRequest) -> bool:
    """Whether it is the doctor's own, and not Artifactory's on its way upstream."""
    return any("cgrdoctor" in value for name, value in request.headers if name == "user-agent")

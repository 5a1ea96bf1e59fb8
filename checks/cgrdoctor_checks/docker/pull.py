"""The pull by the Docker engine (--pull).

## What it looks at
Whether the engine pulls the image, its own words where it does not, and the digest it got against the registry's.

## Why it matters
The engine has its own network, proxies, trust and storage. What comes through the registry API from here may still not
come through docker.

## How it fails
With the engine's text; it is read by what it speaks of, since its wording differs between releases.

## How to fix
By the mechanism named: trust, proxy, name resolution, connection, login, storage.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Rival, check, fail, info, warn
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.codes.docker import DOCKER_PULL_FAILED
from cgrdoctor_checks.facts.docker.mechanism import MEANING, STEPS, Mechanism
from cgrdoctor_checks.facts.docker.pulled import DockerPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.manifest_head import ManifestHead
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands

SUSPECTS: dict[Mechanism, str] = {
    "trust": "docker-ca-missing",
    "proxy": "docker-proxy-differs",
    "connection": "docker-proxy-differs",
    "name": "docker-proxy-differs",
    "page": "docker-proxy-differs",
}
"""Which exact code a mechanism would have, were its cause seen."""


@check(
    "docker.pull",
    title="The Docker engine pulls the image",
    codes=[DOCKER_PULL_FAILED],
    guide="The Docker engine itself pulls the image",
    unlocked_by="a local Docker engine that goes to the same host",
)
def engine_pulls(
    target: Target,
    pulled: DockerPull,
    through: PullThrough | None,
    pinged: RegistryPing | None,
    asked: ManifestHead | None,
) -> Iterator[Finding]:
    """A fault of the engine only where the same pull works without it and nothing explains that; else a remark."""
    if pulled.outcome == "pulled":
        yield from _other_content(target, pulled, through)
        return
    kind = pulled.mechanism
    works = through is not None and through.works
    late = pinged is not None and pinged.asks_nothing and through is not None and through.logged_in
    explained = pulled.refused and (late or (asked is not None and asked.stops))
    build = fail if works and not explained else info
    yield build(
        DOCKER_PULL_FAILED,
        _summary(pulled, kind),
        subject=target.image,
        actual=cut(pulled.message, 300),
        evidence=evidence_of(pulled, through),
        rivals=tuple(_rivals(kind)) if works else (),
        remedy=commands.steps(DOCKER_PULL_FAILED.fix, STEPS[kind], commands=(commands.pull(target.image),)),
    )


def _summary(pulled: DockerPull, kind: Mechanism) -> str:
    words = cut(" ".join(pulled.message.split()), 300)
    if pulled.outcome == "stalled":
        return f"the engine's pull got nowhere for {pulled.seconds:.0f} s and was given up ({words})"
    return f"{MEANING[kind]}: {words}"


def _rivals(kind: Mechanism) -> Iterator[Rival]:
    if kind in SUSPECTS:
        yield Rival(
            code=SUSPECTS[kind],
            would_be_excluded_by="docker info and certs.d on the engine's own machine are as this shell's",
            who="developer",
        )


def _other_content(target: Target, pulled: DockerPull, through: PullThrough | None) -> Iterator[Finding]:
    """The same reference at the same time: another digest means that the engine was served by somebody else."""
    digest = through.pull.digest if through is not None and through.works else None
    had = {*pulled.digests, *((pulled.digest,) if pulled.digest else ())}
    if digest is None or not had or digest in had:
        return
    yield warn(
        DOCKER_PULL_FAILED,
        f"the engine pulled {', '.join(sorted(had))}, this command {digest}",
        subject=target.image,
        expected=digest,
        actual=", ".join(sorted(had)),
        evidence=evidence_of(pulled, through),
        confidence="likely",
        rivals=(
            Rival(
                code="digest-mismatch",
                would_be_excluded_by="a second run shows the same two digests: then the tag did not move in between",
                who="developer",
                subject=target.image,
            ),
        ),
        remedy=commands.steps("See who serves the engine: its proxy, its resolver, a mirror of the host."),
    )

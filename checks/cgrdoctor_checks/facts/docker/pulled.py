"""The image in the Docker engine: a copy it has, and, with --pull, the pull it makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec.structs import replace

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.engine.progress import Live
from cgrdoctor.net.docker import Engine, EngineProblem
from cgrdoctor.net.docker_pull import Order, pull
from cgrdoctor.net.manifest import DIGEST
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.secret import Credential
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.facts.docker.engine import DockerEngine, engine_at, running
from cgrdoctor_checks.facts.docker.mechanism import Mechanism, mechanism
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.network.paths import split
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target

STILL = 60.0
"""Seconds without any progress after which a pull is given up; longer where Artifactory may take longer to answer."""


REFUSALS: frozenset[Mechanism] = frozenset(("policy", "login", "missing", "content", "page", "unknown"))
"""What an engine's text speaks of where a registry answered it."""


class DockerImage(Fact, frozen=True, kw_only=True):
    """Whether the engine had the image before this run, and under which digests of that repository."""

    present: bool
    digests: tuple[str, ...] = ()


class DockerPull(Fact, frozen=True, kw_only=True):
    """The engine's own pull. `message` is its text where it failed, `digest` what it pulled, in `seconds`.

    `path` is the repository's name, `login` says whether a credential was handed over.
    """

    outcome: Literal["pulled", "failed", "stalled"]
    seconds: float
    digest: str | None = None
    digests: tuple[str, ...] = ()
    message: str = ""
    path: str = ""
    layers: int = 0
    login: bool = False

    @property
    def mechanism(self) -> Mechanism:
        """What the engine's text speaks of."""
        return mechanism(self.message, self.path)

    @property
    def refused(self) -> bool:
        """Whether the engine reached the registry, as far as its text says, and did not get the image there."""
        return self.outcome == "failed" and self.mechanism in REFUSALS


@probe()
async def docker_image(
    http: Http, recorder: Recorder, invocation: Invocation, engine: DockerEngine, target: Target
) -> DockerImage:
    """`GET /images/{name}/json`."""
    running(engine)
    asked = engine_at(engine.url, http, recorder, invocation)
    try:
        return await _inspected(asked, engine.api, target)
    except EngineProblem as problem:
        raise Unobservable(str(problem), "a Docker engine that answers") from problem


@probe()
async def docker_pull(
    http: Http,
    keyring: Keyring,
    recorder: Recorder,
    live: Live,
    invocation: Invocation,
    target: Target,
    engine: DockerEngine,
    platform: WantedPlatform,
    _image: DockerImage | None,
    _through: PullThrough | None,
) -> DockerPull:
    """Only with --pull, after this run's own pull, and only where the engine goes to the same place."""
    if not invocation.pull:
        raise NotNeeded("only --pull lets the engine pull")
    if engine.state != "running":
        raise Unobservable(engine.message, "a Docker engine that this user may talk to")
    _refuse_elsewhere(http, target)
    asked = engine_at(engine.url, http, recorder, invocation)
    credential = (await keyring.registry()).credential
    _refuse_foreign(asked, credential, target)
    name = f"{target.registry_host}/{target.registry_path}"
    chosen = platform.platform if platform.source == "option" else None
    order = Order(engine.api, name, target.selector, target.registry_host, chosen, credential)
    recorder.effect("docker-pull", target.image, f"the Docker engine at {engine.url} pulls it and keeps it")
    try:
        return await _pulled(asked, order, target, http, live)
    except EngineProblem as problem:
        raise Unobservable(str(problem), "a Docker engine that answers") from problem


async def _pulled(asked: Engine, order: Order, target: Target, http: Http, live: Live) -> DockerPull:
    patience = max(STILL, http.upstream_timeout + 15)
    ends_at = http.options.ends_at - 0.2
    done = await pull(asked, order, patience=patience, ends_at=ends_at, watch=live.say)
    made = DockerPull(
        exchanges=(done.exchange,),
        outcome=done.outcome,
        seconds=round(done.seconds, 3),
        digest=done.digest,
        message=done.message,
        path=target.registry_path,
        layers=done.layers,
        login=order.credential is not None,
    )
    if done.outcome != "pulled":
        return made
    return await _looked_after(made, asked, order.api, target)


async def _looked_after(made: DockerPull, asked: Engine, api: str, target: Target) -> DockerPull:
    """An engine that says that it has pulled must have the image."""
    found = await _inspected(asked, api, target)
    evidence = (*made.exchanges, *found.exchanges)
    if not found.present:
        words = "the engine ended the pull without an error, and does not have the image"
        return replace(made, exchanges=evidence, outcome="failed", message=words)
    return replace(made, exchanges=evidence, digests=found.digests)


async def _inspected(asked: Engine, api: str, target: Target) -> DockerImage:
    separator = "@" if target.digest else ":"
    name = f"{target.registry_host}/{target.registry_path}"
    answer = await asked.image(api, f"{name}{separator}{target.selector}")
    if answer.status not in (200, 404):
        raise EngineProblem(
            "garbled", f"{asked.url} answers {answer.status} {cut(answer.message, 80)}", answer.exchange
        )
    digests = digests_of(answer.value, name) if answer.ok else ()
    return DockerImage(exchanges=(answer.exchange,), present=answer.ok, digests=digests)


def digests_of(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The digests under which an image is known in one repository (`RepoDigests`)."""
    listed = told.get("RepoDigests")
    texts = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    found = (text.removeprefix(f"{name}@") for text in texts)
    return tuple(digest for digest in found if DIGEST.fullmatch(digest))


def _refuse_elsewhere(http: Http, target: Target) -> None:
    host, port = split(target.registry_host)
    if http.network.mapping(host, port) is not None:
        words = f"--connect-to leads this command to another place for {host}, where the engine cannot follow"
        raise Unobservable(words, "a run without --connect-to for this host")


def _refuse_foreign(asked: Engine, credential: Credential | None, target: Target) -> None:
    if credential is not None and not asked.on_a_socket:
        words = f"the engine at {asked.url} is another host: the login for {target.registry_host} is not sent there"
        raise Unobservable(words, "an engine on a socket of this machine")

"""The Docker engine of this machine: which socket, and whether an engine answers there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from cgrdoctor import NotNeeded, Unobservable, probe
from cgrdoctor.config.clients import asks_docker
from cgrdoctor.config.settings import Invocation, Settings
from cgrdoctor.credentials.docker_context import engine_address
from cgrdoctor.credentials.model import Problem
from cgrdoctor.net.docker import Engine, EngineProblem
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.net.transport import Http
from cgrdoctor.on_paper import OnPaper
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.truncate import cut

if TYPE_CHECKING:
    from cgrdoctor.given.ticket import Ticket
else:
    Ticket = object  # loaded where there is one

PATIENCE = 2.0
"""Seconds an engine may take for an answer in a run that does not need it."""


State = Literal["running", "absent", "refused", "denied", "silent", "garbled", "config-invalid", "remote", "given"]


class DockerEngine(OnPaper, frozen=True, kw_only=True):
    """The engine docker would talk to. `state` as `cgrdoctor.net.docker.Trouble`, `running`, or `given` with a ticket.

    `source` says who named `url`; `command` whether a docker command is on PATH.
    """

    url: str = ""
    source: str = ""
    state: State
    message: str = ""
    command: bool = False
    release: str = ""
    api: str = ""
    os: str = ""
    architecture: str = ""

    @property
    def papers(self) -> dict[str, str]:
        """A ticket's engine is known by its paper alone."""
        return {self.source: self.source} if self.state == "given" else {}

    @property
    def there(self) -> bool:
        """Whether something listens that may well be an engine."""
        return self.state in ("running", "denied", "silent")


def engine_at(url: str, http: Http, recorder: Recorder, invocation: Invocation) -> Engine:
    """The engine, asked with the patience this run has."""
    patience = http.patience if invocation.pull else http.patience.briefer(PATIENCE)
    return Engine(url, http.options.environ, recorder, patience.allotted())


def running(engine: DockerEngine) -> None:
    """Raises NotNeeded where there is no engine, Unobservable where one does not let itself be looked at."""
    if engine.state == "running":
        return
    if engine.state == "given":
        raise NotNeeded(f"of the engine only what {engine.source} tells is known")
    if engine.there:
        raise Unobservable(engine.message, "a Docker engine that this user may talk to")
    raise NotNeeded("no Docker engine is here")


@probe()
async def docker_engine(http: Http, settings: Settings, recorder: Recorder, invocation: Invocation) -> DockerEngine:
    """One question, and none where there is no socket, or docker is no client of this run, or its words were given."""
    ticket = engine_given(settings)
    if ticket is not None:
        return _given(ticket, recorder.add("file", method="read", url=ticket.place))
    if not asks_docker(invocation.client, pull=invocation.pull):
        raise NotNeeded("docker is no client of this run (--client)")
    environ = http.options.environ
    address = await in_daemon_thread(engine_address, settings.docker_config, environ, name="docker-address")
    if isinstance(address, Problem):
        message = f"{address.place} {address.message}"
        return DockerEngine(source=address.place, state="config-invalid", message=message)
    try:
        answer = await engine_at(address.url, http, recorder, invocation).version()
    except EngineProblem as problem:
        command = await in_daemon_thread(shutil.which, "docker", name="docker-command") is not None
        return DockerEngine(
            exchanges=(problem.exchange,),
            url=address.url,
            source=address.source,
            state=problem.kind,
            message=str(problem),
            command=command,
        )
    return _running(answer.exchange, address.url, address.source, answer.value)


def engine_given(settings: Settings) -> Ticket | None:
    """The ticket with an engine's `docker info`; with --pull the engine here is the one that matters."""
    return None if settings.pull else next((one for one in settings.tickets if one.engine is not None), None)


def _given(ticket: Ticket, exchange: str) -> DockerEngine:
    told = ticket.engine or {}
    words = {name: cut(str(told.get(name) or ""), 80) for name in ("ServerVersion", "OSType", "Architecture")}
    return DockerEngine(
        exchanges=(exchange,),
        source=ticket.place,
        state="given",
        release=words["ServerVersion"],
        os=words["OSType"],
        architecture=words["Architecture"],
    )


def _running(exchange: str, url: str, source: str, told: Mapping[str, Any]) -> DockerEngine:
    words = {name: cut(str(told.get(name) or ""), 80) for name in ("Version", "ApiVersion", "Os", "Arch")}
    return DockerEngine(
        exchanges=(exchange,),
        url=url,
        source=source,
        state="running",
        command=True,
        release=words["Version"],
        api=words["ApiVersion"],
        os=words["Os"],
        architecture=words["Arch"],
    )

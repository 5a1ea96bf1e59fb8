"""The platform this run resolves an index to. Pulls wait for it, so it must never take long."""

from __future__ import annotations

import os
import platform as machine
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

from cgrdoctor import Fact, probe
from cgrdoctor.config.clients import asks_docker
from cgrdoctor.config.settings import Invocation, Settings
from cgrdoctor.credentials.docker_context import EngineAddress, engine_address
from cgrdoctor.net.docker import Engine, EngineProblem, SdkProblem
from cgrdoctor.net.manifest import Platform, parse_platform
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor_checks.facts.docker.engine import engine_given

ANSWER = 0.3
"""Seconds the engine has to name its platform; it needs some milliseconds."""

GETTING_READY = 1.0
"""Seconds for loading the SDK, where a socket of this machine takes connections; it needs a tenth."""


class WantedPlatform(Fact, frozen=True, kw_only=True):
    """`OS/ARCH[/VARIANT]`, and who named it."""

    platform: str
    source: Literal["option", "engine", "machine"]

    @property
    def parsed(self) -> Platform:
        """As manifests are compared with it."""
        return parse_platform(self.platform)


@probe()
async def wanted_platform(http: Http, settings: Settings, recorder: Recorder, invocation: Invocation) -> WantedPlatform:
    """The one asked for; else the Docker engine's, if it answers at once; else linux on this machine's architecture."""
    if invocation.platform:
        return WantedPlatform(platform=invocation.platform, source="option")
    told, exchange = None, ""
    ticket = engine_given(settings)
    if ticket is not None and ticket.engine is not None:
        told, exchange = _told(ticket.engine), recorder.add("file", method="read", url=ticket.place)
    elif asks_docker(invocation.client, pull=invocation.pull):
        told, exchange = await _engine_platform(http, settings, recorder)
    if told is not None:
        return WantedPlatform(exchanges=(exchange,), platform=str(told), source="engine")
    own = parse_platform(f"linux/{machine.machine() or os.uname().machine}")
    return WantedPlatform(platform=str(own), source="machine")


def _told(engine: Mapping[str, Any]) -> Platform | None:
    """The platform that `docker info` tells, in the kernel's words."""
    with suppress(ValueError):
        return parse_platform(f"{engine.get('OSType')}/{engine.get('Architecture')}")
    return None


async def _engine_platform(http: Http, settings: Settings, recorder: Recorder) -> tuple[Platform | None, str]:
    environ = http.options.environ
    address = await in_daemon_thread(engine_address, settings.docker_config, environ, name="docker-address")
    if not isinstance(address, EngineAddress):
        return None, ""
    engine = Engine(address.url, environ, recorder, ANSWER)
    with suppress(EngineProblem, SdkProblem, ValueError):
        await engine.prepare(GETTING_READY if engine.on_a_socket else ANSWER)
        answer = await engine.version()
        return parse_platform(f"{answer.value.get('Os')}/{answer.value.get('Arch')}"), answer.exchange
    return None, ""

"""The challenge of the registry, which decides how docker logs in and may name the repository behind a host."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.pull import Endpoint
from cgrdoctor.net.registry import ping
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http


class RegistryPing(Fact, frozen=True, kw_only=True):
    """`GET /v2/` at the host of IMAGE, without credentials."""

    step: Step


@probe()
async def registry_ping(http: Http, invocation: Invocation) -> RegistryPing:
    """Nothing has to be known for it, so it runs beside the list of repositories."""
    if invocation.registry_host is None:
        raise NotNeeded("no IMAGE was given")
    step = await ping(http, Endpoint(f"https://{invocation.registry_host}"))
    return RegistryPing(exchanges=(step.exchange,), step=step)

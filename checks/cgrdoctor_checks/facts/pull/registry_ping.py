"""The challenge of the registry, which decides how docker logs in and may name the repository behind a host."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.challenge import parse_challenges
from cgrdoctor.net.pull import Endpoint
from cgrdoctor.net.registry import ping
from cgrdoctor.net.step import Step
from cgrdoctor.net.transport import Http


class RegistryPing(Fact, frozen=True, kw_only=True):
    """`GET /v2/` at the host of IMAGE, without credentials."""

    step: Step

    @property
    def asks_nothing(self) -> bool:
        """Whether `/v2/` takes everybody, without a word about logins."""
        challenges = [value for key, value in self.step.headers if key.lower() == "www-authenticate"]
        return self.step.ok and not parse_challenges(challenges)


@probe()
async def registry_ping(http: Http, invocation: Invocation) -> RegistryPing:
    """Nothing has to be known for it, so it runs beside the list of repositories."""
    if invocation.registry_host is None:
        raise NotNeeded("no IMAGE was given")
    step = await ping(http, Endpoint(f"https://{invocation.registry_host}"))
    return RegistryPing(exchanges=(step.exchange,), step=step)

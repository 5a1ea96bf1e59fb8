"""Whether the host is an Artifactory, and whether it is well: its anonymous health endpoints."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.step import Step
from cgrdoctor.privacy.truncate import cut


class ArtifactoryPing(Fact, frozen=True, kw_only=True):
    """The answer to `GET /api/system/ping`; `text` is the start of its body ("OK" when well)."""

    step: Step
    text: str = ""

    @property
    def well(self) -> bool:
        """Artifactory itself says that it is well."""
        return self.step.status == 200 and self.text.strip().strip('"').upper().startswith("OK")


class RouterHealth(Fact, frozen=True, kw_only=True):
    """The router's view of the services of one node; `unhealthy` are `service: message` texts."""

    step: Step
    state: str = ""
    unhealthy: tuple[str, ...] = ()


@probe()
async def artifactory_ping(rest: ArtifactoryRest) -> ArtifactoryPing:
    """GET /api/system/ping, anonymous (JFrog REST: System Health Ping)."""
    if not rest.base:
        raise NotNeeded("no IMAGE was given")
    reply = await rest.get("api/system/ping", anonymous=True)
    return ArtifactoryPing(exchanges=(reply.step.exchange,), step=reply.step, text=cut(reply.text, 200))


@probe()
async def router_health(rest: ArtifactoryRest, ping: ArtifactoryPing) -> RouterHealth:
    """GET /router/api/v1/system/health, only where the ping is not well."""
    if ping.well or ping.step.status in (None, 401, 403):
        raise NotNeeded("the ping already tells")
    reply = await rest.get_url(rest.root + "/router/api/v1/system/health", anonymous=True)
    router = reply.json.get("router") if isinstance(reply.json, dict) else None
    services = reply.json.get("services") if isinstance(reply.json, dict) else None
    return RouterHealth(
        exchanges=(reply.step.exchange,),
        step=reply.step,
        state=cut(str(router.get("state", "")), 40) if isinstance(router, dict) else "",
        unhealthy=_unhealthy(services),
    )


def _unhealthy(services: object) -> tuple[str, ...]:
    if not isinstance(services, list):
        return ()
    return tuple(
        cut(f"{service.get('service_id', '?')}: {service.get('message', '')}", 200)
        for service in services[:50]
        if isinstance(service, dict) and str(service.get("state", "")).upper() not in ("", "HEALTHY")
    )

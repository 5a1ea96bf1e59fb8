"""The engine's way to Artifactory: its proxies by Go's rules, and what a try of that way gave."""

from __future__ import annotations

from cgrdoctor import NotNeeded, Unobservable, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.dial import Network
from cgrdoctor.net.path import Path, observe
from cgrdoctor.net.patience import Patience
from cgrdoctor.net.proxy import ProxyChoice, ProxyRules
from cgrdoctor.net.transport import Http
from cgrdoctor.on_paper import OnPaper
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor_checks.facts.docker.settings import DockerSettings
from cgrdoctor_checks.facts.network.paths import split

TRYING = 3.0
"""Seconds each step of the engine's way may take in a run that lets nothing pull."""


class DockerRoute(OnPaper, frozen=True, kw_only=True):
    """Two different ways to the host of IMAGE: `direct`, or the proxy as a URL, each with the rule that chose it.

    `path` is what became of the engine's way when it was tried from here, None where it could not be tried. `given` as
    in `DockerSettings`.
    """

    host: str
    engine: str
    engine_rule: str
    shell: str
    shell_rule: str
    local: bool
    path: Path | None = None
    given: str = ""

    @property
    def papers(self) -> dict[str, str]:
        """Its paper, where it is from a ticket."""
        return {self.given: self.given} if self.given else {}


@probe()
async def docker_route(http: Http, recorder: Recorder, invocation: Invocation, settings: DockerSettings) -> DockerRoute:
    """Tried only where the ways differ and the engine is in this machine's network."""
    if invocation.registry_host is None:
        raise NotNeeded("no IMAGE was given")
    if settings.desktop:
        raise Unobservable("Docker Desktop shows its own gateway in place of a proxy", "Docker Desktop's settings")
    host, port = split(invocation.registry_host)
    mapped = http.network.mapping(host, port) is not None
    theirs, ours = ways(settings, http, host, port, mapped=mapped)
    if shown(theirs) == shown(ours):
        raise NotNeeded("the engine and this shell take the same way")
    path, exchanges = None, settings.exchanges
    if settings.local and not settings.proxy_login and not (mapped and theirs.direct):
        patience = http.patience if invocation.pull else http.patience.briefer(TRYING)
        path, seen = await _tried(http, recorder, settings, (host, port), patience)
        exchanges = (*exchanges, *seen)
    return DockerRoute(
        exchanges=exchanges,
        host=invocation.registry_host,
        engine=shown(theirs),
        engine_rule=theirs.reason,
        shell=shown(ours),
        shell_rule=ours.reason,
        local=settings.local,
        path=path,
        given=settings.given,
    )


def ways(
    settings: DockerSettings, http: Http, host: str, port: int, *, mapped: bool
) -> tuple[ProxyChoice, ProxyChoice]:
    """The engine's choice and this shell's, which goes straight where --connect-to says so."""
    url = f"https://[{host}]:{port}/" if ":" in host else f"https://{host}:{port}/"
    if mapped:
        return settings.rules.for_url(url), ProxyChoice(direct=True, reason="--connect-to names another place")
    return settings.rules.for_url(url), ProxyRules.from_environment(http.options.environ).for_url(url)


def shown(choice: ProxyChoice) -> str:
    """`direct`, or the proxy without its login."""
    return "direct" if choice.direct else f"{choice.scheme}://{choice.host}:{choice.port}"


async def _tried(
    http: Http, recorder: Recorder, settings: DockerSettings, place: tuple[str, int], patience: Patience
) -> tuple[Path, tuple[str, ...]]:
    options = http.options
    network = Network(
        patience=patience,
        environ=settings.environment,
        cacert=options.cacert,
        trust=options.trust,
        host_root=options.host_root,
    )
    await network.start()
    try:
        return await observe(network, recorder, *place)
    finally:
        await network.stop()

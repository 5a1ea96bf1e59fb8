"""The engine's way to Artifactory, against this shell's.

## What it looks at
The proxies of `docker info`, read by Go's rules for the host of IMAGE, against HTTPS_PROXY and NO_PROXY of this shell.
Where they lead different ways, the engine's way is tried from here.

## Why it matters
The engine never sees the shell's variables: curl and this command get through, docker does not, or the reverse.

## How it fails
`proxyconnect tcp: ...`, `Get "https://...": Proxy Authentication Required` or a bare `Forbidden`, `i/o timeout`.

## How to fix
Set the engine's proxies (systemd drop-in, `proxies` in daemon.json, Docker Desktop's settings) and restart it. Go takes
`.example.com` for sub-domains alone and `example.com` for both; CIDR blocks hold for addresses alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Fact, Finding, NotNeeded, Rival, Severity, Unobservable, check, graded, probe
from cgrdoctor.excerpt import cut
from cgrdoctor.net.dial import Network
from cgrdoctor.net.path import Path, observe
from cgrdoctor.net.patience import Patience
from cgrdoctor.net.proxy import ProxyChoice, ProxyRules
from cgrdoctor.net.transport import Http
from cgrdoctor.record import Recorder
from cgrdoctor.settings import Invocation
from cgrdoctor_checks import remedy
from cgrdoctor_checks.docker.codes import DOCKER_PROXY_DIFFERS
from cgrdoctor_checks.docker.mechanism import ON_THE_WAY
from cgrdoctor_checks.docker.pulled import DockerPull
from cgrdoctor_checks.docker.settings import DockerSettings
from cgrdoctor_checks.network.meaning import code_of
from cgrdoctor_checks.network.paths import split
from cgrdoctor_checks.pull.freshness import evidence_of

TRYING = 3.0
"""Seconds each step of the engine's way may take in a run that lets nothing pull."""

DROP_IN = "/etc/systemd/system/docker.service.d/proxy.conf"


class DockerRoute(Fact, frozen=True, kw_only=True):
    """Two different ways to the host of IMAGE: `direct`, or the proxy as a URL, each with the rule that chose it.

    `path` is what became of the engine's way when it was tried from here, None where it could not be tried.
    """

    host: str
    engine: str
    engine_rule: str
    shell: str
    shell_rule: str
    local: bool
    path: Path | None = None


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
    network = Network(patience=patience, environ=settings.environment, cacert=options.cacert, trust=options.trust)
    await network.start()
    try:
        return await observe(network, recorder, *place)
    finally:
        await network.stop()


@check("docker.proxy", title="The engine takes the way that this shell takes", codes=[DOCKER_PROXY_DIFFERS])
def proxies_agree(route: DockerRoute, invocation: Invocation, pulled: DockerPull | None) -> Iterator[Finding]:
    """A remark where the engine's way works all the same, or nobody can tell."""
    severity = _severity(route, invocation, pulled)
    trouble = route.path.trouble if route.path else None
    tried = "" if route.path is None else f"; from here that way {_words(route.path)}"
    yield graded(
        DOCKER_PROXY_DIFFERS,
        severity,
        f"the engine goes to {route.host} {_way(route.engine)} ({_named(route.engine_rule)}), "
        f"this shell {_way(route.shell)} ({route.shell_rule}){tried}",
        subject=route.host,
        expected=route.shell,
        actual=route.engine,
        evidence=evidence_of(route, pulled),
        confidence="certain" if trouble is not None or severity == "info" else "likely",
        rivals=() if trouble is not None or severity == "info" else (_RIVAL,),
        remedy=_remedy(route),
    )


_RIVAL = Rival(
    code="docker-pull-failed",
    would_be_excluded_by="curl with the engine's proxy settings reaches the host",
    who="network-team",
)


def _severity(route: DockerRoute, invocation: Invocation, pulled: DockerPull | None) -> Severity:
    if pulled is not None and pulled.outcome == "pulled":
        return "info"
    if pulled is not None and pulled.outcome == "failed" and pulled.mechanism not in ON_THE_WAY:
        return "info"
    if route.path is None and not (route.local or pulled is not None):
        return "info"
    if route.path is not None and (route.path.trouble is None or code_of(route.path.trouble) is None):
        return "info"
    return "fail" if invocation.pull else "warn"


def _way(choice: str) -> str:
    return "straight" if choice == "direct" else f"through {choice}"


def _words(path: Path) -> str:
    trouble = path.trouble
    return (
        "works too" if trouble is None else f"fails at {trouble.stage} ({cut(' '.join(trouble.message.split()), 120)})"
    )


def _named(rule: str) -> str:
    """The rule in the names of `docker info`, which has no environment."""
    names = (("HTTPS_PROXY", "HTTPS Proxy"), ("HTTP_PROXY", "HTTP Proxy"), ("NO_PROXY", "No Proxy"))
    for variable, label in names:
        rule = rule.replace(variable, label)
    return f"docker info: {rule}"


def _remedy(route: DockerRoute) -> remedy.Remedy:
    name = split(route.host)[0]
    wanted = f'Environment="NO_PROXY={name}"' if route.shell == "direct" else f'Environment="HTTPS_PROXY={route.shell}"'
    return remedy.steps(
        DOCKER_PROXY_DIFFERS.fix,
        f"In {DROP_IN}, under [Service]: {wanted} (added to what stands there), "
        "or the same in `proxies` of /etc/docker/daemon.json (23.0 and newer); with Docker Desktop in its settings.",
        commands=(
            remedy.shell("Read the changed unit", "systemctl", "daemon-reload", changes=True),
            remedy.shell("Restart the engine; running containers stop", "systemctl", "restart", "docker", changes=True),
            remedy.shell("What the engine uses", "docker", "info"),
        ),
    )

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

from cgrdoctor import Finding, Rival, Severity, check, graded, info
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.path import Path
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.codes.docker import DOCKER_PROXY_DIFFERS
from cgrdoctor_checks.facts.docker.mechanism import ON_THE_WAY
from cgrdoctor_checks.facts.docker.pulled import DockerPull
from cgrdoctor_checks.facts.docker.route import DockerRoute
from cgrdoctor_checks.facts.network.failure_codes import code_of
from cgrdoctor_checks.facts.network.paths import split
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands

DROP_IN = "/etc/systemd/system/docker.service.d/proxy.conf"


@check("docker.proxy", title="The engine takes the way that this shell takes", codes=[DOCKER_PROXY_DIFFERS])
def proxies_agree(route: DockerRoute, invocation: Invocation, pulled: DockerPull | None) -> Iterator[Finding]:
    """A remark where the engine's way works all the same, or nobody can tell."""
    if route.given:
        yield _of_a_ticket(route)
        return
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


def _of_a_ticket(route: DockerRoute) -> Finding:
    """The engine is elsewhere: this shell's way is no measure of it."""
    return info(
        DOCKER_PROXY_DIFFERS,
        f"the engine of {route.given} goes to {route.host} {_way(route.engine)} ({_named(route.engine_rule)}), "
        f"this shell {_way(route.shell)}: what is seen from here is not what that engine sees",
        subject=route.host,
        evidence=route.exchanges,
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


def _remedy(route: DockerRoute) -> commands.Remedy:
    name = split(route.host)[0]
    wanted = f'Environment="NO_PROXY={name}"' if route.shell == "direct" else f'Environment="HTTPS_PROXY={route.shell}"'
    return commands.steps(
        f"Give the engine the proxy settings that work here for {name}, then restart it",
        f"In {DROP_IN}, under [Service]: {wanted} (added to what stands there), "
        "or the same in `proxies` of /etc/docker/daemon.json (23.0 and newer); with Docker Desktop in its settings.",
        commands=(
            commands.shell("Read the changed unit", "systemctl", "daemon-reload", changes=True),
            commands.shell(
                "Restart the engine; running containers stop", "systemctl", "restart", "docker", changes=True
            ),
            commands.shell("What the engine uses", "docker", "info"),
        ),
    )

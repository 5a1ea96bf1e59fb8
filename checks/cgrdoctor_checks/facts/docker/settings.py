"""How the Docker engine reaches registries, as `docker info` shows it: proxies, registries it does not verify."""

from __future__ import annotations

import ipaddress
import platform
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from cgrdoctor import Unobservable, probe
from cgrdoctor.config.settings import Invocation, Settings
from cgrdoctor.net.docker import EngineProblem
from cgrdoctor.net.proxy import ProxyRules
from cgrdoctor.net.transport import Http
from cgrdoctor.on_paper import OnPaper
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.facts.docker.engine import DockerEngine, engine_at, engine_given, running

DESKTOP = ".docker.internal"
"""End of the names under which Docker Desktop shows its own gateway instead of the user's proxy."""

MOST = 100
"""Entries of a list that are kept."""


class DockerSettings(OnPaper, frozen=True, kw_only=True):
    """The engine's own settings. Proxies are without their login; `proxy_login` says that one has a login.

    `local`: the engine runs in this machine's network and reads this machine's files. `given` names the paper of a
    ticket in which all of it stands.
    """

    name: str = ""
    given: str = ""
    rootless: bool = False
    local: bool = False
    http_proxy: str = ""
    https_proxy: str = ""
    no_proxy: str = ""
    proxy_login: bool = False
    insecure_networks: tuple[str, ...] = ()
    insecure_hosts: tuple[str, ...] = ()

    @property
    def papers(self) -> dict[str, str]:
        """Its paper, where it is from a ticket."""
        return {self.given: self.given} if self.given else {}

    @property
    def environment(self) -> dict[str, str]:
        """The proxies as the engine's environment would name them."""
        return {"HTTP_PROXY": self.http_proxy, "HTTPS_PROXY": self.https_proxy, "NO_PROXY": self.no_proxy}

    @property
    def rules(self) -> ProxyRules:
        """The proxies by Go's rules."""
        return ProxyRules.from_environment(self.environment)

    @property
    def desktop(self) -> bool:
        """Whether the proxies shown are Docker Desktop's own gateway, which tells nothing about the way out."""
        return DESKTOP in self.https_proxy or DESKTOP in self.http_proxy

    def verifies(self, host: str, addresses: Iterable[str]) -> bool:
        """Whether the engine verifies the certificate of `host[:port]`, which has these addresses."""
        known = [found for text in (urlsplit(f"//{host}").hostname or "", *addresses) if (found := _address(text))]
        networks = [network for text in self.insecure_networks if (network := _network(text))]
        return host not in self.insecure_hosts and not any(one in network for one in known for network in networks)


@probe()
async def docker_settings(
    http: Http, recorder: Recorder, invocation: Invocation, settings: Settings, engine: DockerEngine
) -> DockerSettings:
    """`GET /info`, of which only what concerns registries is kept."""
    ticket = engine_given(settings)
    if ticket is not None and ticket.engine is not None:
        told = read_settings(ticket.engine, engine.exchanges[0], on_a_socket=False)
        return msgspec.structs.replace(told, given=ticket.place)
    running(engine)
    asked = engine_at(engine.url, http, recorder, invocation)
    try:
        answer = await asked.info(engine.api)
    except EngineProblem as problem:
        raise Unobservable(str(problem), "a Docker engine that answers") from problem
    if not answer.ok:
        raise Unobservable(
            f"{engine.url} refuses /info ({answer.status} {cut(answer.message, 80)})", "the whole engine API"
        )
    return read_settings(answer.value, answer.exchange, on_a_socket=asked.on_a_socket)


def read_settings(told: Mapping[str, Any], exchange: str, *, on_a_socket: bool) -> DockerSettings:
    """The settings in an answer of `/info`; whatever has another shape counts as not told."""
    registries = told.get("RegistryConfig")
    registries = registries if isinstance(registries, Mapping) else {}
    indexes = registries.get("IndexConfigs")
    indexes = indexes if isinstance(indexes, Mapping) else {}
    proxies = [_text(told, name) for name in ("HttpProxy", "HttpsProxy")]
    return DockerSettings(
        exchanges=(exchange,),
        name=_text(told, "Name"),
        rootless=any("rootless" in option for option in _texts(told, "SecurityOptions")),
        local=on_a_socket and _is_here(told),
        http_proxy=without_login(proxies[0]),
        https_proxy=without_login(proxies[1]),
        no_proxy=_text(told, "NoProxy"),
        proxy_login=any("@" in proxy for proxy in proxies),
        insecure_networks=_texts(registries, "InsecureRegistryCIDRs"),
        insecure_hosts=tuple(
            cut(str(host), 255)
            for host, entry in [*indexes.items()][:MOST]
            if isinstance(entry, Mapping) and entry.get("Secure") is False
        ),
    )


def without_login(proxy: str) -> str:
    """A proxy's URL without user and password; docker itself shows them masked."""
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*://)?[^/?#]*@", r"\1", proxy)


def _is_here(told: Mapping[str, Any]) -> bool:
    """An engine in a virtual machine, or one whose socket was handed into a container, has another host's name."""
    in_a_machine = "Docker Desktop" in _text(told, "OperatingSystem") or sys.platform != "linux"
    return not in_a_machine and _text(told, "Name") == platform.node() != ""


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return cut(value, 2000) if isinstance(value, str) else ""


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = told.get(name)
    return tuple(cut(item, 255) for item in value[:MOST] if isinstance(item, str)) if isinstance(value, list) else ()


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None

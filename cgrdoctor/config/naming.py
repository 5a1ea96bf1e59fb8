"""Which hosts of a run the user named, and who named the others."""

from __future__ import annotations

from collections.abc import Mapping

from cgrdoctor.config.settings import COMMAND_LINE, Settings
from cgrdoctor.config.values import shown
from cgrdoctor.credentials import environment
from cgrdoctor.credentials.model import CHAINGUARD, Hosts, Role, Unsent, named_hosts
from cgrdoctor.privacy.host_names import canonical_host, hostname


def hosts_of(settings: Settings) -> Hosts:
    """The hosts of the run that these settings describe."""
    rest = settings.artifactory_host
    registry = settings.image.host if settings.image else None
    named = named_hosts(settings.named_host, settings.typed_host)
    by = {"rest": "image" if settings.artifactory_url is None else "artifactory_url", "registry": "image"}
    whose = {canonical_host(host): by[role] for role, host in (("rest", rest), ("registry", registry)) if host}
    strangers = {host: _why_not(settings, host, field) for host, field in whose.items() if host not in named}
    return Hosts(rest, registry, named, strangers)


def _why_not(settings: Settings, host: str, field: str) -> str:
    """Why a host is none that the user named: who named it, or whom the user named in its place."""
    origin = settings.given.get(field, "nobody")
    if hostname(host) == CHAINGUARD:
        return "it is Chainguard's"
    if field == "image" and origin == COMMAND_LINE:
        who = "--artifactory-url" if settings.given["artifactory_url"] == COMMAND_LINE else "CGRDOCTOR_ARTIFACTORY_URL"
        return f"{who} names {settings.named_host}"
    return f"only the {shown(origin)} names it"


def unsent_line(hosts: Hosts, environ: Mapping[str, str]) -> str | None:
    """One line on the variables whose secrets do not go to a host of this run, None if there are none."""
    roles: tuple[Role, ...] = ("rest", "registry")
    found: list[Unsent] = []
    for role in roles:
        host = hosts.of(role)
        found += environment.unsent(role, host, environ, hosts) if host else ()
    if not found:
        return None
    variables = ", ".join(dict.fromkeys(one.variables for one in found))
    where = " and ".join(dict.fromkeys(f"{one.host} ({one.why})" for one in found))
    return f"{variables} not sent to {where}; to name it: --artifactory-url https://{found[0].host}/artifactory"

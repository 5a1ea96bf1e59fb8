"""The remote repositories the pull can go through: the repository itself, or the remote members of a virtual one."""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor_checks.artifactory.listing import RepositoryList
from cgrdoctor_checks.artifactory.repository import Configuration, RepositoryConfiguration, read_fields

MEMBERS = 8
"""Members of a virtual repository that are read, nested ones included."""


DOCKER_TYPES = ("docker", "oci", "")
"""Package types that speak the Docker API; empty is unknown."""


class Remotes(Fact, frozen=True, kw_only=True):
    """The remotes in the order in which the virtual names them. `members` are the keys seen on the way."""

    remotes: tuple[Configuration, ...] = ()
    members: tuple[Configuration, ...] = ()
    virtual: str | None = None

    @property
    def chainguard(self) -> tuple[Configuration, ...]:
        """Those meant for cgr.dev; where that cannot be told, the only remote there is."""
        meant = tuple(remote for remote in self.remotes if is_meant_for_chainguard(remote.url))
        return meant or (self.remotes if len(self.remotes) == 1 else ())


class AdminView(Fact, frozen=True, kw_only=True):
    """The remotes for cgr.dev whose every field this caller may read. Where it is missing, no field is blamed."""

    remotes: tuple[Configuration, ...] = ()


@probe()
async def admin_view(found: Remotes) -> AdminView:
    """Those of the remotes that were shown in full."""
    shown = tuple(remote for remote in found.chainguard if remote.view == "full")
    if not shown:
        raise Unobservable("Artifactory shows these fields to admins only", "an admin's access token")
    return AdminView(exchanges=found.exchanges, remotes=shown)


@probe()
async def remotes(
    rest: ArtifactoryRest, configuration: RepositoryConfiguration, listed: RepositoryList | None
) -> Remotes:
    """Reads the configuration of every member of a virtual repository, nested ones too."""
    if configuration.package_type not in DOCKER_TYPES:
        raise NotNeeded(f"the repository is of type {configuration.package_type}")
    if configuration.remote:
        return Remotes(exchanges=configuration.exchanges, remotes=(configuration,), members=(configuration,))
    if not configuration.virtual:
        raise NotNeeded("the repository is neither remote nor virtual")
    if configuration.repositories is None:
        raise Unobservable("the members of the virtual repository are shown to admins only", "an admin's access token")
    found, exchanges = await _members(rest, configuration, listed)
    return Remotes(
        exchanges=(*configuration.exchanges, *exchanges),
        remotes=tuple(member for member in found if member.remote),
        members=tuple(found),
        virtual=configuration.key,
    )


async def _members(
    rest: ArtifactoryRest, configuration: RepositoryConfiguration, listed: RepositoryList | None
) -> tuple[list[Configuration], list[str]]:
    waiting = list(configuration.repositories or ())
    found: list[Configuration] = []
    exchanges: list[str] = []
    seen = {configuration.key}
    while waiting and len(found) < MEMBERS:
        key = waiting.pop(0)
        if key in seen:
            continue
        seen.add(key)
        reply = await rest.get("api/repositories", key)
        exchanges.append(reply.step.exchange)
        member = _member(key, reply.object, listed)
        if member is not None:
            found.append(member)
            waiting = [*(member.repositories or ()), *waiting]
    return found, exchanges


def _member(key: str, fields: object, listed: RepositoryList | None) -> Configuration | None:
    if isinstance(fields, dict) and fields:
        return Configuration(**read_fields(key, fields))
    row = listed.find(key) if listed else None
    if row is None:
        return None
    return Configuration(
        key=key, view="listed", repository_class=row.kind, package_type=row.package_type, url=row.url or None
    )


def is_meant_for_chainguard(url: str | None) -> bool:
    """Whether a remote's URL is cgr.dev or a near miss of it."""
    host = (url or "").strip().lower().partition("://")[2] or (url or "").strip().lower()
    name = host.partition("/")[0].partition(":")[0]
    return name == "cgr.dev" or name.endswith((".cgr.dev", "chainguard.dev", "chainguard.com", "cgr.dev."))

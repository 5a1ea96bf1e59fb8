"""Which docker repositories this caller can see, with the upstream URL of each remote.

Source: JFrog REST API, Get Repositories.
"""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, Struct, Unobservable, Word, probe
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.artifactory import ArtifactoryRest, Reply
from cgrdoctor_checks.facts.artifactory.caller import elsewhere
from cgrdoctor_checks.facts.artifactory.fields import lowered, typed

SHOWN = 2000
"""Repositories kept from a list; instances with more exist, but a report must stay small."""


class Listed(Struct, frozen=True, kw_only=True):
    """One row. `kind` is `local`, `remote`, `virtual` or `federated`; `url` of a remote is its upstream URL."""

    key: str
    kind: Word
    package_type: Word
    url: str = ""


class RepositoryList(Fact, frozen=True, kw_only=True):
    """The rows, sorted by key."""

    repositories: tuple[Listed, ...] = ()

    def find(self, key: str | None) -> Listed | None:
        """The row of that key."""
        return next((row for row in self.repositories if row.key == key), None)


@probe()
async def repository_list(rest: ArtifactoryRest, invocation: Invocation) -> RepositoryList:
    """GET /api/repositories for Docker; for OCI as well where no Docker repository is the one that is named."""
    if not rest.base:
        raise NotNeeded("no IMAGE was given")
    first = await rest.get("api/repositories", query={"packageType": "docker"})
    if first.step.authenticated and first.step.status == 401:
        rest.refuse()
    if not first.step.ok or not isinstance(first.json, list):
        unlocked_by = elsewhere(rest) if first.step.status == 404 else "a user with Read permission"
        raise Unobservable(f"the list of repositories {_why(first)}", unlocked_by)
    rows = {row.key: row for item in first.array if (row := _row(item))}
    exchanges = [first.step.exchange]
    if not _names(invocation) & set(rows):
        more = await rest.get("api/repositories", query={"packageType": "oci"})
        exchanges.append(more.step.exchange)
        rows.update({row.key: row for item in more.array if (row := _row(item))})
    return RepositoryList(exchanges=tuple(exchanges), repositories=tuple(rows[key] for key in sorted(rows))[:SHOWN])


def _names(invocation: Invocation) -> set[str]:
    """What may be the key: the one given, the first segment of IMAGE, the first label of its host."""
    host, _, path = (invocation.image or "").partition("/")
    return {invocation.repository or "", path.partition("/")[0].partition(":")[0], host.partition(".")[0]} - {""}


def _why(reply: Reply) -> str:
    """What came in place of the list."""
    if reply.step.problem:
        return f"cannot be read: {reply.step.problem}"
    return f"was refused (HTTP {reply.step.status})" if reply.step.status else "was refused (no answer)"


def _row(item: object) -> Listed | None:
    if not isinstance(item, dict) or not isinstance(item.get("key"), str):
        return None
    return Listed(
        key=typed(item["key"], str),
        kind=lowered(item.get("type")) or "",
        package_type=lowered(item.get("packageType")) or "",
        url=typed(item.get("url"), str) or "",
    )

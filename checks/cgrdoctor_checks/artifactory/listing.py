"""Which docker repositories this caller can see, with the upstream URL of each remote.

Source: JFrog REST API, Get Repositories.
"""

from __future__ import annotations

from cgrdoctor import Fact, NotNeeded, Struct, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest, Reply

SHOWN = 2000
"""Repositories kept from a list; instances with more exist, but a report must stay small."""


class Listed(Struct, frozen=True, kw_only=True):
    """One row. `kind` is `local`, `remote`, `virtual` or `federated`; `url` of a remote is its upstream URL."""

    key: str
    kind: str
    package_type: str
    url: str = ""


class RepositoryList(Fact, frozen=True, kw_only=True):
    """The rows, sorted by key."""

    repositories: tuple[Listed, ...] = ()

    def find(self, key: str | None) -> Listed | None:
        """The row of that key."""
        return next((row for row in self.repositories if row.key == key), None)


@probe()
async def repository_list(rest: ArtifactoryRest) -> RepositoryList:
    """GET /api/repositories?packageType=docker."""
    if not rest.base:
        raise NotNeeded("no IMAGE was given")
    reply = await rest.get("api/repositories", query={"packageType": "docker"})
    if reply.step.authenticated and reply.step.status == 401:
        rest.refuse()
    if not reply.step.ok or not isinstance(reply.json, list):
        raise Unobservable(f"the list of repositories was refused ({_why(reply)})", "a user with Read permission")
    rows = sorted((row for item in reply.array if (row := _row(item))), key=lambda row: row.key)
    return RepositoryList(exchanges=(reply.step.exchange,), repositories=tuple(rows[:SHOWN]))


def _why(reply: Reply) -> str:
    return f"HTTP {reply.step.status}" if reply.step.status else "no answer"


def _row(item: object) -> Listed | None:
    if not isinstance(item, dict) or not isinstance(item.get("key"), str):
        return None
    return Listed(
        key=item["key"],
        kind=str(item.get("type", "")).lower(),
        package_type=str(item.get("packageType", "")).lower(),
        url=str(item.get("url") or ""),
    )

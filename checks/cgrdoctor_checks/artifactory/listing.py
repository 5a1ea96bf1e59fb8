"""Which docker repositories this caller can see, with the upstream URL of each remote.

Source: JFrog REST API, Get Repositories.
"""

from __future__ import annotations

import anyio

from cgrdoctor import Fact, NotNeeded, Struct, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest, Reply
from cgrdoctor_checks.artifactory.caller import elsewhere

LISTED = ("docker", "oci")
"""Package types of remotes for cgr.dev; a filter value that a version does not know gives an empty list."""

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
    """GET /api/repositories, once for each package type that speaks the Docker API."""
    if not rest.base:
        raise NotNeeded("no IMAGE was given")
    replies: dict[str, Reply] = {}

    async def ask(package_type: str) -> None:
        replies[package_type] = await rest.get("api/repositories", query={"packageType": package_type})

    async with anyio.create_task_group() as group:
        for package_type in LISTED:
            group.start_soon(ask, package_type)
    first = replies[LISTED[0]]
    if first.step.authenticated and first.step.status == 401:
        rest.refuse()
    if not first.step.ok or not isinstance(first.json, list):
        unlocked_by = elsewhere(rest) if first.step.status == 404 else "a user with Read permission"
        raise Unobservable(f"the list of repositories was refused ({_why(first)})", unlocked_by)
    items = (item for reply in replies.values() for item in reply.array)
    rows = {row.key: row for item in items if (row := _row(item))}
    exchanges = tuple(replies[name].step.exchange for name in LISTED)
    return RepositoryList(exchanges=exchanges, repositories=tuple(rows[key] for key in sorted(rows))[:SHOWN])


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

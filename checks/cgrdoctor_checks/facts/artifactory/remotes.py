"""The remote repositories the pull can go through: the repository itself, or the remote members of a virtual one."""

from __future__ import annotations

from collections.abc import Iterator

import anyio

from cgrdoctor import NotNeeded, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest, Reply
from cgrdoctor.on_paper import OnPaper
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.configuration import ROWS, Configuration, read_fields
from cgrdoctor_checks.facts.artifactory.fields import Field
from cgrdoctor_checks.facts.artifactory.listing import Listed, RepositoryList
from cgrdoctor_checks.facts.artifactory.repository import (
    ConfigurationAnswer,
    RepositoryConfiguration,
    reserved_for_another_edition,
)
from cgrdoctor_checks.facts.ticket.repositories import GivenRepositories, completed

READ = 8
"""Members of a virtual repository whose configuration is read; of the others the list tells enough."""

DEPTH = 5
"""Virtual repositories inside each other that are followed."""

DOCKER_TYPES = ("docker", "oci", "")
"""Package types that speak the Docker API; empty is unknown."""


class OfRepositories(OnPaper, frozen=True, kw_only=True):
    """Settings of remotes; some may be from a ticket."""

    remotes: tuple[Configuration, ...] = ()

    @property
    def papers(self) -> dict[str, str]:
        """The papers of the remotes, by key."""
        return {remote.key: remote.given for remote in self.remotes if remote.given}


class Remotes(OfRepositories, frozen=True, kw_only=True):
    """The remotes in the order in which Artifactory asks them, those with priority resolution first.

    `members` are the locals and remotes behind a virtual, nested ones in their place, in the order of its list.
    """

    members: tuple[Configuration, ...] = ()
    virtual: str | None = None

    @property
    def chainguard(self) -> tuple[Configuration, ...]:
        """Those meant for cgr.dev, and a remote that the reference itself names, whatever its URL."""
        if self.virtual is None:
            return self.remotes
        return tuple(remote for remote in self.remotes if remote.url is None or is_meant_for_chainguard(remote.url))

    def find(self, key: str | None) -> Configuration | None:
        """The member of that key."""
        return next((member for member in self.members if member.key == key), None)


class AdminView(OfRepositories, frozen=True, kw_only=True):
    """The remotes for cgr.dev whose every field this caller may read. Where it is missing, no field is blamed."""

    def showing(self, *names: str) -> Iterator[Configuration]:
        """The remotes of which all these fields are known. Raises Unobservable behind them if there are others."""
        yield from (remote for remote in self.remotes if None not in (getattr(remote, name) for name in names))
        self.must_show(*names)

    def must_show(self, *names: str) -> None:
        """Raises Unobservable if one of these fields of a remote is unknown, so that nothing passes unseen."""
        for remote in self.remotes:
            for name in names:
                if getattr(remote, name) is None:
                    raise Unobservable(_not_shown(remote, ROWS[name].field), "a look at it in Artifactory's pages")


def _not_shown(remote: Configuration, field: Field) -> str:
    if remote.given:
        return f"{remote.given} does not tell {field.name} of {remote.key}"
    since = f", which came with {field.since}" if field.since else ""
    return f"Artifactory shows no {field.name} of {remote.key} that can be read{since}"


@probe()
async def admin_view(found: Remotes, answer: ConfigurationAnswer | None) -> AdminView:
    """Those of the remotes that were shown in full."""
    shown = tuple(remote for remote in found.chainguard if remote.view == "full")
    if not shown and answer is not None and reserved_for_another_edition(answer.step):
        raise Unobservable(
            "this edition of Artifactory has no REST API for these fields", "a look at them in Artifactory's own pages"
        )
    paper = next((remote.given for remote in found.chainguard if remote.given), "")
    if not shown and paper:
        raise Unobservable(
            f"{paper} has only what every user is shown", "the same, as an admin's access token reads it"
        )
    if not shown:
        raise Unobservable("Artifactory shows these fields to admins only", "an admin's access token")
    return AdminView(exchanges=found.exchanges, remotes=shown)


@probe()
async def remotes(
    rest: ArtifactoryRest,
    configuration: RepositoryConfiguration,
    listed: RepositoryList | None,
    caller: Caller,
    given: GivenRepositories | None,
) -> Remotes:
    """Reads the members of a virtual repository, nested ones too, one level after the other."""
    if configuration.package_type not in DOCKER_TYPES:
        raise NotNeeded(f"the repository is of type {configuration.package_type}")
    if configuration.remote:
        return Remotes(exchanges=configuration.exchanges, remotes=(configuration,), members=(configuration,))
    if not configuration.virtual:
        raise NotNeeded("the repository is neither remote nor virtual")
    if configuration.repositories is None:
        raise Unobservable("the members of the virtual repository are shown to admins only", "an admin's access token")
    asked_of = rest if caller.answers else None
    known, exchanges = await _read(asked_of, configuration, listed, given)
    members = tuple(member for member in flattened(configuration, known) if not member.virtual)
    asked = [member for member in members if member.remote and member.package_type in DOCKER_TYPES]
    return Remotes(
        exchanges=(*configuration.exchanges, *exchanges),
        remotes=tuple(sorted(asked, key=lambda member: not member.priority_resolution)),
        members=members,
        virtual=configuration.key,
    )


async def _read(
    rest: ArtifactoryRest | None,
    configuration: RepositoryConfiguration,
    listed: RepositoryList | None,
    given: GivenRepositories | None,
) -> tuple[dict[str, Configuration], list[str]]:
    """Every member by key. A level is read at once; at most READ requests are made for all levels together.

    Without REST only what was given is there.
    """
    known: dict[str, Configuration] = {}
    exchanges: list[str] = []
    level = list(configuration.repositories or ())
    for _ in range(DEPTH):
        fresh = [key for key in dict.fromkeys(level) if key not in known and key != configuration.key]
        rows = {key: listed.find(key) if listed else None for key in fresh}
        worth = [key for key in fresh if _worth_reading(rows[key])][: READ - len(exchanges)]
        replies = await _ask(rest, worth) if rest is not None else {}
        exchanges += [reply.step.exchange for reply in replies.values()]
        for key in fresh:
            member = _member(key, replies[key].object if key in replies else None, rows[key])
            paper = given.find(key) if given is not None else None
            member = member if paper is None else completed(member, paper, key)
            if member is not None:
                known[key] = member
        level = [child for key in fresh if key in known for child in known[key].repositories or ()]
    return known, exchanges


async def _ask(rest: ArtifactoryRest, keys: list[str]) -> dict[str, Reply]:
    replies: dict[str, Reply] = {}

    async def ask(key: str) -> None:
        replies[key] = await rest.get("api/repositories", key)

    async with anyio.create_task_group() as group:
        for key in keys:
            group.start_soon(ask, key)
    return replies


def _worth_reading(row: Listed | None) -> bool:
    """Whether the list leaves something open: what it does not show, other virtuals, remotes for cgr.dev."""
    return row is None or row.kind == "virtual" or (row.kind == "remote" and is_meant_for_chainguard(row.url))


def flattened(configuration: Configuration, known: dict[str, Configuration]) -> list[Configuration]:
    """The members in the order of the virtual's list, a nested virtual's in its place; each once, so circles end."""
    waiting = list(configuration.repositories or ())
    found: dict[str, Configuration] = {}
    while waiting:
        key = waiting.pop(0)
        if key in known and key not in found:
            found[key] = known[key]
            waiting = [*(known[key].repositories or ()), *waiting]
    return list(found.values())


def _member(key: str, fields: object, row: Listed | None) -> Configuration | None:
    if isinstance(fields, dict) and fields:
        return Configuration(**read_fields(key, fields))
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

"""The members of a virtual repository, each asked for the image by itself.

A virtual answers 404 whatever its members refuse (JFrog knowledge base 000007180), and serves whichever has the image
first. Only the members themselves tell why, and which.
"""

from __future__ import annotations

from typing import Literal

import anyio

from cgrdoctor import Fact, NotNeeded, Struct, Unobservable, probe
from cgrdoctor.credentials.keyring import Keyring
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.pull import Pull, Wanted, endpoint_of
from cgrdoctor.net.registry import Puller
from cgrdoctor.net.transport import Http
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor_checks.facts.artifactory.listing import RepositoryList
from cgrdoctor_checks.facts.artifactory.remotes import DOCKER_TYPES, Remotes, is_meant_for_chainguard
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.upstream_path import prefixed
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.docker.platform import WantedPlatform
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.address import FREE_ORGANIZATION
from cgrdoctor_checks.facts.reference.target import Target

ASKED = 4
"""Members that are asked at most: each may make Artifactory ask upstream."""

BESIDE = 2
"""Remotes that are no members, asked beside them."""

ABSENT = ("image-not-found", "tag-not-found", "platform-missing", "organization-unknown")
"""Verdicts of cgr.dev itself, after which no member can serve the image."""

MASKED = ("unfound", "upstream-token")
"""What a virtual shows of its members' refusals: nothing, or the words of one of them."""

Question = Literal["masked", "different"]


class MemberPull(Struct, frozen=True, kw_only=True):
    """The image through one member. `asks_for` is what that member asks cgr.dev for, empty for a local repository."""

    key: str
    asks_for: str
    pull: Pull


class MemberPulls(Fact, frozen=True, kw_only=True):
    """The pulls in the order in which Artifactory asks the members. `known` is false where they are only remotes for
    cgr.dev that the list shows, because the virtual's members are not shown to this caller. `beside` are remotes for
    cgr.dev that are no members, asked where none of the members has a login for an image that needs one.
    """

    observed_from = "artifactory"

    known: bool
    pulls: tuple[MemberPull, ...] = ()
    beside: tuple[MemberPull, ...] = ()

    @property
    def serving_beside(self) -> str | None:
        """The remote that is no member and serves the image."""
        return next((one.key for one in self.beside if one.pull.works), None)


@probe()
async def member_pulls(
    http: Http,
    keyring: Keyring,
    rest: ArtifactoryRest,
    recorder: Recorder,
    platform: WantedPlatform,
    target: Target,
    pinged: RegistryPing,
    through: PullThrough,
    configuration: RepositoryConfiguration | None,
    found: Remotes | None,
    listed: RepositoryList | None,
    direct: DirectPull | None,
) -> MemberPulls:
    """Only for a virtual repository, and only while a member's answer can still change the diagnosis."""
    row = listed.find(target.repository) if listed else None
    if not (configuration.virtual if configuration else row is not None and row.kind == "virtual"):
        raise NotNeeded("the repository is not a virtual one")
    about = question(target, through, direct, found)
    if about is None:
        raise NotNeeded("the answer through the virtual repository tells enough")
    outside = keys_beside(about, target, found, listed)
    keys = [*keys_to_ask(about, target, direct, found, listed), *outside]
    if not keys:
        raise Unobservable("no remote for cgr.dev is known by which to ask", "an admin's access token")
    by_path = target.access_method == "repository-path"
    path = target.path_in_repository
    failed = through.pull.failed
    depth: Literal["manifest", "platform"] = "platform" if failed and failed.name != "manifest" else "manifest"
    login = await keyring.registry()
    pulls: dict[str, Pull] = {}

    async def ask(key: str) -> None:
        base = f"https://{target.registry_host}" if by_path else f"{rest.base}/api/docker/{key}"
        name = f"{key}/{path}" if by_path else path
        wanted = Wanted(name, target.selector, platform.parsed, depth, http.upstream_timeout)
        recorder.effect("cache-fill", f"{key}/{path}:{target.selector}", "a member asked by itself can cache the image")
        pulls[key] = await Puller(http, endpoint_of(base, login), pinged.step if by_path else None).pull(wanted)

    async with anyio.create_task_group() as group:
        for key in keys:
            group.start_soon(ask, key)
    made = [MemberPull(key=key, asks_for=_asks_for(key, target, found), pull=pulls[key]) for key in keys]
    return MemberPulls(
        exchanges=tuple(dict.fromkeys(name for one in made for name in one.pull.evidence)),
        known=found is not None,
        pulls=tuple(one for one in made if one.key not in outside),
        beside=tuple(one for one in made if one.key in outside),
    )


def question(target: Target, through: PullThrough, direct: DirectPull | None, found: Remotes | None) -> Question | None:
    """What the members are asked about, if anything."""
    if not through.works:
        paths = {prefixed(remote, target.path_in_repository) for remote in (found.chainguard if found else ())}
        hopeless = direct is not None and direct.verdict in ABSENT and len(paths) < 2
        failed = through.pull.failed
        early = failed is not None and failed.name in ("manifest", "platform-manifest")
        return "masked" if early and symptom(failed) in MASKED and not hopeless else None
    upstream = direct.pull.digest if direct is not None else None
    return "different" if upstream is not None and upstream != through.pull.digest else None


def keys_to_ask(
    about: Question, target: Target, direct: DirectPull | None, found: Remotes | None, listed: RepositoryList | None
) -> list[str]:
    """The remotes for cgr.dev, which the virtual has asked already; where another image is served than expected, those
    that mean this very image, and whatever else stands among or before them.
    """
    if found is None:
        rows = listed.repositories if listed else ()
        return [row.key for row in rows if row.kind == "remote" and is_meant_for_chainguard(row.url)][:ASKED]
    usable = [remote for remote in found.chainguard if remote.package_type in DOCKER_TYPES]
    if about == "masked":
        return [remote.key for remote in usable][:ASKED]
    same = [one.key for one in usable if direct is not None and prefixed(one, target.path_in_repository) == direct.path]
    others = [member.key for member in found.members if not member.remote and member.package_type in DOCKER_TYPES]
    return [*same[: ASKED - 1], *others][:ASKED]


def keys_beside(about: Question, target: Target, found: Remotes | None, listed: RepositoryList | None) -> list[str]:
    """Remotes for cgr.dev beside the virtual, where none of its own has the login that the image needs."""
    if about != "masked" or found is None or listed is None or target.organization in ("", FREE_ORGANIZATION):
        return []
    if not found.chainguard or any(remote.username or remote.project_id for remote in found.chainguard):
        return []
    members = {member.key for member in found.members}
    rows = (row for row in listed.repositories if row.kind == "remote" and is_meant_for_chainguard(row.url))
    return [row.key for row in rows if row.key not in members][:BESIDE]


def _asks_for(key: str, target: Target, found: Remotes | None) -> str:
    member = found.find(key) if found else None
    if member is None:
        return target.path_in_repository
    return prefixed(member, target.path_in_repository) if member.remote else ""

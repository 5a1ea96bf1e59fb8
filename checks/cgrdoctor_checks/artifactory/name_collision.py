"""Two members of a virtual repository that mean different images by one name.

## What it looks at
What the virtual served, what cgr.dev serves by the same name under the Project ID of each member, and what members
answer by themselves.

## Why it matters
A virtual serves the first member that has the name, or, with Resolve Docker Tags by Latest Timestamp, the newest. Two
members that mean different images by one name, or a local repository that holds one of the same name, bring the wrong
image without a word.

## How it fails
Silently.

## How to fix
Keep the organization in references, or order the members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from cgrdoctor import Command, Finding, NotNeeded, Unobservable, check, warn
from cgrdoctor_checks.codes.artifactory import VIRTUAL_NAME_COLLISION
from cgrdoctor_checks.facts.artifactory.remotes import Remotes, is_meant_for_chainguard
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.artifactory.upstream_path import prefixed
from cgrdoctor_checks.facts.direct.namesakes import DirectNamesakes
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.pull.virtual_members import MemberPulls
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands

ORDER = "Order decides: locals and caches first, members with Priority Resolution before the others."


class Served(msgspec.Struct, frozen=True):
    """What came through the virtual repository, and what it might have been."""

    target: Target
    found: Remotes
    through: PullThrough
    configuration: RepositoryConfiguration | None
    members: MemberPulls | None
    direct: DirectPull | None
    namesakes: DirectNamesakes | None

    @property
    def virtual(self) -> str:
        """Its key."""
        return self.found.virtual or ""

    @property
    def name(self) -> str:
        """The name that means several images."""
        return self.target.path_in_repository

    @property
    def origin(self) -> str | None:
        """Where a remote fetched the manifest, as Artifactory 7 says with it."""
        step = self.through.pull.step("manifest")
        return step.header("x-artifactory-origin-remote-path") if step else None

    @property
    def by_time(self) -> bool:
        """Whether the newest of several tags is served, so that no order of the members helps."""
        return self.configuration is not None and bool(self.configuration.resolve_docker_tags_by_timestamp)


@check(
    "artifactory.name-collision",
    title="No two members of a virtual repository mean different images by this name",
    codes=[VIRTUAL_NAME_COLLISION],
)
def name_collision(served: Served) -> Iterator[Finding]:
    """Only what was served is judged: a member that has no such image cannot collide."""
    if served.found.virtual is None:
        raise NotNeeded("the repository is not a virtual one")
    if not served.through.works:
        raise Unobservable("the image does not come through the virtual repository")
    if served.origin is not None and not is_meant_for_chainguard(served.origin):
        yield _foreign(served, served.origin)
        return
    local = _shadowing(served)
    if local is not None:
        yield _shadow(served, local)
    elif served.direct is not None and served.namesakes is not None:
        known = {served.direct.path: served.direct.pull.digest}
        known |= {one.path: one.digest for one in served.namesakes.found}
        yield from _homonyms(served, {path: digest for path, digest in known.items() if digest})


def _shadowing(served: Served) -> str | None:
    """The local repository whose image was served, where cgr.dev's is another one."""
    digest = served.through.pull.digest
    locals_ = [one for one in (served.members.pulls if served.members else ()) if not one.asks_for]
    differs = served.direct is not None and served.direct.pull.digest not in (None, digest)
    return next((one.key for one in locals_ if differs and one.pull.digest == digest), None)


def _homonyms(served: Served, known: Mapping[str, str]) -> Iterator[Finding]:
    """The image that was served and those that are hidden behind it, all of them at cgr.dev, with different content."""
    digest = served.through.pull.digest
    serving = next((path for path, one in known.items() if one == digest), None) or _path_in(served.origin)
    hidden = [path for path, one in known.items() if path != serving and one != digest]
    if serving in known and hidden:
        yield _homonym(served, str(serving), hidden, known)


def _path_in(origin: str | None) -> str | None:
    """The image in `https://cgr.dev/v2/<image>/manifests/<tag>`."""
    return (origin or "").partition("/v2/")[2].partition("/manifests/")[0] or None


def _foreign(served: Served, origin: str) -> Finding:
    host = origin.partition("://")[2].partition("/")[0]
    member = next((one.key for one in served.found.members if one.url and host in one.url), host)
    return _collision(
        served,
        f"{served.virtual} serves {served.name} of {host} through {member}, not cgr.dev's",
        "an image of cgr.dev",
        f"{served.through.pull.digest} of {host}",
        () if served.by_time else (f"Put the remote for cgr.dev before {member} or give it Priority Resolution.",),
    )


def _homonym(served: Served, serving: str, hidden: Sequence[str], known: Mapping[str, str]) -> Finding:
    keys = {prefixed(remote, served.name): remote.key for remote in served.found.chainguard}
    meant = ", ".join(f"{path} of {keys.get(path, 'another member')}" for path in hidden)
    return _collision(
        served,
        f"{served.virtual} serves {serving} of {keys.get(serving, 'one member')} as {served.name}, and hides {meant}",
        known[hidden[0]],
        served.through.pull.digest,
        ("Clear the Project ID of the members, and write the organization in every reference.",),
    )


def _shadow(served: Served, local: str) -> Finding:
    return _collision(
        served,
        f"{served.virtual} serves the image that {local} holds as {served.name}, and hides cgr.dev's",
        None,
        served.through.pull.digest,
        (f"Rename the image in {local}, or take {local} out of {served.virtual}.",),
    )


def _collision(
    served: Served, summary: str, expected: str | None, actual: str | None, lines: tuple[str, ...]
) -> Finding:
    order, clicks = _order(served)
    return warn(
        VIRTUAL_NAME_COLLISION,
        summary,
        subject=served.virtual,
        expected=expected,
        actual=actual,
        evidence=evidence_of(served.through, served.members, served.direct, served.namesakes),
        remedy=commands.steps(
            VIRTUAL_NAME_COLLISION.fix, *lines, *order, commands=(*clicks, commands.pull(served.target.image))
        ),
    )


def _order(served: Served) -> tuple[tuple[str, ...], tuple[Command, ...]]:
    """What decides between members: their order, unless the newest tag is served."""
    if not served.by_time:
        return (ORDER,), ()
    off = commands.change(
        served.virtual,
        served.target.artifactory_url,
        "Let the order of the members decide, not the time of the tag",
        {"resolve_docker_tags_by_timestamp": False},
        kind="Virtual",
    )
    return (
        f"{served.virtual} serves the newest of its members' tags, whatever their order.",
        *off.steps,
        ORDER,
    ), off.commands

"""Members of a virtual repository that mean different images by one name.

## What it looks at
Which member served the image, and what each member that could serve it has under this name.

## Why it matters
A virtual serves what its members serve, the first that has the name. Two members with different Project IDs, or a local
repository that holds an image of the same name, bring the wrong image without a word.

## How it fails
Silently: the pull works and brings another image.

## How to fix
Keep the organization in references, or order the members.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, NotNeeded, Unobservable, check, warn
from cgrdoctor_checks.codes.artifactory import VIRTUAL_NAME_COLLISION
from cgrdoctor_checks.facts.artifactory.remotes import Remotes, is_meant_for_chainguard
from cgrdoctor_checks.facts.artifactory.upstream_path import prefixed
from cgrdoctor_checks.facts.direct.namesakes import DirectNamesakes
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.pull.virtual_members import MemberPulls
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands

ORDER = "Order decides: locals and caches first, members with Priority Resolution before the others."


@check(
    "artifactory.name-collision",
    title="No two members of a virtual repository mean different images by this name",
    codes=[VIRTUAL_NAME_COLLISION],
)
def name_collision(
    target: Target,
    found: Remotes,
    through: PullThrough,
    members: MemberPulls | None,
    direct: DirectPull | None,
    namesakes: DirectNamesakes | None,
) -> Iterator[Finding]:
    """Only what was served is judged: a member that has no such image cannot collide."""
    if found.virtual is None:
        raise NotNeeded("the repository is not a virtual one")
    if not through.works:
        raise Unobservable("the image does not come through the virtual repository")
    evidence = evidence_of(through, members, direct, namesakes)
    origin = origin_of(through)
    if origin is not None and not is_meant_for_chainguard(origin):
        yield _foreign(target, found, through, origin, evidence)
        return
    local = _shadowing(through, members, direct)
    if local is not None:
        yield _shadow(target, found, through, local, evidence)
    elif direct is not None and namesakes is not None:
        known = {direct.path: direct.pull.digest, **{one.path: one.digest for one in namesakes.found}}
        yield from _homonyms(
            target, found, through, {path: digest for path, digest in known.items() if digest}, evidence
        )


def _shadowing(through: PullThrough, members: MemberPulls | None, direct: DirectPull | None) -> str | None:
    """The local repository whose image was served, where cgr.dev's is another one."""
    digest = through.pull.digest
    locals_ = [one for one in (members.pulls if members else ()) if not one.asks_for]
    differs = direct is not None and direct.pull.digest not in (None, digest)
    return next((one.key for one in locals_ if differs and one.pull.digest == digest), None)


def _homonyms(
    target: Target, found: Remotes, through: PullThrough, known: dict[str, str], evidence: tuple[str, ...]
) -> Iterator[Finding]:
    """The image that was served and those that are hidden behind it, all of them at cgr.dev, with different content."""
    served = through.pull.digest
    serving = next((path for path, digest in known.items() if digest == served), None) or _path_in(origin_of(through))
    hidden = [path for path, digest in known.items() if path != serving and digest != served]
    if serving in known and hidden:
        yield _homonym(target, found, through, str(serving), hidden, known, evidence)


def _path_in(origin: str | None) -> str | None:
    """The image in `https://cgr.dev/v2/<image>/manifests/<tag>`."""
    return (origin or "").partition("/v2/")[2].partition("/manifests/")[0] or None


def origin_of(through: PullThrough) -> str | None:
    """Where a remote fetched the manifest, as Artifactory 7 says with it."""
    step = through.pull.step("manifest")
    return step.header("x-artifactory-origin-remote-path") if step else None


def _foreign(target: Target, found: Remotes, through: PullThrough, origin: str, evidence: tuple[str, ...]) -> Finding:
    host = origin.partition("://")[2].partition("/")[0]
    member = next((one.key for one in found.members if one.url and host in one.url), host)
    return warn(
        VIRTUAL_NAME_COLLISION,
        f"{found.virtual} serves {target.path_in_repository} of {host} through {member}, not cgr.dev's",
        subject=found.virtual or "",
        expected="an image of cgr.dev",
        actual=f"{through.pull.digest} of {host}",
        evidence=evidence,
        remedy=commands.steps(
            VIRTUAL_NAME_COLLISION.fix,
            f"Put the remote for cgr.dev before {member} or give it Priority Resolution.",
            commands=(commands.pull(target.image),),
        ),
    )


def _homonym(
    target: Target,
    found: Remotes,
    through: PullThrough,
    serving: str,
    hidden: list[str],
    known: dict[str, str],
    evidence: tuple[str, ...],
) -> Finding:
    keys = {prefixed(remote, target.path_in_repository): remote.key for remote in found.chainguard}
    meant = ", ".join(f"{path} of {keys.get(path, 'another member')}" for path in hidden)
    return warn(
        VIRTUAL_NAME_COLLISION,
        f"{found.virtual} serves {serving} of {keys.get(serving, 'one member')} as {target.path_in_repository}, "
        f"and hides {meant}",
        subject=found.virtual or "",
        expected=known[hidden[0]],
        actual=through.pull.digest,
        evidence=evidence,
        remedy=commands.steps(
            VIRTUAL_NAME_COLLISION.fix,
            "Clear the Project ID of the members, and write the organization in every reference.",
            ORDER,
            commands=(commands.pull(target.image),),
        ),
    )


def _shadow(target: Target, found: Remotes, through: PullThrough, local: str, evidence: tuple[str, ...]) -> Finding:
    return warn(
        VIRTUAL_NAME_COLLISION,
        f"{found.virtual} serves the image that {local} holds as {target.path_in_repository}, and hides cgr.dev's",
        subject=found.virtual or "",
        actual=through.pull.digest,
        evidence=evidence,
        remedy=commands.steps(
            VIRTUAL_NAME_COLLISION.fix,
            f"Rename the image in {local}, or take {local} out of {found.virtual}.",
            ORDER,
            commands=(commands.pull(target.image),),
        ),
    )

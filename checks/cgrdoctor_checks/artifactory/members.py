"""The members of a virtual repository.

## What it looks at
Every member, nested ones too: its class, type and URL; and, where several could serve the image, what each serves.

## Why it matters
A virtual serves what its members serve, the first that has the name. Two members that mean different images by one
name, or a local repository that holds one of the same name, bring the wrong image without a word.

## How it fails
404 where no member is a remote for cgr.dev; silently where two members collide.

## How to fix
Add the remote, of type Docker; keep the organization in references, or order the members.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, NotNeeded, Unobservable, check, fail, warn
from cgrdoctor_checks import remedy
from cgrdoctor_checks.artifactory.codes import (
    VIRTUAL_MEMBER_MISSING,
    VIRTUAL_MEMBER_WRONG_TYPE,
    VIRTUAL_NAME_COLLISION,
)
from cgrdoctor_checks.artifactory.remotes import DOCKER_TYPES, Remotes, is_meant_for_chainguard
from cgrdoctor_checks.artifactory.repository import Configuration
from cgrdoctor_checks.direct.arm import DirectPull
from cgrdoctor_checks.pull.freshness import evidence_of
from cgrdoctor_checks.pull.members import MemberPull, MemberPulls
from cgrdoctor_checks.pull.through import PullThrough
from cgrdoctor_checks.recreate import with_recreation
from cgrdoctor_checks.reference.target import Target


@check(
    "artifactory.members",
    title="A virtual repository has a Docker remote for cgr.dev among its members",
    codes=[VIRTUAL_MEMBER_WRONG_TYPE, VIRTUAL_MEMBER_MISSING],
)
def virtual_members(target: Target, found: Remotes, through: PullThrough | None) -> Iterator[Finding]:
    """Judged for virtual repositories whose members are shown. A pull that works is left alone."""
    if found.virtual is None:
        raise NotNeeded("the repository is not a virtual one")
    if found.chainguard or (through is not None and through.works):
        return
    wrong = [member for member in found.members if _is_wrong_type(member)]
    for member in wrong:
        yield with_recreation(target, _wrong_type(found.virtual, member, evidence_of(found, through)))
    if not wrong:
        yield with_recreation(target, _missing(found, evidence_of(found, through)))


def _is_wrong_type(member: Configuration) -> bool:
    """Meant for cgr.dev, but of a type that speaks no Docker API. OCI remotes do."""
    return is_meant_for_chainguard(member.url) and member.package_type not in DOCKER_TYPES


def _wrong_type(virtual: str, member: Configuration, evidence: tuple[str, ...]) -> Finding:
    return fail(
        VIRTUAL_MEMBER_WRONG_TYPE,
        f"{member.key}, the member of {virtual} for cgr.dev, is of type {member.package_type}",
        subject=member.key,
        expected="a remote repository of type docker",
        actual=f"{member.repository_class}, {member.package_type}",
        evidence=evidence,
        remedy=remedy.steps(
            VIRTUAL_MEMBER_WRONG_TYPE.fix,
            "The package type of a repository cannot be changed afterwards: create another one.",
            f"Then add it to {virtual} in the place of {member.key}.",
        ),
    )


def _missing(found: Remotes, evidence: tuple[str, ...]) -> Finding:
    members = ", ".join(member.key for member in found.members) or "none"
    virtual = found.virtual or ""
    return fail(
        VIRTUAL_MEMBER_MISSING,
        f"{virtual} has no remote for cgr.dev (members: {members})",
        subject=virtual,
        expected="a remote repository with the URL https://cgr.dev/",
        actual=members,
        evidence=evidence,
        remedy=remedy.steps(
            VIRTUAL_MEMBER_MISSING.fix, f"Administration > Repositories > Virtual > {virtual}: Selected Repositories."
        ),
    )


@check(
    "artifactory.name-collision",
    title="No two members of a virtual repository mean different images by this name",
    codes=[VIRTUAL_NAME_COLLISION],
)
def name_collision(
    target: Target, found: Remotes, through: PullThrough, members: MemberPulls | None, direct: DirectPull | None
) -> Iterator[Finding]:
    """Only what was served is judged: a member that has no such image cannot collide."""
    if found.virtual is None:
        raise NotNeeded("the repository is not a virtual one")
    if not through.works:
        raise Unobservable("the image does not come through the virtual repository")
    evidence = evidence_of(through, members, direct)
    origin = origin_of(through)
    if origin is not None and not is_meant_for_chainguard(origin):
        yield _foreign(target, found, through, origin, evidence)
        return
    served = through.pull.digest
    having = [one for one in (members.pulls if members else ()) if one.pull.digest]
    serving = next((one for one in having if one.pull.digest == served), None)
    if serving is None:
        return
    others = [one for one in having if one.asks_for != serving.asks_for and one.pull.digest != served]
    shadowed = not serving.asks_for and direct is not None and direct.pull.digest not in (None, served)
    if others or shadowed:
        yield _collision(target, found, serving, others, evidence)


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
        remedy=remedy.steps(
            VIRTUAL_NAME_COLLISION.fix,
            f"Put the remote for cgr.dev before {member} or give it Priority Resolution.",
            commands=(remedy.pull(target.image),),
        ),
    )


def _collision(
    target: Target, found: Remotes, serving: MemberPull, others: list[MemberPull], evidence: tuple[str, ...]
) -> Finding:
    name = target.path_in_repository
    meant = ", ".join(f"{other.asks_for or 'its own image'} of {other.key}" for other in others) or f"cgr.dev's {name}"
    steps = ["Order decides: locals and caches first, members with Priority Resolution before the others."]
    if serving.asks_for:
        steps.insert(0, "Clear the Project ID of the members, and write the organization in every reference.")
    else:
        steps.insert(0, f"Rename the image in {serving.key}, or exclude it there for this virtual.")
    return warn(
        VIRTUAL_NAME_COLLISION,
        f"{found.virtual} serves {serving.asks_for or 'the image'} of {serving.key} as {name}, and hides {meant}",
        subject=found.virtual or "",
        expected=others[0].pull.digest if others else None,
        actual=serving.pull.digest,
        evidence=evidence,
        remedy=remedy.steps(VIRTUAL_NAME_COLLISION.fix, *steps, commands=(remedy.pull(target.image),)),
    )

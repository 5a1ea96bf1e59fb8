"""The members of a virtual repository.

## What it looks at
Every member, nested ones too: its class, type and URL.

## Why it matters
A virtual serves what its members serve: without a Docker remote for cgr.dev among them there is nothing to serve.

## How it fails
404 for every image of cgr.dev.

## How to fix
Add the remote, of type Docker.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, NotNeeded, check, fail
from cgrdoctor_checks.codes.artifactory import VIRTUAL_MEMBER_MISSING, VIRTUAL_MEMBER_WRONG_TYPE
from cgrdoctor_checks.facts.artifactory.configuration import Configuration
from cgrdoctor_checks.facts.artifactory.remotes import DOCKER_TYPES, Remotes, is_meant_for_chainguard
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.fresh_remote import with_recreation


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
        remedy=commands.steps(
            f"Create a remote of type Docker for https://cgr.dev/, and make it a member in place of {member.key}",
            "The package type of a repository cannot be changed afterwards.",
            f"Administration > Repositories > Virtual > {virtual}: Selected Repositories.",
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
        remedy=commands.steps(
            f"Add the remote for https://cgr.dev/ to {virtual}",
            f"Administration > Repositories > Virtual > {virtual}: Selected Repositories.",
        ),
    )

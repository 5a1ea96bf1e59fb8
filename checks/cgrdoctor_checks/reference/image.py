"""The reference itself.

## What it looks at
Host, segments and tag of IMAGE, what Artifactory knows under its first segment, and whether it answers as typed.

## Why it matters
A forgotten key or organization produces the same 404 as a missing image, and no setting mends it.

## How it fails
`repository ... not found`, 400 `Unsupported docker`, 403, or "not known to the registry".

## How to fix
`HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE:TAG`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from cgrdoctor import Finding, Remedy, Rival, Unobservable, check, fail
from cgrdoctor.net.reference import Reference, UnusableReference, parse_reference
from cgrdoctor_checks.codes.reference import MISSING_ORGANIZATION, MISSING_REPOSITORY, PLACEHOLDER
from cgrdoctor_checks.facts.artifactory.listing import RepositoryList
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.artifactory.repository import RepositoryAbsence, RepositoryConfiguration
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.direct.spelling import DirectSpelling
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.access import Access
from cgrdoctor_checks.facts.reference.address import OWN_PORTS, begins_with_organization
from cgrdoctor_checks.facts.reference.misplaced import UPSTREAM, Misplaced, misplaced
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands, organization

PLACEHOLDER_HOSTS = re.compile(
    r"(?:my-?(?:project|company|org|artifactory)|your-?(?:project|company|org|domain|artifactory)"
    r"|<[^<>]*>)\.(?:jfrog\.io|.*)|(?:[\w.-]{1,253}\.)?example\.(?:com|org|net)"
)
PLACEHOLDER_SEGMENTS = (
    "organization",
    "your-organization",
    "your-org",
    "yourorg",
    "my-org",
    "myorg",
    "my-organization",
    "org",
    "example.com",
    "chainguard-private",
    "chainguard.edu",
    "cgr-demo.com",
    "foo.com",
    "image",
    "repository",
    "repo-key",
    "your-image",
)
"""Names the guides use in examples; `chainguard-private` is Chainguard's own (Chainguard docs, public scripts)."""


class Seen(msgspec.Struct, frozen=True):
    """The reference, and what was seen of its parts."""

    target: Target
    access: Access | None
    listed: RepositoryList | None
    absence: RepositoryAbsence | None
    configuration: RepositoryConfiguration | None
    through: PullThrough | None
    direct: DirectPull | None
    spelling: DirectSpelling | None
    settings: AdminView | None


@check(
    "reference.image",
    title="The reference names host, repository key, organization and image",
    codes=[PLACEHOLDER, MISSING_REPOSITORY, MISSING_ORGANIZATION],
)
def reference_image(seen: Seen) -> Iterator[Finding]:
    """A reference that answers as typed is never blamed."""
    target, through = seen.target, seen.through
    if through is not None and through.works:
        return
    _refuse_unreadable(target)
    placeholder = placeholder_in(target)
    if placeholder is not None:
        yield _placeholder(target, placeholder)
    beside = misplaced(parse_reference(target.image), _keys(seen))
    if beside is not None and _is_asked_for(seen, beside):
        yield _not_first(target, beside, seen.listed, evidence_of(seen.listed, seen.absence, through))
    elif _key_is_missing(seen):
        yield _missing_repository(target, seen.listed, evidence_of(seen.listed, seen.absence, through))
    elif _organization_is_missing(seen):
        yield _missing_organization(seen)


def _keys(seen: Seen) -> set[str]:
    return {row.key for row in seen.listed.repositories} if seen.listed else set()


def _is_asked_for(seen: Seen, beside: Misplaced) -> bool:
    """Refused as typed, and no repository is named like what stands first."""
    first = parse_reference(seen.target.image).segments[0]
    if seen.absence is not None and seen.absence.exists is True:
        return False
    return (
        first in _keys(seen) or beside.key or _refused_as_typed(parse_reference(seen.target.image), None, seen.through)
    )


def _refuse_unreadable(target: Target) -> None:
    """A run never gets this far with one; a report that somebody else wrote may hold anything."""
    try:
        parse_reference(target.image)
    except UnusableReference:
        raise Unobservable("the recorded IMAGE is no reference") from None


def placeholder_in(target: Target) -> str | None:
    """The part of the reference that stands in documentation as an example, if there is one."""
    reference = parse_reference(target.image)
    if PLACEHOLDER_HOSTS.fullmatch(reference.hostname):
        return reference.hostname
    places = reference.segments[:-1] if len(reference.segments) > 1 else ()
    return next((segment for segment in places if segment in PLACEHOLDER_SEGMENTS), None)


def _key_is_missing(seen: Seen) -> bool:
    """Refused as typed, and the first segment is no key that could be seen, or is an organization."""
    target, access, listed, absence = seen.target, seen.access, seen.listed, seen.absence
    reference = parse_reference(target.image)
    if target.certain or (access is not None and access.method in ("subdomain", "port")):
        return False
    if len(reference.segments) == 1 or (absence is not None and absence.exists is True):
        return False
    if listed is not None and listed.find(reference.segments[0]):
        return False
    if not begins_with_organization(reference):
        short = len(reference.segments) == 2 and listed is not None and bool(listed.repositories)
        return short and absence is not None and _refused_as_typed(reference, listed, seen.through)
    return _refused_as_typed(reference, listed, seen.through)


def _refused_as_typed(reference: Reference, listed: RepositoryList | None, through: PullThrough | None) -> bool:
    """On a port of the reverse proxy's, which may stand for one repository, only an answer about the key counts."""
    failed = through.pull.failed if through else None
    answered = failed is not None and failed.name != "token" and failed.status in (400, 403, 404)
    if reference.port in OWN_PORTS:
        return answered or (listed is not None and bool(listed.repositories))
    named = failed is not None and reference.segments[0] in failed.message
    return answered and failed is not None and (named or symptom(failed) == "unsupported-route")


def _organization_is_missing(seen: Seen) -> bool:
    configuration, direct, spelling = seen.configuration, seen.direct, seen.spelling
    if "/" in seen.target.upstream_path or (configuration is not None and configuration.project_id):
        return False
    if configuration is not None and configuration.repository_class == "local":
        return False
    if spelling is not None and spelling.verdict == "works":
        return False
    return direct is None or direct.verdict != "works"


def _placeholder(target: Target, text: str) -> Finding:
    return fail(
        PLACEHOLDER,
        f"{text} is a name from an example, not one of yours",
        subject=target.image,
        actual=text,
        expected="a name of your own",
        remedy=commands.steps(
            f"Replace {text} in {target.image}",
            "The host, the repository key and the organization are your own: Artifactory's Set Me Up of the repository "
            "shows the first two, chainctl iam organizations list the third.",
        ),
    )


def _missing_repository(target: Target, listed: RepositoryList | None, evidence: tuple[str, ...]) -> Finding:
    better = target.image.replace(target.registry_path, f"{_a_key(listed)}/{target.registry_path}", 1)
    return fail(
        MISSING_REPOSITORY,
        f"{parse_reference(target.image).segments[0]} stands where the repository key belongs, and Artifactory has no "
        "such repository",
        subject=target.image,
        expected=better,
        actual=target.image,
        evidence=evidence,
        remedy=Remedy(summary=f"Pull {better}", commands=(commands.pull(better),)),
    )


def _not_first(target: Target, beside: Misplaced, listed: RepositoryList | None, evidence: tuple[str, ...]) -> Finding:
    """The same image without what does not belong in its path; with a key that was read where it has none."""
    keyless = beside.extra == UPSTREAM and not beside.key and not target.certain
    path = f"{_a_key(listed)}/{beside.path}" if keyless else beside.path
    better = target.image.replace(target.registry_path, path, 1)
    return fail(
        MISSING_REPOSITORY,
        f"{beside.extra}/ does not belong in the reference: behind the host stands the repository key, then the image",
        subject=target.image,
        expected=better,
        actual=target.image,
        evidence=evidence,
        confidence="certain" if beside.key else "likely",
        rivals=() if beside.key else (_NO_SUCH_KEY,),
        remedy=Remedy(summary=f"Pull {better}", commands=(commands.pull(better),)),
    )


_NO_SUCH_KEY = Rival(
    code="repository-not-found",
    would_be_excluded_by="the list of repositories has the key",
    who="developer",
)


def _a_key(listed: RepositoryList | None) -> str:
    """A key behind which cgr.dev's images may stand, of those that were read."""
    rows = listed.repositories if listed else ()
    keys = [row.key for row in rows if UPSTREAM in row.url] or [row.key for row in rows if row.kind == "virtual"]
    return keys[0] if keys else "REPOSITORY-KEY"


def _missing_organization(seen: Seen) -> Finding:
    target, spelling = seen.target, seen.spelling
    found = organization.candidates(target, spelling)
    path = found[0] if found else f"{organization.ORGANIZATION}/{target.upstream_path}"
    usernames = [remote.username or "" for remote in (seen.settings.remotes if seen.settings else ())]
    return fail(
        MISSING_ORGANIZATION,
        f"behind the key stands only {target.upstream_path}; images of cgr.dev are named organization/image",
        subject=target.image,
        expected=organization.better(target, path),
        actual=target.image,
        evidence=evidence_of(seen.through, seen.direct, spelling),
        confidence="likely",
        rivals=(
            Rival(
                code="pull-through-failed",
                would_be_excluded_by="the remote has no Project ID, which would put an organization in front",
                who="artifactory-admin",
                subject=target.repository or target.registry_host,
            ),
        ),
        remedy=organization.in_front(target, spelling, usernames),
    )

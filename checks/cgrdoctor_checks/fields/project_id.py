"""Project ID, and a reference that repeats it.

## What it looks at
`dockerProjectId` of every remote, and the first segment of the image behind the key.

## Why it matters
Artifactory puts the Project ID in front of the path it asks cgr.dev for.

## How it fails
The organization comes twice (`acme.com/acme.com/python`), or with white space or a slash in it, and no such image
exists.

## How to fix
Leave the organization out of the reference, or clear or correct Project ID.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, graded
from cgrdoctor.net.reference import SEGMENT
from cgrdoctor_checks.codes.fields import PROJECT_ID_DOUBLED, PROJECT_ID_MALFORMED
from cgrdoctor_checks.facts.artifactory.configuration import Configuration, rest_name
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands


@check(
    "fields.project-id",
    title="Project ID is an organization's name, and the reference does not repeat it",
    codes=[PROJECT_ID_MALFORMED, PROJECT_ID_DOUBLED],
)
def project_id(target: Target, settings: AdminView, freshness: Freshness | None) -> Iterator[Finding]:
    """An uncached pull that demonstrably works is left alone: some versions may not prepend.

    What --upstream-image names is no part of the reference.
    """
    named, deeper, _ = target.path_in_repository.partition("/")
    for remote in settings.showing("project_id"):
        if remote.project_id and not SEGMENT.fullmatch(remote.project_id):
            yield _malformed(target, remote, settings, freshness)
        if not remote.project_id or not deeper or named != remote.project_id:
            continue
        if freshness is not None and freshness.works and freshness.fresh:
            continue
        short = target.image.replace(f"/{remote.project_id}/", "/", 1)
        yield graded(
            PROJECT_ID_DOUBLED,
            severity_of_setting(freshness),
            still_cached(
                f"{remote.key} puts {remote.project_id} in front of every path, and the reference names it again",
                freshness,
            ),
            subject=target.image,
            expected=short,
            actual=target.image,
            evidence=settings.exchanges,
            remedy=commands.Remedy(
                summary=f"Pull {short}",
                steps=(f"Leave {remote.project_id} out of references through {remote.key}.",),
                commands=(commands.pull(short),),
            ),
        )


def _malformed(target: Target, remote: Configuration, settings: AdminView, freshness: Freshness | None) -> Finding:
    written = remote.project_id or ""
    better = written.strip().strip("/").lower()
    return graded(
        PROJECT_ID_MALFORMED,
        severity_of_setting(freshness),
        f"the Project ID of {remote.key} is {written!r}, which no organization is called",
        subject=remote.key,
        setting=rest_name("project_id"),
        expected=better if SEGMENT.fullmatch(better) else "the name of one organization",
        actual=written,
        evidence=settings.exchanges,
        remedy=commands.change(
            remote.key,
            target.artifactory_url,
            f"Correct the Project ID of {remote.key}",
            {"project_id": better},
        ),
    )

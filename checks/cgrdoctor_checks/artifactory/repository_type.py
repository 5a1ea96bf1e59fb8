"""Class and package type of the repository.

## What it looks at
Whether the repository is a remote or a virtual one, and of type Docker.

## Why it matters
Images of cgr.dev come through a remote repository of type Docker, or a virtual one that has such a member. Neither
class nor type can be changed afterwards.

## How it fails
400 `Unsupported docker`, 404, 405.

## How to fix
Use a repository of type Docker, or create one.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, fail
from cgrdoctor_checks.codes.artifactory import REPOSITORY_WRONG_TYPE
from cgrdoctor_checks.facts.artifactory.remotes import DOCKER_TYPES
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.remedies import commands


@check(
    "artifactory.repository-type",
    title="The repository is a remote or virtual one of type Docker",
    codes=[REPOSITORY_WRONG_TYPE],
)
def repository_type(configuration: RepositoryConfiguration, through: PullThrough | None) -> Iterator[Finding]:
    """Wrong class or package type, as far as they were shown."""
    if through is not None and through.works:
        return
    kind, package = configuration.repository_class, configuration.package_type
    if package in DOCKER_TYPES and kind in ("remote", "virtual", ""):
        return
    actual = f"{kind or 'unknown class'}, {package or 'unknown type'}"
    yield fail(
        REPOSITORY_WRONG_TYPE,
        f"{configuration.key} is {actual}; images of cgr.dev need a Docker remote or virtual",
        subject=configuration.key,
        expected="remote or virtual, docker",
        actual=actual,
        evidence=evidence_of(configuration, through),
        remedy=commands.steps(
            f"Pull through a remote of type Docker for https://cgr.dev/ in place of {configuration.key}",
            "Create one if there is none: class and package type of a repository cannot be changed afterwards.",
        ),
    )

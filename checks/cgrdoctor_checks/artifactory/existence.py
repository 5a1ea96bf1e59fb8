"""The repository the reference names.

## What it looks at
Whether the key exists, and whether it can stand in an image reference at all.

## Why it matters
Artifactory answers for a key it does not know as for one the user may not see.

## How it fails
400 `Unsupported docker`, 404, 405.

## How to fix
Use a key from the list, or create a remote repository of type Docker.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Rival, Unobservable, check, fail
from cgrdoctor.net.reference import parse_reference
from cgrdoctor_checks.codes.artifactory import REPOSITORY_KEY_UNUSABLE, REPOSITORY_NOT_FOUND
from cgrdoctor_checks.facts.artifactory.repository import RepositoryAbsence
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.address import OWN_PORTS
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands


@check(
    "artifactory.repository",
    title="The repository exists and is of type Docker",
    codes=[REPOSITORY_KEY_UNUSABLE, REPOSITORY_NOT_FOUND],
    guide="The repository is a remote of type Docker",
    unlocked_by="a user with Read permission on the repository",
)
def repository_exists(target: Target, absence: RepositoryAbsence, through: PullThrough | None) -> Iterator[Finding]:
    """Absent only where Artifactory says so; a refusal leaves it open. A pull that works settles it."""
    if through is not None and through.works:
        return
    assumed = target.known_by == "reference" and parse_reference(target.image).port not in OWN_PORTS
    if absence.exists is not False or target.access_method == "unknown" or assumed:
        raise Unobservable("Artifactory does not say whether the repository exists")
    meant = next((key for key in absence.similar if key.lower().replace("_", "-") == _spelled(absence.key)), None)
    if meant is not None and meant != absence.key:
        yield _unusable(absence.key, meant, evidence_of(absence, through))
        return
    nearby = f"; similar: {', '.join(absence.similar)}" if absence.similar else ""
    yield fail(
        REPOSITORY_NOT_FOUND,
        f"Artifactory has no repository {absence.key}{nearby}",
        subject=absence.key,
        evidence=evidence_of(absence, through),
        confidence="likely",
        rivals=(
            Rival(
                code="artifactory-permission-denied",
                would_be_excluded_by="an admin does not see the repository either",
                who="artifactory-admin",
                subject=absence.key,
            ),
        ),
        remedy=_use(target, absence),
    )


def _use(target: Target, absence: RepositoryAbsence) -> commands.Remedy:
    """The key that is nearly the one typed, in its place; else where the keys are listed."""
    right = [
        target.image.replace(f"/{absence.key}/", f"/{key}/", 1)
        for key in absence.similar
        if f"/{absence.key}/" in target.image
    ]
    if right:
        return commands.steps(
            f"Pull {right[0]}",
            *(f"Or {one}." for one in right[1:3]),
            commands=(commands.pull(right[0]),),
        )
    return commands.steps(
        f"Use another repository key: there is no {absence.key}, or this login may not see it",
        "Artifacts, or Set Me Up > Docker, lists the keys of Docker repositories.",
        *(f"Perhaps {key} is meant." for key in absence.similar),
        "If it is to exist: create it as a remote of type Docker for https://cgr.dev/.",
    )


def _spelled(key: str) -> str:
    return key.lower().replace("_", "-")


def _unusable(typed: str, meant: str, evidence: tuple[str, ...]) -> Finding:
    return fail(
        REPOSITORY_KEY_UNUSABLE,
        f"the repository is called {meant}, and {typed} is another name to Artifactory",
        subject=meant,
        expected="a key in lower case, without underscores where it is a host's label",
        actual=meant,
        evidence=evidence,
        remedy=commands.steps(
            f"Put {meant} behind a virtual repository called {_spelled(meant)}, which a reference can name",
            "A key cannot be changed; capitals and underscores do not stand in a reference or host name.",
            f"Or create the remote anew under the key {_spelled(meant)}.",
        ),
    )

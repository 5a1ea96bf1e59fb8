"""Settings that came with a ticket, beside those that Artifactory shows.

## What it looks at
The repositories in what `--given` names: whether they are those that IMAGE is pulled through, and which fields differ
from what Artifactory shows this run.

## Why it matters
A ticket may be about another repository, or about yesterday; what Artifactory shows is judged, not the paper.

## How it fails
It does not: a difference is a remark.

## How to fix
Give the settings of the repository that IMAGE names, as they are now.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, NotNeeded, check, info
from cgrdoctor_checks.codes.fields import GIVEN_DIFFERS
from cgrdoctor_checks.facts.artifactory.configuration import Configuration, rest_name
from cgrdoctor_checks.facts.artifactory.remotes import Remotes
from cgrdoctor_checks.facts.artifactory.repository import RepositoryConfiguration
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.ticket.repositories import GivenRepositories, Paper, differing

NAMED = 4
"""Fields that a line names."""


@check("fields.given", title="What was given is what Artifactory shows", codes=[GIVEN_DIFFERS])
def given_settings(
    target: Target, given: GivenRepositories, configuration: RepositoryConfiguration | None, remotes: Remotes | None
) -> Iterator[Finding]:
    """A line for each repository that was given and is not the one, or not as it was."""
    shown = {
        one.key: one for one in (*(remotes.members if remotes else ()), *((configuration,) if configuration else ()))
    }
    evidence = evidence_of(given, configuration, remotes)
    told = False
    for paper in given.papers:
        key = paper.configuration.key or target.repository or ""
        now = shown.get(key)
        if now is not None:
            told = told or set(evidence) != set(given.exchanges)
            yield from _changed(paper, now, evidence)
        elif target.repository is not None and key != target.repository and not _is_member(key, given, target):
            told = True
            yield info(
                GIVEN_DIFFERS,
                f"{paper.place} is about {key}, and IMAGE is pulled through {target.repository}",
                subject=key,
                evidence=evidence,
            )
    if not told:
        raise NotNeeded("Artifactory showed nothing of it that could be compared")


def _is_member(key: str, given: GivenRepositories, target: Target) -> bool:
    """Whether the target's own paper names it as a member."""
    own = given.find(target.repository or "")
    return own is not None and key in (own.configuration.repositories or ())


def _changed(paper: Paper, now: Configuration, evidence: tuple[str, ...]) -> Iterator[Finding]:
    names = differing(now, paper)
    if not names:
        return
    pairs = [f"{rest_name(one)} {_words(now, one)}, {_words(paper.configuration, one)} there" for one in names[:NAMED]]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    yield info(
        GIVEN_DIFFERS,
        f"{paper.place} has other settings of {now.key} than Artifactory shows: {'; '.join(pairs)}{more}",
        subject=now.key,
        evidence=evidence,
    )


def _words(configuration: Configuration, name: str) -> str:
    value = getattr(configuration, name)
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value) or "(empty)"

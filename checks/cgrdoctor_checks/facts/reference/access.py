"""Which repository answered in the end, where the reference alone did not tell."""

from __future__ import annotations

import re

from cgrdoctor import Fact, Kind, probe
from cgrdoctor.net.reference import Reference, parse_reference
from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.listing import RepositoryList
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.address import AccessMethod, by_host, is_organization
from cgrdoctor_checks.facts.reference.target import Target

REGISTRY_HEADER = "x-artifactory-docker-registry"
"""The key that served an answer; Artifactory 7.161 sends it with HEAD by digest."""

NAMED = re.compile(
    r"remote docker repository:? '?([\w.-]+)|^([\w.-]+): (?:error in|is assumed)|configured in xray for ([\w.-]+?)\.?$"
    r"|fetch token for repo: ([\w.-]+)",
    re.IGNORECASE,
)
"""Where Artifactory's messages name the repository they speak of."""


class Access(Fact, frozen=True, kw_only=True):
    """Access method and key after the pull. `known_by` as in `Target`, or `header`, `answer`."""

    observed_from = "artifactory"

    method: AccessMethod
    repository: str | None = None
    known_by: Kind = ""


@probe()
async def access(target: Target, listed: RepositoryList | None, through: PullThrough | None) -> Access:
    """What the target already tells; else what the answers to the pull tell, that to HEAD among them."""
    if target.certain or through is None:
        return Access(method=target.access_method, repository=target.repository, known_by=target.known_by)
    steps = list(through.pull.steps)
    exchanges: tuple[str, ...] = ()
    if through.works and target.repository is None and through.pull.digest and not key_in_header(steps):
        head = through.pull.head
        if head is not None:
            steps.append(head)
            exchanges = (head.exchange,)
    return seen(target, steps, listed, works=through.works, exchanges=exchanges)


def seen(
    target: Target, steps: list[Step], listed: RepositoryList | None, *, works: bool, exchanges: tuple[str, ...] = ()
) -> Access:
    """The reading of the answers: a key in a header or a message, else the mere fact that the reference answers."""
    reference = parse_reference(target.image)
    by = "header" if key_in_header(steps) else "answer"
    key = key_in_header(steps) or key_in_message(steps, listed)
    if key is not None and key != target.repository and not reads_as_path(target, reference):
        is_first = key == reference.segments[0]
        method: AccessMethod = "repository-path" if is_first else by_host(reference)
        return Access(exchanges=exchanges, method=method, repository=key, known_by=by)
    if works and target.access_method == "unknown":
        return Access(exchanges=exchanges, method=by_host(reference), known_by="answer")
    return Access(
        exchanges=exchanges, method=target.access_method, repository=target.repository, known_by=target.known_by
    )


def reads_as_path(target: Target, reference: Reference) -> bool:
    """Whether the first segment is a key all the same: another one in an answer is then that of a virtual's member."""
    second = (*reference.segments, "")[1]
    return target.access_method == "repository-path" and (target.known_by == "realm" or is_organization(second))


def key_in_header(steps: list[Step]) -> str | None:
    """The key that an answer says it comes from."""
    return next((value for step in steps if (value := step.header(REGISTRY_HEADER))), None)


def key_in_message(steps: list[Step], listed: RepositoryList | None) -> str | None:
    """The key that an error of Artifactory's speaks of; only one that the list knows, where there is one."""
    for step in steps:
        found = NAMED.search(step.message) if step.message and step.name != "token" else None
        key = next((group for group in found.groups() if group), None) if found else None
        if key is not None and (listed is None or listed.find(key)):
            return key
    return None

"""The configuration of the repository the reference names, as far as this caller may read it.

JFrog REST, Repository Configuration: an admin sees every field, an ordinary user five keys. A field that is not there
is unknown, never false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from cgrdoctor import Fact, NotNeeded, Unobservable, probe
from cgrdoctor.net.artifactory import ArtifactoryRest
from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.caller import Caller, refuse_without_rest
from cgrdoctor_checks.facts.artifactory.configuration import Configuration, read_fields
from cgrdoctor_checks.facts.artifactory.listing import Listed, RepositoryList
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.ticket.repositories import GivenRepositories, Paper, completed


class RepositoryConfiguration(Configuration, frozen=True, kw_only=True):
    """The configuration of the repository in the reference."""


class RepositoryAbsence(Fact, frozen=True, kw_only=True):
    """What was answered where a configuration was asked for: `exists` is None where that cannot be told."""

    key: str
    exists: bool | None
    step: Step
    similar: tuple[str, ...] = ()


class ConfigurationAnswer(Fact, frozen=True, kw_only=True):
    """The answer to the configuration request, the one request both facts above are made of; None where it is none.

    What it does not show is completed from what was given; where nobody answered, `step` is that of the caller.
    """

    key: str
    step: Step
    configuration: Configuration | None = None


@probe()
async def configuration_answer(
    rest: ArtifactoryRest, target: Target, caller: Caller, given: GivenRepositories | None
) -> ConfigurationAnswer:
    """GET /api/repositories/{key}, and what was given with a ticket for what that does not show."""
    if target.repository is None:
        raise Unobservable("the repository key is not known", "--repository KEY")
    paper = given.find(target.repository) if given is not None else None
    if not caller.answers and given is not None:
        if paper is None:
            raise Unobservable(
                f"{_about(given)}, not about {target.repository}", "--repository KEY, or its own settings"
            )
        return _answered(target.repository, caller.step, None, given, paper)
    refuse_without_rest(caller, rest)
    reply = await rest.get("api/repositories", target.repository)
    shown = read_configuration(target.repository, reply.object)
    absent = _exists(reply.step) is False and reply.step.authenticated
    if paper is None or given is None or absent:
        return ConfigurationAnswer(
            exchanges=(reply.step.exchange,), key=target.repository, step=reply.step, configuration=shown
        )
    return _answered(target.repository, reply.step, shown, given, paper)


def _answered(
    key: str, step: Step, shown: Configuration | None, given: GivenRepositories, paper: Paper
) -> ConfigurationAnswer:
    """What was shown, completed from the paper."""
    whole = completed(shown, paper, key)
    return ConfigurationAnswer(
        exchanges=(*(given.exchanges if whole.given else ()), *((step.exchange,) if shown or not whole.given else ())),
        key=key,
        step=step,
        configuration=whole,
    )


def _about(given: GivenRepositories) -> str:
    """What papers of a ticket are about, in words."""
    places = ", ".join(dict.fromkeys(paper.place for paper in given.papers))
    keys = ", ".join(given.keys[:5]) or "repositories whose keys it does not tell"
    return f"{places} is about {keys}"


@probe()
async def repository_configuration(
    answer: ConfigurationAnswer, listed: RepositoryList | None
) -> RepositoryConfiguration:
    """The configuration, from the answer or, where that was refused, from the row in the list."""
    found, exchanges = answer.configuration, answer.exchanges
    row = listed.find(answer.key) if listed else None
    if row is not None and listed is not None and (found is None or found.given):
        shown = listed_configuration(row)
        known = {name: getattr(shown, name) for name in ("repository_class", "package_type", "url")}
        found = shown if found is None else structs.replace(found, **{k: v for k, v in known.items() if v})
        exchanges = listed.exchanges if answer.configuration is None else (*exchanges, *listed.exchanges)
    if found is None:
        raise Unobservable("the repository's configuration could not be read", "an admin's access token")
    return RepositoryConfiguration(**{**structs.asdict(found), "exchanges": exchanges})


def listed_configuration(row: Listed) -> Configuration:
    """What the list of repositories tells of one."""
    return Configuration(
        key=row.key,
        view="listed",
        repository_class=row.kind,
        package_type=row.package_type,
        url=row.url if row.kind == "remote" and row.url else None,
    )


@probe()
async def repository_absence(answer: ConfigurationAnswer, listed: RepositoryList | None) -> RepositoryAbsence:
    """Whether the key exists: 400 and 404 both mean absent (JFrog REST v1 and v2), other refusals mean unknown."""
    if answer.configuration is not None:
        raise NotNeeded("the repository exists")
    if listed is not None and listed.find(answer.key):
        raise NotNeeded("the repository is in the list")
    keys = [row.key for row in listed.repositories] if listed else []
    return RepositoryAbsence(
        exchanges=answer.exchanges + (listed.exchanges if listed else ()),
        key=answer.key,
        exists=_exists(answer.step),
        step=answer.step,
        similar=tuple(key for key in keys if _alike(answer.key, key))[:5],
    )


def _alike(typed: str, key: str) -> bool:
    left, right = typed.lower().replace("_", "-"), key.lower().replace("_", "-")
    return left in right or right in left


def _exists(step: Step) -> bool | None:
    if step.status == 404 and step.shape != "html":
        return False
    if step.status == 400 and not reserved_for_another_edition(step) and step.shape != "html":
        return False
    return None


def reserved_for_another_edition(step: Step) -> bool:
    """Whether this Artifactory has no configuration API: JCR and OSS say that it is available in Artifactory Pro."""
    return step.status in (400, 403) and "pro" in step.message.lower().split() and step.shape != "html"


def read_configuration(key: str, answer: Mapping[str, Any]) -> Configuration | None:
    """The configuration in an answer of the REST API, None where it is none."""
    named = isinstance(answer.get("key"), str) and any(name in answer for name in ("rclass", "type", "packageType"))
    return Configuration(**read_fields(key, answer)) if named else None

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
from cgrdoctor_checks.facts.artifactory.listing import RepositoryList
from cgrdoctor_checks.facts.reference.target import Target


class RepositoryConfiguration(Configuration, frozen=True, kw_only=True):
    """The configuration of the repository in the reference."""


class RepositoryAbsence(Fact, frozen=True, kw_only=True):
    """What was answered where a configuration was asked for: `exists` is None where that cannot be told."""

    key: str
    exists: bool | None
    step: Step
    similar: tuple[str, ...] = ()


class ConfigurationAnswer(Fact, frozen=True, kw_only=True):
    """The answer to the configuration request, the one request both facts above are made of; None where it is none."""

    key: str
    step: Step
    configuration: Configuration | None = None


@probe()
async def configuration_answer(rest: ArtifactoryRest, target: Target, caller: Caller) -> ConfigurationAnswer:
    """GET /api/repositories/{key}; once more as v2 where v1 says that it is reserved for another edition."""
    if target.repository is None:
        raise Unobservable("the repository key is not known", "--repository KEY")
    refuse_without_rest(caller, rest)
    reply = await rest.get("api/repositories", target.repository)
    return ConfigurationAnswer(
        exchanges=(reply.step.exchange,),
        key=target.repository,
        step=reply.step,
        configuration=read_configuration(target.repository, reply.object),
    )


@probe()
async def repository_configuration(
    answer: ConfigurationAnswer, listed: RepositoryList | None
) -> RepositoryConfiguration:
    """The configuration, from the answer or, where that was refused, from the row in the list."""
    if answer.configuration is not None:
        return RepositoryConfiguration(**{**structs.asdict(answer.configuration), "exchanges": answer.exchanges})
    row = listed.find(answer.key) if listed else None
    if row is None or listed is None:
        raise Unobservable("the repository's configuration could not be read", "an admin's access token")
    return RepositoryConfiguration(
        exchanges=listed.exchanges,
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

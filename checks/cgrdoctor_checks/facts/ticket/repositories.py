"""The settings of repositories that were given with a ticket, as `Configuration` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from cgrdoctor import Fact, Kind, NotNeeded, Struct, probe
from cgrdoctor.config.settings import Settings
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor_checks.facts.artifactory.configuration import ROWS, Configuration, read_fields
from cgrdoctor_checks.facts.artifactory.fields import Row

if TYPE_CHECKING:
    from cgrdoctor.given.ticket import Repository, Ticket

PROVIDER: Mapping[str, Any] = {"block_mismatching_mime_types": True, "retrieval_cache_period": 7200}
"""Where a resource of the Terraform provider that names nothing else is not as the REST API makes one."""


class Paper(Struct, frozen=True, kw_only=True):
    """A repository as a ticket has it. `place` names the file, `form` is `rest` or `terraform`.

    The key is empty where the file computes it. `said` are the fields that stand in it, the others are at a default.
    """

    place: str
    form: Kind
    configuration: Configuration
    said: tuple[str, ...] = ()


class GivenRepositories(Fact, frozen=True, kw_only=True):
    """Every repository that was given, each key once, the one of which most is shown."""

    observed_from = "ticket"

    papers: tuple[Paper, ...] = ()

    def find(self, key: str) -> Paper | None:
        """The one of that key; one alone that does not tell its key counts for any."""
        for paper in self.papers:
            if paper.configuration.key == key:
                return paper
        if len(self.papers) == 1 and not self.papers[0].configuration.key:
            only = self.papers[0]
            return msgspec.structs.replace(only, configuration=msgspec.structs.replace(only.configuration, key=key))
        return None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are told."""
        return tuple(paper.configuration.key for paper in self.papers if paper.configuration.key)


@probe()
async def given_repositories(settings: Settings, recorder: Recorder) -> GivenRepositories:
    """Read from what was given; nobody is asked."""
    if not any(ticket.repositories for ticket in settings.tickets):
        raise NotNeeded("no settings of a repository were given (--given)")
    exchanges: list[str] = []
    found: dict[str, Paper] = {}
    for ticket in settings.tickets:
        for secret in ticket.secrets:
            recorder.redaction.learn(secret, "credential")
    for ticket in settings.tickets:
        if ticket.repositories:
            exchanges.append(recorder.add("file", method="read", url=ticket.place))
        for paper in papers_of(ticket):
            key = paper.configuration.key
            if key not in found or _weight(paper) > _weight(found[key]):
                found[key] = paper
    return GivenRepositories(exchanges=tuple(exchanges), papers=tuple(found.values()))


def _weight(paper: Paper) -> tuple[bool, int]:
    return paper.configuration.view == "full", len(paper.said)


def papers_of(ticket: Ticket) -> tuple[Paper, ...]:
    """The repositories of one file."""
    return tuple(_paper(repository, ticket.place) for repository in ticket.repositories)


def _paper(repository: Repository, place: str) -> Paper:
    fields = _known(repository.fields)
    key = fields.get("key")
    name = key if isinstance(key, str) else ""
    values = (
        _from_rest(repository, fields, name) if repository.form == "rest" else _from_terraform(repository, fields, name)
    )
    said = tuple(name for name, row in ROWS.items() if _names(row, repository.form) & set(fields))
    return Paper(
        place=place, form=repository.form, configuration=Configuration(**{**values, "given": place}), said=said
    )


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the file does not tell, and without what somebody blotted out in it."""
    from cgrdoctor.given.hcl import UNKNOWN
    from cgrdoctor.given.ticket import SECRET
    from cgrdoctor.privacy.masked import MASK

    def tells(name: str, value: Any) -> bool:
        if value is UNKNOWN or value is None:
            return False
        return name in SECRET or not (name in BLOTTED and isinstance(value, str) and MASK.search(value))

    return {name: value for name, value in fields.items() if tells(name, value)}


BLOTTED = ("username", "proxy", "url", "clientTlsCertificate", "client_tls_certificate")
"""Settings that people make unreadable before they show them; patterns hold asterisks of their own."""


def _names(row: Row, form: str) -> set[str]:
    return set(row.field.names) if form == "rest" else {row.field.attribute} - {""}


def _from_rest(repository: Repository, fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What an admin is shown is whole; what was there and is unreadable is unknown, not at its default."""
    values = read_fields(key, fields)
    hidden = [name for name, row in ROWS.items() if row.field.omitted and _names(row, "rest") & set(repository.fields)]
    return {
        name: value for name, value in values.items() if name not in hidden or _names(ROWS[name], "rest") & set(fields)
    }


def _from_terraform(repository: Repository, fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    """By the names of the provider; what a whole block does not name is made as the provider makes it."""
    values: dict[str, Any] = {"key": key, "view": "full"}
    for name, row in ROWS.items():
        attribute = row.field.attribute
        there = repository.fields.get(attribute)
        if attribute in fields:
            values[name] = row.read({row.field.name: fields[attribute]}, full=False)
        elif attribute and there is None and repository.whole:
            values[name] = PROVIDER.get(name, row.field.default)
    if "password_wo" in fields:
        values["password_set"] = True
    elif "password" not in repository.fields and repository.whole:
        values["password_set"] = False
    values |= {"repository_class": repository.kind, "package_type": repository.package or "docker"}
    return {name: value for name, value in values.items() if value is not None}


def completed(shown: Configuration | None, paper: Paper, key: str) -> Configuration:
    """What Artifactory shows of a repository, and the paper for what it does not show."""
    own = msgspec.structs.replace(paper.configuration, key=key)
    if shown is None:
        return own
    if shown.view == "full":
        return shown
    known = {name: value for name in ROWS if (value := getattr(shown, name)) not in (None, "")}
    return msgspec.structs.replace(own, **known)


def differing(config: Configuration, paper: Paper) -> list[str]:
    """The fields that the paper tells otherwise than Artifactory shows them; `config` is completed by the paper."""
    own = paper.configuration
    return [
        name
        for name in paper.said
        if getattr(own, name) is not None
        and getattr(config, name) not in (None, "")
        and getattr(config, name) != getattr(own, name)
    ]

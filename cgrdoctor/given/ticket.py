"""What a ticket holds in place of Artifactory's REST API and of docker's: read within bounds or not at all.

Settings of repositories come as REST answers them, as Terraform's configuration, plan and state have them; `docker
info` as text or as JSON. What may be secret in a setting is not kept: only whether something stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from cgrdoctor.given import docker_info, hcl
from cgrdoctor.given.hcl import UNKNOWN
from cgrdoctor.kubernetes.documents import UnusableDocument, json_values, text_of
from cgrdoctor.privacy.masked import MASK

READS = "the JSON of GET /api/repositories/KEY, a Terraform block of a Docker repository, or docker info"

MOST = 500
"""Repositories that are kept of a file."""

RESOURCE = re.compile(r"artifactory_(remote|virtual|local|federated)_(?:(docker|oci)(?:_v[12])?_)?repository")
SECRET = ("password", "password_wo", "customHttpHeaders", "queryParams", "query_params")
"""Settings of which only whether they are filled in is kept."""

SET = "(set)"
JSON = re.compile(r"^(?:\{[ \t]*(?:[\"'}]|\r?$)|\[[ \t]*(?:[\[{\]]|\r?$))", re.MULTILINE)
"""Where JSON begins, behind something else too: the command that printed it, headers of curl -i, a fence."""

REFUSAL = re.compile(r"^[ \t]{0,80}\{\s{0,80}\"(?:errors|error|message)\"", re.MULTILINE)
"""How an answer begins that refused to show a repository, behind its headers too."""


class Repository(msgspec.Struct, frozen=True):
    """One repository by the names of `form`. UNKNOWN is a value that the text does not tell.

    `kind` and `package` are what a Terraform resource is called by; of one that is `whole`, what is not there stands at
    the provider's default.
    """

    form: Literal["rest", "terraform"]
    fields: Mapping[str, Any]
    kind: str = ""
    package: str = ""
    whole: bool = True

    def __repr__(self) -> str:
        return f"Repository({self.form!r}, {len(self.fields)} fields)"


class Ticket(msgspec.Struct, frozen=True):
    """What one file, or standard input, holds. `engine` is shaped as the engine's `/info`; `place` names the file.

    `secrets` stood in it, and are kept only so that they are known wherever else they turn up.
    """

    place: str
    repositories: tuple[Repository, ...] = ()
    engine: Mapping[str, Any] | None = None
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Ticket({self.place!r}, {len(self.repositories)} repositories)"


def ticket_of(content: bytes, place: str) -> Ticket:
    """What a file holds. Raises UnusableDocument."""
    text = text_of(content)
    found: list[Repository | dict[str, Any]]
    if hcl_is_there(text):
        found = list(_in_terraform(text))
    elif docker_info.RECOGNIZED.search(text) or docker_info.WITHOUT_ENGINE.search(text):
        found = [docker_info.engine_of(text)]
        if not found[0]:
            raise UnusableDocument("is docker info without an engine's answer: give it of the machine that runs one")
    elif JSON.match(bare := text.lstrip("\ufeff \t\r\n")):
        found = list(_in_json(json_values(bare)))
    elif begins := JSON.search(text):
        found = list(_in_json(_as_far_as_it_goes(text[begins.start() :])))
    else:
        raise UnusableDocument(f"is none of what is read: give {READS}")
    repositories = [one for one in found if isinstance(one, Repository)]
    engine = next((one for one in found if isinstance(one, dict)), None)
    if not repositories and engine is None:
        refusal = "an error in place of a repository" if REFUSAL.search(text) else "none of what is read"
        raise UnusableDocument(f"holds {refusal}: give {READS}")
    secrets = tuple(dict.fromkeys(text for one in repositories for text in _secrets(one.fields)))
    return Ticket(place, tuple(_without_secrets(one) for one in repositories[:MOST]), engine, secrets)


def hcl_is_there(text: str) -> bool:
    """Whether a text has a block of Terraform's for a repository, or any at all."""
    return re.search(r'^[ \t]*(?:[-+~/]{1,3}[ \t]+)?(?:resource|data)[ \t]+"', text, re.MULTILINE) is not None


# JSON


def _in_json(values: Iterable[Any]) -> Iterator[Repository | dict[str, Any]]:
    """Of a plan what there is counts before what is to be."""
    for value in values:
        there = (
            list(_level_by_level(value["prior_state"])) if isinstance(value, dict) and "prior_state" in value else []
        )
        yield from there
        keys = [one.fields.get("key") for one in there if isinstance(one, Repository)]
        yield from (
            one
            for one in _level_by_level(value)
            if not isinstance(one, Repository) or one.fields.get("key") not in keys
        )


def _level_by_level(value: Any) -> Iterator[Repository | dict[str, Any]]:
    """Not by recursion; what is inside something that is read is not looked at."""
    level: list[Any] = _inside([value])
    while level:
        below: list[Any] = []
        for one in level:
            read = list(_read(one)) if isinstance(one, dict) else []
            yield from read
            if not read:
                below += _inside(one)
        level = below


def _as_far_as_it_goes(text: str) -> Iterator[Any]:
    """The JSON documents before whatever stands behind them."""
    found = 0
    values = json_values(text)
    while True:
        try:
            yield next(values)
        except StopIteration:
            return
        except UnusableDocument:
            if not found:
                raise UnusableDocument(f"is none of what is read: give {READS}") from None
            return
        found += 1


def _inside(value: Any) -> list[Any]:
    """What is in a mapping or list."""
    return [one for one in (value.values() if isinstance(value, dict) else value) if isinstance(one, (dict, list))]


def _read(value: dict[str, Any]) -> Iterator[Repository | dict[str, Any]]:
    if isinstance(value.get("ServerVersion"), str) and value["ServerVersion"]:
        yield value
    elif isinstance(value.get("key"), str) and any(isinstance(value.get(name), str) for name in _CLASS):
        yield Repository("rest", value)
    elif isinstance(value.get("resource"), (dict, list)):
        # Terraform's JSON: of kinds, then of names; a list of mappings may stand for each of them.
        for kinds in _each(value["resource"]):
            for kind, named in kinds.items():
                for fields in _each([body for names in _each(named) for body in names.values()]):
                    yield from _resource(kind, {name: _literal(one) for name, one in fields.items()})
    elif isinstance(value.get("type"), str):
        for fields in _states(value):
            yield from _resource(value["type"], fields)


_CLASS = ("rclass", "type", "packageType")


def _each(found: Any) -> Iterator[dict[str, Any]]:
    for one in found if isinstance(found, list) else [found]:
        yield from (two for two in (one if isinstance(one, list) else [one]) if isinstance(two, dict))


def _states(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The attributes of a resource in `terraform show -json`, or of each instance in a state file."""
    yield from _each(value.get("values"))
    instances = value.get("instances")
    for one in instances if isinstance(instances, list) else []:
        yield from _each(one.get("attributes") if isinstance(one, dict) else None)


def _literal(value: Any) -> Any:
    return UNKNOWN if isinstance(value, str) and ("${" in value or "%{" in value) else value


def _resource(kind: str, fields: dict[str, Any], *, whole: bool = True) -> Iterator[Repository]:
    named = RESOURCE.fullmatch(kind)
    if named is not None:
        package = named[2] or fields.get("package_type", "")
        if "key" not in fields and isinstance(fields.get("id"), str):
            # A plan hides what it does not change, but for the identity.
            fields = {**fields, "key": fields["id"]}
        yield Repository("terraform", fields, named[1], package if isinstance(package, str) else "", whole)


# Terraform's language


def _in_terraform(text: str) -> Iterator[Repository]:
    for block in hcl.blocks(text):
        if block.type in ("resource", "data") and block.labels:
            yield from _resource(block.labels[0], block.attributes, whole=block.whole and block.type == "resource")


# Secrets


def _secrets(fields: Mapping[str, Any]) -> Iterator[str]:
    """Texts that are nobody's business, those of headers one by one."""
    for name in SECRET:
        value = fields.get(name)
        for one in value if isinstance(value, list) else [value]:
            text = one.get("value") if isinstance(one, dict) else one
            if isinstance(text, str) and len(text.strip()) > 7 and not MASK.search(text):
                yield text


def _without_secrets(repository: Repository) -> Repository:
    kept = {name: SET if name in SECRET and value else value for name, value in repository.fields.items()}
    return msgspec.structs.replace(repository, fields=kept)

"""How a setting of a repository is read: the value of a row, whatever a peer sends in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_type_hints

import msgspec

from cgrdoctor import Fact
from cgrdoctor.privacy.truncate import cut

LONGEST_TEXT = 2000
"""Characters kept of a text; a list of patterns may be long."""

MOST_ITEMS = 500
"""Items read of a list."""


class Field(msgspec.Struct, frozen=True):
    """One setting of a repository, written as the annotation of the fact's own attribute, which gives the type.

    `rest` are its names in the REST API, today's first; `means` is what it makes Artifactory do; `default` what it is
    where nobody set it (7.161, Docker); `since` the version that brought it, empty for one older than any we read;
    `form` its place in Artifactory's pages; `terraform` its attribute where that is not the REST name in snake case,
    None where the provider's resources of type Docker have none.
    `omitted` fields are left out of a full answer while they are empty, others are unknown where they are missing.
    `keep` reads what may be secret, or is shaped otherwise than the attribute; it gives None for a wrong type.
    `jf` is whether a template of the JFrog CLI may name it.
    """

    rest: str | tuple[str, ...]
    means: str
    default: object = None
    since: str = ""
    form: str = ""
    terraform: str | None = ""
    omitted: bool = False
    jf: bool = True
    keep: Callable[[Any], Any] | None = None

    @property
    def name(self) -> str:
        """Today's name in the REST API."""
        return self.rest if isinstance(self.rest, str) else self.rest[0]

    @property
    def names(self) -> tuple[str, ...]:
        """All names in the REST API."""
        return (self.rest,) if isinstance(self.rest, str) else self.rest

    @property
    def attribute(self) -> str:
        """The attribute of the Terraform provider's resource; empty where it has none."""
        if self.terraform is None:
            return ""
        return self.terraform or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name).lower()


class Row(msgspec.Struct, frozen=True):
    """A field with the type that its attribute declares."""

    field: Field
    type: Any

    def read(self, answer: Mapping[str, Any], *, full: bool) -> Any:
        """The value in an answer; None is unknown: not shown, or of a wrong type. `full` is what an admin is shown."""
        raw = next((answer[name] for name in self.field.names if answer.get(name) is not None), None)
        if raw is None:
            return self.field.default if full and self.field.omitted else None
        return self.field.keep(raw) if self.field.keep is not None else typed(raw, self.type)


def typed(raw: Any, kind: Any) -> Any:
    """A value of exactly this type, or a text that spells one (`"false"`: templates of the JFrog CLI do); else None."""
    if isinstance(raw, list):
        raw = raw[:MOST_ITEMS]
    try:
        value = msgspec.convert(raw, kind, strict=not isinstance(raw, str))
    except msgspec.ValidationError:
        return None
    return cut(value, LONGEST_TEXT) if isinstance(value, str) else value


@cache
def rows_of(kind: type[Fact]) -> Mapping[str, Row]:
    """The rows of a fact, by attribute."""
    found = {}
    for attribute, hint in get_type_hints(kind, include_extras=True).items():
        for field in getattr(hint, "__metadata__", ()):
            if isinstance(field, Field):
                found[attribute] = Row(field, hint.__origin__)
    return found


def lowered(raw: Any) -> str | None:
    """A name in small letters, as v1 and v2 of the API differ in them."""
    return cut(raw.lower(), LONGEST_TEXT) if isinstance(raw, str) else None


def filled(raw: Any) -> bool | None:
    """Whether anything is filled in, all that is kept of what may be secret."""
    return bool(raw) if isinstance(raw, str | list | dict) else None


def enabled(raw: Any) -> bool | None:
    """The switch of a group of settings."""
    return typed(raw.get("enabled"), bool) if isinstance(raw, dict) else None

"""The form of a case's file, described in tests/field/README.md. What is not named here is refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from cgrdoctor.lab.answers import ANYWHERE
from cgrdoctor.lab.world import ARTIFACTORY

Pairs = list[tuple[str, str]] | dict[str, str]
Texts = list[str] | str
Status = Annotated[int, msgspec.Meta(ge=200, le=599)]
Number = Annotated[int, msgspec.Meta(ge=1)]


class Form(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A part of a case. `observed` and `held_back` are notes of whoever keeps the files."""

    observed: Any = None
    held_back: Any = None


class Said(Form):
    """An edit of the world's own answer."""

    status: Status | None = None
    replace: list[tuple[str, str] | str] | dict[str, str] = []
    truncate: Annotated[int, msgspec.Meta(ge=0)] | None = None
    keep_length: bool = False
    drop: Texts = []
    headers: Pairs = []
    merge: dict[str, Any] | None = None
    remove: Texts = []


class Reply(Form):
    """An answer: which requests it is for, and what they get."""

    host: str = ARTIFACTORY
    path: str = ANYWHERE
    method: str | None = None
    auth: Literal["none", "basic", "bearer"] | None = None
    asked_by: Literal["client", "artifactory"] | None = msgspec.field(default=None, name="from")
    nth: list[Number] | Number | None = None
    status: Status | None = None
    headers: Pairs = []
    body: str | dict[str, Any] | list[Any] | None = None
    delay: Annotated[float, msgspec.Meta(ge=0)] = 0
    edit: Said | None = None
    unsigned: bool = False


class Given(Form):
    """The world, and how the command is called in it."""

    base: str = "healthy"
    world: dict[str, Any] = {}
    answers: list[Reply] = []
    options: list[str] = []
    env: dict[str, str | None] = {}


class Wants(Form):
    """Words that a person should find, or not, by where they are looked for."""

    first: list[str] = []
    remedy: list[str] = []
    rivals: list[str] = []
    anywhere: list[str] = []
    not_first: list[str] = []


class Expect(Form):
    """What is right. Without `codes` nothing may fail; the others are about the first entry of the diagnosis."""

    codes: list[str]
    not_codes: list[str] = []
    leg: str | None = None
    not_certain: bool = False
    severity: Literal["info", "warn", "fail"] | None = None
    wants: Wants = msgspec.field(default_factory=Wants)


class Written(Form):
    """A whole case. `source` says how it is known."""

    name: str
    expect: Expect
    given: Given = msgspec.field(default_factory=Given)
    source: str = ""

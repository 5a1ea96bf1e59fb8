"""Cases from their files: read, checked, and turned into worlds of the lab."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from benchmarks.field.changes import Unfit, changed_world
from benchmarks.field.form import Expect, Given, Pairs, Reply, Said, Texts, Written
from cgrdoctor.lab import FAULTS, HEALTHY, World, healthy, scenario
from cgrdoctor.lab.answers import Answer, Edit

KEPT = Path(__file__).parents[2] / "tests" / "field" / "server"
"""The cases of the project."""

NAME = re.compile(r"(?:\*\.)?[a-zA-Z0-9][a-zA-Z0-9-]{0,62}(?:\.[a-zA-Z0-9][a-zA-Z0-9-]{0,62})*")
URL = re.compile(r"https?://[^\s\"'<>\\]+")


class CaseProblem(Exception):
    """A file that is no case: which, what in it, and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the world it is played in, how the command is called there, and what is right."""

    name: str
    source: str
    world: World = field(repr=False)
    options: tuple[str, ...]
    environment: dict[str, str | None]
    expect: Expect


def load(places: Sequence[Path]) -> list[Case]:
    """The cases of files and folders, in the order of their files. Raises CaseProblem for the first that is none."""
    files: list[Path] = []
    for place in places:
        found = sorted(place.glob("*.json")) if place.is_dir() else [place]
        if not found:
            raise CaseProblem(f"{place}: no *.json in it")
        files += found
    return [read(file) for file in files]


def read(file: Path) -> Case:
    """The case in a file. Raises CaseProblem."""
    try:
        written = msgspec.json.decode(file.read_bytes(), type=Written)
        return _case(written)
    except (OSError, msgspec.MsgspecError, Unfit) as error:
        raise CaseProblem(f"{file}: {error}") from None


def _case(written: Written) -> Case:
    given = written.given
    if given.base not in {"healthy", *FAULTS, *HEALTHY}:
        raise Unfit(f"no world of the lab is called {given.base!r} - at `$.given.base`")
    for number, reply in enumerate(given.answers):
        _check(reply, f"$.given.answers[{number}]")
    base = healthy() if given.base == "healthy" else scenario(given.base).world
    world = changed_world(base, given.world)
    world = replace(world, answers=tuple(map(_answer, given.answers)), names=names(given))
    return Case(written.name, written.source, world, tuple(given.options), given.env, written.expect)


def _check(reply: Reply, place: str) -> None:
    """What types do not say. Raises Unfit."""
    try:
        re.compile(reply.path)
    except re.error as error:
        raise Unfit(f"no regular expression: {error} - at `{place}.path`") from None
    replaced = reply.status is not None or reply.body is not None or bool(reply.headers)
    if reply.edit is not None and replaced:
        raise Unfit(f"an answer has an edit, or status, headers and body - at `{place}.edit`")


def _answer(reply: Reply) -> Answer:
    body = reply.body if isinstance(reply.body, str | None) else json.dumps(reply.body)
    return Answer(
        host=reply.host,
        path=reply.path,
        method=reply.method,
        auth=reply.auth,
        asked_by=reply.asked_by,
        nth=(reply.nth,) if isinstance(reply.nth, int) else tuple(reply.nth or ()),
        status=reply.status,
        headers=_pairs(reply.headers),
        body=None if body is None else body.encode(),
        delay=reply.delay,
        edit=None if reply.edit is None else _edit(reply.edit),
        unsigned=reply.unsigned,
    )


def _edit(said: Said) -> Edit:
    return Edit(
        remove=_texts(said.remove),
        merge=said.merge,
        replace=_replacements(said.replace),
        truncate=said.truncate,
        keep_length=said.keep_length,
        status=said.status,
        drop=_texts(said.drop),
        headers=_pairs(said.headers),
    )


def _texts(texts: Texts) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _pairs(pairs: Pairs) -> tuple[tuple[str, str], ...]:
    return tuple(pairs.items()) if isinstance(pairs, dict) else tuple(pairs)


def _replacements(said: list[tuple[str, str] | str] | dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Pairs of old and new; a single one may stand by itself."""
    if isinstance(said, dict):
        return tuple(said.items())
    alone = [text for text in said if isinstance(text, str)]
    if alone and (len(alone), len(said)) != (2, 2):
        raise Unfit("replace holds pairs of texts, or is one - at `$.given.answers[...].edit.replace`")
    return ((alone[0], alone[1]),) if alone else tuple((pair[0], pair[1]) for pair in said)


def names(given: Given) -> tuple[str, ...]:
    """Every host that a case names, wherever in it, for the certificate of its world."""
    hosts = [reply.host for reply in given.answers]
    hosts += [option.partition(":")[0] for option in given.options]
    hosts.append(str(given.world.get("image", "")).partition("/")[0].partition(":")[0])
    for text in _texts_in(msgspec.to_builtins(given)):
        hosts += [_host(url) for url in URL.findall(text)]
    return tuple(dict.fromkeys(host.lower() for host in hosts if NAME.fullmatch(host)))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _texts_in(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _texts_in(part))

"""The list of simulated worlds: by the leg that is at fault on a terminal, a row each elsewhere, whole as data."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from cgrdoctor.cli.forms import WIDTH, wrapped

NAME = 34
"""Columns of a name; a longer one has a row of its own."""

HEALTHY = "Nothing is wrong"


@dataclass(frozen=True, slots=True)
class World:
    """A world as it is listed. `code`, `leg` and `severity` are None where nothing is wrong."""

    name: str
    title: str
    code: str | None
    leg: str | None
    severity: str | None


def listed(module: ModuleType, legs: Mapping[str, str]) -> list[World]:
    """Every world, those in which nothing is wrong last. `legs` are those of the codes."""
    faults = [World(one.name, one.title, one.code, legs.get(one.code), one.severity) for one in module.FAULTS.values()]
    return faults + [World(one.name, one.title, None, None, None) for one in module.HEALTHY.values()]


def matching(worlds: list[World], pattern: str) -> list[World]:
    """Those whose name or code the glob fits, or holds the word; a leg is named whole."""
    wanted = pattern.strip().lower().replace("_", "-")
    if not any(sign in wanted for sign in "*?["):
        wanted = f"*{wanted}*"
    return [
        one
        for one in worlds
        if any(fnmatch.fnmatchcase(text, wanted) for text in (one.name, one.code or "healthy"))
        or one.leg == pattern.strip()
    ]


def rows(worlds: list[World]) -> list[str]:
    """A row each, for programs: name, code, title, with tabulators between; nothing stands for no code."""
    return [f"{one.name}\t{one.code or ''}\t{one.title}" for one in worlds]


def grouped(worlds: list[World]) -> list[str]:
    """Headings with the worlds below them, at 80 columns."""
    from cgrdoctor.report.outline import LEGS

    lines: list[str] = []
    for leg in (*LEGS, None):
        found = [one for one in worlds if one.leg == leg]
        if found:
            heading = LEGS[leg] if leg else HEALTHY
            lines += [*([""] if lines else []), f"{heading[:1].upper()}{heading[1:]} ({len(found)})"]
            lines += [line for one in found for line in _entry(one)]
    return lines


def _entry(one: World) -> list[str]:
    margin = f"  {one.name:<{NAME}}  "
    if len(one.name) <= NAME and len(margin) < WIDTH:
        return wrapped(one.title, margin)
    return [f"  {one.name}", *wrapped(one.title, " " * (NAME + 4))]

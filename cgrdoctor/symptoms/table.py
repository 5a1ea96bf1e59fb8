"""The table of what clients print, a row a client and fault: package data, made by `make symptoms`.

Columns: client, version, source (`lab` for a client that was run in a world of the lab, else where the text was
reported), world, code, and the text with what differs from case to case left out.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from cgrdoctor.symptoms.client import family_of
from cgrdoctor.symptoms.normal import core


@dataclass(frozen=True, slots=True)
class Row:
    """What one client prints of one fault."""

    client: str
    version: str
    source: str
    world: str
    code: str
    text: str


LAB = "lab"
"""The source of rows that were measured; others are texts of public reports, of which nobody knows all causes."""


@functools.cache
def rows() -> tuple[Row, ...]:
    """Every row."""
    lines = files("cgrdoctor.symptoms").joinpath("table.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(Row(*line.split("\t")) for line in lines if line)


@functools.cache
def _codes() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Codes of the rows of the lab by text, by client and core, by library, core and nothing, in the table's order."""
    found: dict[tuple[str, ...], list[str]] = {}
    for text in dict.fromkeys(row.text for row in rows() if row.source == LAB):
        inner = core(text)
        for row in _with_text()[text]:
            for key in ((text,), (row.client, inner), (family_of(row.client, text), inner, "")):
                found.setdefault(key, []).append(row.code)
    return {key: tuple(dict.fromkeys(codes)) for key, codes in found.items()}


@functools.cache
def _with_text() -> Mapping[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows():
        found.setdefault(row.text, []).append(row)
    return {text: tuple(same) for text, same in found.items()}


def stated(client: str | None, text: str) -> tuple[str, ...]:
    """Codes of the rows of the lab with that normal text; where there is none, of those in which that client, and
    where there is none either, in which one of the same library says the same in other words around it.
    """
    inner, family = core(text), family_of(client, text)
    found = _codes()
    keys = ((text,), (client or "", inner), (family, inner, "") if family else ())
    return next((found[key] for key in keys if key in found), ())

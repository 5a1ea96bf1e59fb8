"""The table of what clients print, a row a client and fault: package data, made by `make symptoms`.

Columns: client, version, source (`lab` for a client that was run in a world of the lab, else where the text was
reported), world, code, and the text with what differs from case to case left out.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
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


@functools.cache
def rows() -> tuple[Row, ...]:
    """Every row."""
    lines = files("cgrdoctor.symptoms").joinpath("table.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(Row(*line.split("\t")) for line in lines if line)


@functools.cache
def _by_text() -> tuple[Mapping[tuple[str, str], tuple[str, ...]], Mapping[tuple[str, str], tuple[str, ...]]]:
    exact: dict[tuple[str, str], list[str]] = {}
    inner: dict[tuple[str, str], list[str]] = {}
    for row in rows():
        exact.setdefault((row.client, row.text), []).append(row.code)
        inner.setdefault((family_of(row.client, row.text), core(row.text)), []).append(row.code)
    return {key: _ranked(codes) for key, codes in exact.items()}, {key: _ranked(codes) for key, codes in inner.items()}


def _ranked(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def stated(client: str | None, text: str) -> tuple[str, ...]:
    """Codes of the rows with that client and normal text, and of clients of the same library that say the same."""
    exact, inner = _by_text()
    own, family = exact.get((client or "", text), ()), family_of(client, text)
    return _ranked((*own, *(inner.get((family, core(text)), ()) if family else ())))

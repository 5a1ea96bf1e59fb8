"""What the type of a field says about the texts in it: a closed set, words of our own, a structure, or anybody's."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec

from cgrdoctor.model import Own, Struct


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """How to go through a value. `closed` are the only texts it can be, `struct` is the structure it is.

    `items` are the ways of a sequence's elements, one for all if `alike`; `pair` those of a mapping's keys and values.
    """

    closed: frozenset[Any] | None = None
    own: bool = False
    form: re.Pattern[str] | None = None
    struct: type[Struct] | None = None
    items: tuple[Way, ...] = ()
    alike: bool = False
    pair: tuple[Way, Way] | None = None


ANYTHING = Way()


@lru_cache(maxsize=4096)
def way(kind: Any) -> Way:
    """The way of a type."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Annotated:
        own = next((mark for mark in kind.__metadata__ if isinstance(mark, Own)), None)
        return way(arguments[0]) if own is None else Way(own=True, form=re.compile(own.form) if own.form else None)
    if origin in (typing.Union, types.UnionType):
        return _union([one for one in arguments if one is not type(None)])
    if origin is Literal:
        return Way(closed=frozenset(arguments))
    if kind in (bool, int, float, type(None)):
        return Way(closed=frozenset())
    if isinstance(kind, type) and issubclass(kind, Struct):
        return Way(struct=kind)
    if origin in (tuple, list):
        alike = origin is list or (len(arguments) == 2 and arguments[1] is Ellipsis)
        return Way(items=tuple(map(way, arguments[:1] if alike else arguments)), alike=alike)
    return Way(pair=(way(arguments[0]), way(arguments[1]))) if origin is dict else ANYTHING


def _union(members: list[Any]) -> Way:
    ways = [way(member) for member in members]
    if len(ways) == 1:
        return ways[0]
    closed = [one.closed for one in ways if one.closed is not None]
    return Way(closed=frozenset().union(*closed)) if len(closed) == len(ways) else ANYTHING


@lru_cache(maxsize=1024)
def fields_of(kind: type[Struct]) -> dict[str, Way]:
    """The ways of a structure's fields by name."""
    return {field.name: way(field.type) for field in msgspec.structs.fields(kind)}


def words_of(told: Way, met: set[type[Struct]]) -> Iterator[str]:
    """The names of fields in a type and in what it holds, and the members of its closed sets."""
    yield from (word for word in told.closed or () if isinstance(word, str))
    inner = (*told.items, *(told.pair or ()))
    if told.struct is not None and told.struct not in met:
        met.add(told.struct)
        yield from fields_of(told.struct)
        inner = tuple(fields_of(told.struct).values())
    for one in inner:
        yield from words_of(one, met)

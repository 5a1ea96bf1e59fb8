"""Goes through data and has every text in it changed, but for closed sets and words of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from cgrdoctor.model import Struct
from cgrdoctor.privacy.own_words import OwnWords
from cgrdoctor.privacy.typed import ANYTHING, Way, fields_of, way

TOO_DEEP = "[nested too deep]"
DEPTH = 100
"""Mappings and sequences inside each other that are gone through; what lies deeper is left out."""


@dataclass(frozen=True, slots=True)
class Walk:
    """`text` changes a text, `field` one that stands in a mapping under a name."""

    words: OwnWords
    text: Callable[[str], str]
    field: Callable[[str, str], str]

    def through(self, value: Any, kind: Any = Any) -> Any:
        """The value with its texts changed, the same one if none was. `kind` is its type where that is known.

        What was a structure of ours may have become a mapping: keys that are names of its fields are left alone.
        """
        return self._any(value, way(kind), 0)

    def _any(self, value: Any, told: Way, depth: int) -> Any:
        if isinstance(value, str):
            return value if self._is_ours(value, told) else self.text(value)
        if isinstance(value, (bool, int, float)) or value is None:
            return value
        if depth > DEPTH:
            return TOO_DEEP
        if isinstance(value, Struct):
            return self._struct(value, depth)
        if isinstance(value, dict):
            return self._mapping(value, told, depth)
        if isinstance(value, (list, tuple)):
            return type(value)(self._items(value, told, depth))
        return value

    def _is_ours(self, value: str, told: Way) -> bool:
        if told.own:
            return told.form.fullmatch(value) is not None if told.form else self.words.is_one(value)
        return told.closed is not None and value in told.closed

    def _struct(self, value: Struct, depth: int) -> Struct:
        changes = {
            name: new
            for name, told in fields_of(type(value)).items()
            if (new := self._any(old := getattr(value, name), told, depth + 1)) is not old and new != old
        }
        return msgspec.structs.replace(value, **changes) if changes else value

    def _items(self, value: Sequence[Any], told: Way, depth: int) -> Iterator[Any]:
        ways = told.items
        for place, item in enumerate(value):
            inner = ways[0] if told.alike else ways[place] if place < len(ways) else ANYTHING
            yield self._any(item, inner, depth + 1)

    def _mapping(self, value: dict[Any, Any], told: Way, depth: int) -> dict[Any, Any]:
        names = fields_of(told.struct) if told.struct else {}
        keys, values = told.pair or (ANYTHING, ANYTHING)
        found: dict[Any, Any] = {}
        for key, item in value.items():
            clean = key if key in names else self._any(key, keys, depth + 1)
            while clean != key and clean in found:
                clean += "'"
            inner = names.get(key, values)
            named = inner is ANYTHING and isinstance(key, str) and isinstance(item, str)
            found[clean] = self.field(key, item) if named else self._any(item, inner, depth + 1)
        return found

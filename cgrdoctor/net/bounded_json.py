"""JSON that somebody else wrote: read within bounds of depth and memory, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

STRUCTURE = 300_000
"""Braces, brackets and commas of a document that is read.

A list of 100,000 tags has a third of that. Four MiB of `{},` would take 140 MB once read.
"""


DEPTH = 50
"""Mappings and lists inside each other that are read; what registries and Artifactory answer has six."""


TOO_DEEP = f"JSON with more than {DEPTH} objects and lists inside each other"


class NotJson(ValueError):
    """Bytes that are no JSON, or more of it than is read; the text says which.

    `too_much` tells a document that is larger or deeper than what is read from what is no document at all.
    """

    def __init__(self, message: str, *, too_much: bool = False) -> None:
        super().__init__(message)
        self.too_much = too_much


def read_json(data: bytes | str) -> Any:
    """The document as builtins. Raises NotJson, and nothing else."""
    if len(data) > STRUCTURE and _structure(data) > STRUCTURE:
        raise NotJson(f"JSON of more than {STRUCTURE} elements", too_much=True)
    try:
        value = msgspec.json.decode(data)
    except RecursionError:
        raise NotJson(TOO_DEEP, too_much=True) from None
    except (msgspec.DecodeError, ValueError) as error:
        raise NotJson(f"no JSON: {str(error)[:120]}") from None
    if not is_within(value, DEPTH):
        raise NotJson(TOO_DEEP, too_much=True)
    return value


def is_within(value: Any, depth: int) -> bool:
    """Whether data has at most so many mappings and lists inside each other. Level by level, not by recursion."""
    level = [value]
    for _ in range(depth + 1):
        level = [one for outer in level for one in _inside(outer)]
        if not level:
            return True
    return False


def _inside(value: Any) -> Iterable[Any]:
    """The mappings and lists in one."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return (one for one in inner if isinstance(one, (dict, list, tuple)))


def json_or_none(data: bytes | str) -> Any:
    """As `read_json`; None for what is no JSON."""
    try:
        return read_json(data)
    except NotJson:
        return None


def _structure(data: bytes | str) -> int:
    if isinstance(data, bytes):
        return data.count(b"{") + data.count(b"[") + data.count(b",")
    return data.count("{") + data.count("[") + data.count(",")


def string_list(body: bytes, key: str) -> list[str] | None:
    """The list of strings under `key` of a JSON object, None if there is none."""
    value = json_or_none(body)
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else None

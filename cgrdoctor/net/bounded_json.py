"""JSON that somebody else wrote: read within bounds of depth and memory, or not at all."""

from __future__ import annotations

from typing import Any

import msgspec

STRUCTURE = 300_000
"""Braces, brackets and commas of a document that is read.

A list of 100,000 tags has a third of that. Four MiB of `{},` would take 140 MB once read.
"""


class NotJson(ValueError):
    """Bytes that are no JSON, or more of it than is read; the text says which."""


def read_json(data: bytes | str) -> Any:
    """The document as builtins. Raises NotJson, and nothing else."""
    if len(data) > STRUCTURE and _structure(data) > STRUCTURE:
        raise NotJson(f"more than {STRUCTURE} elements")
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise NotJson(f"no JSON: {str(error)[:120]}") from None


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

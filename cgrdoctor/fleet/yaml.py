"""Writes plain data as YAML: blocks with two spaces of indent, every doubtful text in quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BARE = re.compile(r"(?!(?:null|true|false|yes|no|on|off|y|n)\Z)[A-Za-z/][A-Za-z0-9 _./-]*(?<! )", re.IGNORECASE)
"""Texts that mean themselves without quotes."""


class Block(str):
    """A text of several lines that is written as it stands."""

    __slots__ = ()


def document(data: Any, comment: Sequence[str] = ()) -> str:
    """A document, its comment first."""
    head = [f"# {line}".rstrip() for line in comment]
    return "\n".join([*head, *_lines(data, 0)]) + "\n"


def _lines(data: Any, indent: int) -> Iterator[str]:
    margin = " " * indent
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _item(f"{margin}{_scalar(name)}:", value, indent + 2)
    else:
        for value in data:
            first, *rest = _lines(value, indent + 2) if _is_nested(value) else [f"{margin}  {_scalar(value)}"]
            yield f"{margin}- {first[indent + 2 :]}"
            yield from rest


def _item(head: str, value: Any, indent: int) -> Iterator[str]:
    if isinstance(value, Block):
        yield f"{head} |"
        yield from (f"{' ' * indent}{line}".rstrip() for line in value.rstrip("\n").split("\n"))
    elif _is_nested(value):
        yield head
        yield from _lines(value, indent)
    else:
        yield f"{head} {_scalar(value)}"


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value):
        return value
    return json.dumps(value)

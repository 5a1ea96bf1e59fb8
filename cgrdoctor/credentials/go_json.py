"""JSON as Go reads it into a struct: names of fields in any case, what is given twice, `null` for nothing.

Python's readers keep the last of two equal keys and know nothing of a shape; a Go program rejects the whole file for
one value of a wrong kind, merges mappings given twice, and takes a text that is no UTF-8 with a sign in its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cgrdoctor.net.bounded_json import STRUCTURE

MARKS = {b"\xef\xbb\xbf": "a UTF-8 byte order mark", b"\xff\xfe": "UTF-16 text", b"\xfe\xff": "UTF-16 text"}
"""Beginnings of files that editors and PowerShell write, and no Go program reads."""

KINDS = {bool: "a boolean", str: "a text", list: "a list", type(None): "null"}


class Unfit(ValueError):
    """Bytes that Go would not read into that shape; the text says where, and quotes no value."""


class Pairs(list[tuple[str, Any]]):
    """An object with its keys in their order, also those that are given twice."""


def read(data: bytes) -> Any:
    """The document: objects as `Pairs`, numbers as 0, else builtins. Raises Unfit, and nothing else."""
    for mark, what in MARKS.items():
        if data.startswith(mark):
            raise Unfit(f"begins with {what}")
    if not data.strip(b" \t\r\n"):
        raise Unfit("is empty")
    if sum(data.count(sign) for sign in (b"{", b"[", b",")) > STRUCTURE:
        raise Unfit(f"is JSON of more than {STRUCTURE} elements")
    try:
        return _READER.decode(data.decode("utf-8", "replace"))
    except RecursionError:
        raise Unfit("is JSON with too many objects and lists inside each other") from None
    except json.JSONDecodeError as error:
        raise Unfit(f"is no JSON (line {error.lineno}, column {error.colno}: {_why(error)})") from None
    except ValueError:
        raise Unfit("is no JSON (NaN or Infinity)") from None


def _why(error: json.JSONDecodeError) -> str:
    """The reader's words, of which none is a value."""
    return {"Extra data": "something behind the value"}.get(error.msg, error.msg[:1].lower() + error.msg[1:])


def _no_constant(_name: str) -> Any:
    raise ValueError


def _no_number(_digits: str) -> int:
    return 0


_READER = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_constant=_no_constant, parse_int=_no_number, parse_float=_no_number
)


def fields(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The fields of a struct, names folded, in order; none for `null`. Raises Unfit for what is no object."""
    if value is None:
        return
    if not isinstance(value, Pairs):
        raise Unfit(f"has {kind(value)} where {where} is an object")
    yield from ((folded(name), one) for name, one in value)


def entries(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The keys of a map as they stand, in order; nothing for `null`. Raises Unfit for what is no object."""
    if value is None:
        return
    if not isinstance(value, Pairs):
        raise Unfit(f"has {kind(value)} where {where} is an object")
    yield from ((text(name), one) for name, one in value)


def string(value: Any, where: str, before: str = "") -> str:
    """A text; `null` leaves what was there `before`. Raises Unfit for another kind."""
    if value is None:
        return before
    if not isinstance(value, str):
        raise Unfit(f"has {kind(value)} where {where} is a text")
    return text(value)


def text(value: str) -> str:
    """Without halves of characters, which Go replaces."""
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def folded(name: str) -> str:
    """A field's name as Go compares it: without regard to case, by Unicode's simple folding."""
    return name.replace("\u017f", "s").replace("\u212a", "k").lower()


def kind(value: Any) -> str:
    """What a value is, for people."""
    return "an object" if isinstance(value, Pairs) else KINDS.get(type(value), "a number")

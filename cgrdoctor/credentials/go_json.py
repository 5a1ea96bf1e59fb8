"""JSON as Go reads it whole into a struct: names of fields in any case, what is given twice, `null` for nothing.

A Go program rejects the whole file for one value of a wrong kind, and for anything behind its value.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor.credentials.docker_mistakes import what_it_is
from cgrdoctor.credentials.go_decoder import Node, NotGoJson, first, folded, place_of
from cgrdoctor.net.bounded_json import STRUCTURE

KINDS = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "bool": "a boolean",
    "null": "null",
}


class Unfit(ValueError):
    """Bytes that Go would not read into that shape; the text says where, and quotes no value."""


def read(data: bytes) -> Node:
    """The document. Raises Unfit, and nothing else."""
    if sum(data.count(sign) for sign in (b"{", b"[", b",")) > STRUCTURE:
        raise Unfit(f"is JSON of more than {STRUCTURE} elements")
    try:
        node, end = first(data)
    except NotGoJson as error:
        raise Unfit(f"is no JSON: {error.why}, {place_of(data, error.at)}{what_it_is(data, error.why)}") from None
    if node is None:
        raise Unfit("is empty")
    behind = len(data) - len(data[end:].lstrip(b" \t\r\n"))
    if behind < len(data):
        raise Unfit(f"is no JSON: something stands behind the value at {place_of(data, behind)}")
    return node


def fields(node: Node, where: str) -> Iterator[tuple[str, Node]]:
    """The fields of a struct, names folded, in order; none for `null`. Raises Unfit for what is no object."""
    yield from ((folded(name), one) for name, one in entries(node, where))


def entries(node: Node, where: str) -> Iterator[tuple[str, Node]]:
    """The keys of a map as they stand, in order; nothing for `null`. Raises Unfit for what is no object."""
    if node.kind == "null":
        return
    if node.kind != "object":
        raise Unfit(f"has {KINDS[node.kind]} where {where} is an object")
    yield from node.value


def string(node: Node, where: str, before: str = "") -> str:
    """A text; `null` leaves what was there `before`. Raises Unfit for another kind."""
    if node.kind == "null":
        return before
    if node.kind != "string":
        raise Unfit(f"has {KINDS[node.kind]} where {where} is a text")
    return str(node.value)

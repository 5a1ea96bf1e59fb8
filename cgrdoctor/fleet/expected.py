"""Which machines are expected to report: names, a line each, or what kubectl printed of its nodes."""

from __future__ import annotations

import re

import msgspec

from cgrdoctor.config.encoded import decoded
from cgrdoctor.errors import UsageProblem


class _Meta(msgspec.Struct):
    name: str


class _Node(msgspec.Struct):
    metadata: _Meta


class _Nodes(msgspec.Struct):
    """A list of nodes, or one alone."""

    items: list[_Node] | None = None
    metadata: _Meta | None = None

    @property
    def names(self) -> list[str]:
        """What they are called."""
        if self.items is None:
            return [self.metadata.name] if self.metadata else []
        return [node.metadata.name for node in self.items]


TABLE = re.compile(r"NAME\s+STATUS\b")
"""How the table begins that kubectl prints unless it is asked for names."""


def expected(data: bytes, name: str) -> tuple[str, ...]:
    """The names. Raises UsageProblem if there is none."""
    text = decoded(data)[0].strip()
    if text.startswith("{"):
        try:
            found = msgspec.json.decode(text, type=_Nodes).names
        except (msgspec.DecodeError, RecursionError, ValueError):
            raise UsageProblem(f"--expect: {name} is neither a list of names nor one of kubectl's nodes") from None
    else:
        lines = text.splitlines()
        told = (line.split(None, 1)[0] for line in lines[1:] if line.strip()) if TABLE.match(text) else lines
        found = [name.removeprefix("node/") for line in told if (name := line.partition("#")[0].strip())]
    if not found:
        raise UsageProblem(f"--expect: {name} names no machine; write one name a line")
    return tuple(dict.fromkeys(found))

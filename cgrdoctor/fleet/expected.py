"""Which machines are expected to report: names, a line each, or what kubectl printed of its nodes."""

from __future__ import annotations

import msgspec

from cgrdoctor.errors import UsageProblem


class _Meta(msgspec.Struct):
    name: str


class _Node(msgspec.Struct):
    metadata: _Meta


class _Nodes(msgspec.Struct):
    items: list[_Node]


def expected(data: bytes, name: str) -> tuple[str, ...]:
    """The names. Raises UsageProblem if there is none."""
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    if text.startswith(b"{"):
        try:
            found = [node.metadata.name for node in msgspec.json.decode(text, type=_Nodes).items]
        except (msgspec.DecodeError, RecursionError, ValueError):
            raise UsageProblem(f"--expect: {name} is neither a list of names nor one of kubectl's nodes") from None
    else:
        lines = (line.partition("#")[0].strip() for line in text.decode("utf-8", "replace").splitlines())
        found = [line.removeprefix("node/") for line in lines if line]
    if not found:
        raise UsageProblem(f"--expect: {name} names no machine; write one name a line")
    return tuple(dict.fromkeys(found))

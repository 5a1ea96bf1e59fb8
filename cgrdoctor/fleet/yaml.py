"""Plain data as YAML, for a person to read and an engine to apply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml


class Block(str):
    """A text of several lines that is written as it stands."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Items of lists stand under what they belong to; what is meant twice is written twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's signature
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


TEXT = "tag:yaml.org,2002:str"


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """In double quotes where single ones would have to be doubled."""
    return dumper.represent_scalar(TEXT, text, style='"' if "'" in text or "\n" in text else None)


def _block(dumper: yaml.SafeDumper, text: Block) -> yaml.ScalarNode:
    return dumper.represent_scalar(TEXT, str(text), style="|")


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Block, _block)


def document(data: Any, comment: Sequence[str] = ()) -> str:
    """A document, its comment first."""
    head = [f"# {line}".rstrip() for line in comment]
    text = yaml.dump(data, Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=10_000)
    return "\n".join([*head, text])

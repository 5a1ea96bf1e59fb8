"""Values of any type of ours, filled with what a hostile peer would write: made from the types themselves."""

from __future__ import annotations

import random
import types
import typing
from collections.abc import Sequence
from typing import Any

import msgspec

PWNED = "/tmp/cgrdoctor-pwned"
NASTY = (
    "", " ", "x", "0", "-1", "-rf", "--help", "null", "latest", "cgr-private", "acme.com/python", "sha256:" + "a" * 64,
    f"$(touch {PWNED})", f"`touch {PWNED}`", f"; touch {PWNED} #", f"' ; touch {PWNED}; '", f'" ; touch {PWNED}; "',
    f"\n touch {PWNED}\n", f"| touch {PWNED}", f"& touch {PWNED} &", f"\\'; touch {PWNED}", "%s%n%d", "$HOME ${IFS}", "!!",
    "\x1b[31mred\x1b[0m", "\x1b]8;;https://evil.test\x07click\x1b]8;;\x07", "\x9b2J", "\r\nX-Evil: 1", "a\0b", "\x7f\x08\x08",
    "\u202eevil\u2066x\u2069", "\u200b\ufeff\u00ad", "\U000e0041tag", "\u2028line\u2029", "z\u0300\u0301\u0302",
    "[bold red]x[/]", "[link=https://evil.test]x[/link]", ":bomb:", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "</code></pre><b>", '" onmouseover="x', "&lt;b&gt;", "[x](javascript:alert(1))", "![x](https://evil.test/x.png)",
    "```\n# x", "# heading", "- item", "1. one", "| a | b |", "@all", "https://evil.test/", "www.evil.test", "{{ 7*7 }}", "{% x %}",
    "x" * 3000, "é" * 500, "Mon, 01 Jan 0001 00:00:00 -0000", "9" * 400, "1e999", "NaN", "2024-01-01T00:00:00", "]]>", "<!--", "\\",
)  # fmt: skip
"""Texts that mean something to a terminal, a shell, a browser, a renderer or a parser."""


class Maker:
    """Makes values, always the same ones from the same seed."""

    def __init__(self, seed: int, texts: Sequence[str] = NASTY) -> None:
        self._random = random.Random(seed)
        self._texts = texts

    def text(self) -> str:
        """A nasty text, now and then two in a row."""
        first = self._random.choice(self._texts)
        return first if self._random.random() < 0.8 else first + self._random.choice(self._texts)

    def of(self, kind: Any, depth: int = 0) -> Any:
        """Any value of a type that may stand in a fact or a report."""
        origin, members = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Annotated:
            return self.of(members[0], depth)
        if origin is typing.Literal:
            return self._random.choice(members)
        if origin in (typing.Union, types.UnionType):
            return self.of(self._random.choice(members), depth)
        if origin is tuple and members[-1] is not Ellipsis:
            return tuple(self.of(member, depth + 1) for member in members)
        if origin in (tuple, list):
            return origin(self.of(members[0], depth + 1) for _ in range(self._few(depth)))
        if origin is dict:
            return {self.of(members[0]): self.of(members[1], depth + 1) for _ in range(self._few(depth))}
        return self._plain(kind, depth)

    def _few(self, depth: int) -> int:
        return self._random.randrange(4) if depth < 4 else 0

    def _plain(self, kind: Any, depth: int) -> Any:
        if kind is str:
            return self.text()
        if kind is bool:
            return self._random.random() < 0.5
        if kind is int:
            return self._random.choice((0, 1, -1, 200, 401, 404, 500, 2**31, -(2**53), 2**53))
        if kind is float:
            return self._random.choice((0.0, 1.0, -1.0, 0.5, 1e-300, 1e300))
        if kind is type(None):
            return None
        if kind is Any:
            return self.of(self._random.choice((str, int, float, bool, type(None), list[str], dict[str, str])), depth)
        return kind(**{field.name: self.of(field.type, depth + 1) for field in msgspec.structs.fields(kind)})

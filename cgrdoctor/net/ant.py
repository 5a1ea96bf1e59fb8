"""Ant path patterns as Artifactory evaluates Include and Exclude Patterns.

`?` is one character, `*` any number within a segment, `**` any number of segments; a pattern that ends in `/` means
everything below. Matching takes time proportional to pattern times path.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec


class Verdict(msgspec.Struct, frozen=True):
    """Whether a path passes; if not, which list rejects it and by which pattern."""

    allowed: bool
    which: Literal["include", "exclude"] | None = None
    by: str | None = None


def allowed(path: str, includes: str, excludes: str) -> Verdict:
    """Judges `path` by two comma-separated pattern lists. An empty include list includes everything."""
    for pattern in _listed(excludes):
        if matches(pattern, path):
            return Verdict(allowed=False, which="exclude", by=pattern)
    included = _listed(includes)
    if not included or any(matches(pattern, path) for pattern in included):
        return Verdict(allowed=True)
    return Verdict(allowed=False, which="include", by=",".join(included))


def matches(pattern: str, path: str) -> bool:
    """Whether a whole path matches one pattern. Case matters."""
    spelled = pattern.strip().removeprefix("/")
    if spelled.endswith("/"):
        spelled += "**"
    return _segments(tuple(spelled.split("/")), tuple(path.strip("/").split("/")))


def _listed(text: str) -> list[str]:
    return [pattern.strip() for pattern in text.split(",") if pattern.strip()]


def _segments(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """One row of reachable positions in the path after each segment of the pattern."""
    reachable = {0}
    for segment in pattern:
        if segment == "**":
            reachable = set(range(min(reachable), len(path) + 1)) if reachable else set()
        else:
            reachable = {at + 1 for at in reachable if at < len(path) and _segment(segment, path[at])}
    return len(path) in reachable


@lru_cache(maxsize=4096)
def _segment(pattern: str, text: str) -> bool:
    """Wildcards within a segment, by the usual greedy scan with one point of return."""
    at = place = 0
    star, resume = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] in ("?", text[at]) and pattern[place] != "*":
            at, place = at + 1, place + 1
        elif place < len(pattern) and pattern[place] == "*":
            star, resume, place = place, at, place + 1
        elif star >= 0:
            resume += 1
            at, place = resume, star + 1
        else:
            return False
    return all(character == "*" for character in pattern[place:])

"""What a world can vary in besides its fault, and a deterministic covering of every pair of such variations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Literal

AXES: Mapping[str, tuple[str, ...]] = {
    "version": ("7.161.15", "6.23.1", "7.9.1", "7.49.3", "7.84.10", "7.104.12", "7.166.0"),
    "caller": ("admin", "user", "anonymous"),
    "arm": ("same", "none", "closed"),
    "route": ("direct", "virtual"),
    "method": ("path", "subdomain"),
    "reference": ("tag", "digest"),
    "words": ("facts", "reworded"),
    "reading": ("first", "second"),
    "cache": ("cold", "warm"),
    "head": ("answered", "405"),
    "body": ("plain", "compressed"),
    "pulled": ("never", "twice"),
    "host": ("cloud", "own"),
}
"""The first value of each axis is its plain one.

`arm`: this machine has the remote's own Chainguard credential, has none, or does not reach Chainguard at all.
`reading`: where the facts about Artifactory disagree, which of the two the world follows.
`cache`: a `warm` one holds the image asked for, as it was pulled a minute ago. `head`: a gateway may refuse the method.
`body`: a proxy before Artifactory may compress what it hands on. `pulled`: how often a client tried before. `host`:
Artifactory in JFrog's cloud, or on a host of one's own.
"""


@dataclass(frozen=True, slots=True)
class Variation:
    """One value of each axis."""

    version: str = "7.161.15"
    caller: Literal["admin", "user", "anonymous"] = "admin"
    arm: str = "same"
    route: str = "direct"
    method: str = "path"
    reference: str = "tag"
    words: str = "facts"
    reading: str = "first"
    cache: str = "cold"
    head: str = "answered"
    body: str = "plain"
    pulled: str = "never"
    host: str = "cloud"

    def __str__(self) -> str:
        changed = [f"{name}={getattr(self, name)}" for name in AXES if getattr(self, name) != AXES[name][0]]
        return " ".join(changed) or "plain"


PLAIN = Variation()


def covering(fixed: frozenset[str], turn: int) -> tuple[Variation, ...]:
    """The plain variation, then a few in which every pair of values of the axes that are not `fixed` occurs.

    Greedy: each further variation takes the values that cover most pairs still open. `turn` rotates the values, so
    that different faults meet different triples.
    """
    names = [name for name in AXES if name not in fixed]
    choices = {name: _rotated(AXES[name], turn) for name in names}
    open_pairs = {
        ((left, a), (right, b))
        for left, right in combinations(names, 2)
        for a, b in product(choices[left], choices[right])
    }
    open_pairs -= set(_pairs(names, {name: AXES[name][0] for name in names}))
    found = [PLAIN]
    while open_pairs:
        chosen = _next(names, choices, open_pairs)
        open_pairs -= set(_pairs(names, chosen))
        found.append(Variation(**chosen))
    return tuple(found)


def _rotated(values: Sequence[str], turn: int) -> tuple[str, ...]:
    start = turn % len(values)
    return (*values[start:], *values[:start])


def _pairs(names: Sequence[str], chosen: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for left, right in combinations(names, 2):
        if left in chosen and right in chosen:
            yield (left, chosen[left]), (right, chosen[right])


def _next(
    names: Sequence[str],
    choices: Mapping[str, Sequence[str]],
    open_pairs: set[tuple[tuple[str, str], tuple[str, str]]],
) -> dict[str, Any]:
    """Starts from one open pair and adds, axis by axis, the value that closes most others."""
    (left, a), (right, b) = min(open_pairs)
    chosen = {left: a, right: b}
    for name in names:
        if name not in chosen:
            chosen[name] = max(choices[name], key=lambda value: _gain(names, chosen, name, value, open_pairs))
    return {name: chosen[name] for name in names}


def _gain(
    names: Sequence[str],
    chosen: Mapping[str, str],
    name: str,
    value: str,
    open_pairs: set[tuple[tuple[str, str], tuple[str, str]]],
) -> int:
    return sum(pair in open_pairs for pair in _pairs(names, {**chosen, name: value}))

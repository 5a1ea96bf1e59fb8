"""The name that was probably meant, for every message that says there is no such thing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

LONGEST = 40
"""Characters of a word that are looked at."""
A_SYLLABLE = 3
"""Letters that a name must hold, or begin with, before it can have been meant."""
LIKE = 0.6
"""Share of letters that two names have in the same order, from which one can be meant by the other."""


def nearest(word: str, names: Sequence[str]) -> str | None:
    """The name that goes on where `word` ends; else the one a slip away; else the one that holds it; else the likest.

    Of several equally near the shortest, then the first. None where no name is like it.
    """
    typed = word[:LONGEST].lower().replace("_", "-").strip("*? ")
    bare = typed.lstrip("-")
    if not bare:
        return None
    begun = [name for name in names if name.startswith(typed)]
    holding = [name for name in names if len(bare) >= A_SYLLABLE and bare in name]
    return (
        min(begun, key=len, default=None)
        or _a_slip_away(typed, names)
        or min(holding, key=len, default=None)
        or max((name for name in names if _is_like(typed, name)), key=lambda name: _likeness(typed, name), default=None)
    )


def _a_slip_away(typed: str, names: Sequence[str]) -> str | None:
    """The name with the fewest mistakes, if there are few: one in a short word, one more for every three letters."""
    most = max(1, len(typed) // 3)
    counted = [(mistakes(typed, name), name) for name in names if abs(len(name) - len(typed)) <= most]
    near = [(count, name) for count, name in counted if count <= most]
    return min(near, key=lambda one: one[0], default=(0, None))[1]


def mistakes(typed: str, meant: str) -> int:
    """Letters left out, put in, mistaken or exchanged with their neighbour."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for place, letter in enumerate(typed, 1):
        earlier, before, row = before, row, [place]
        for column, wanted in enumerate(meant, 1):
            least = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != wanted))
            if column > 1 and earlier and letter == meant[column - 2] and typed[place - 2] == wanted:
                least = min(least, earlier[column - 2] + 1)
            row.append(least)
    return row[-1]


def _is_like(typed: str, name: str) -> bool:
    """Whether it begins alike for half of the word, or has most letters in the same order."""
    begins, share = _likeness(typed, name)
    return begins >= max(A_SYLLABLE, len(typed.lstrip("-")) / 2) or share >= LIKE


def _likeness(typed: str, name: str) -> tuple[int, float]:
    import difflib

    one, other = typed.lstrip("-"), name.lstrip("-")
    common = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return common if common > 1 else 0, difflib.SequenceMatcher(None, one, other).ratio()

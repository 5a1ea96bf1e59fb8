"""Sentences made shorter by whole words, durations as a person says them."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9]{3,}")
_END = re.compile(r"[;:.,] | \(| and ")
_DANGLING = " ,;:-("
_LEADING = re.compile(r"an?|and|as|at|by|for|from|in|is|of|on|or|that|the|to|which|whose|with", re.IGNORECASE)
"""Words that lead to another and end no sentence."""

MORE = " ..."
ALIKE = 0.6
"""Share of a title's words that a sentence which only repeats it has."""


def many(number: int, what: str = "image") -> str:
    """`1 image`, `20,000 images`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def brief(text: str, room: int) -> str:
    """The beginning of a text of at most `room` characters, whole words of it; a first word that is longer stays."""
    if len(text) <= room:
        return text
    cut = text.rfind(" ", 0, max(1, room - len(MORE)) + 1)
    first = text.find(" ")
    if cut <= 0:
        return text if first < 0 else text[:first] + MORE
    words = text[:cut].rstrip(_DANGLING).split(" ")
    while len(words) > 1 and _LEADING.fullmatch(words[-1]):
        words.pop()
    return " ".join(words).rstrip(_DANGLING) + MORE


def clause(text: str, room: int) -> str:
    """The longest beginning of a sentence that ends where a part of it ends and has `room`, empty if none has."""
    whole = text.strip().rstrip(".")
    if len(whole) <= room:
        return whole
    ends = [match.start() for match in _END.finditer(whole) if match.start() <= room]
    return whole[: ends[-1]].rstrip() if ends else ""


def repeats(text: str, title: str) -> bool:
    """Whether a text says again what a title says."""
    words = set(_WORD.findall(title.lower()))
    return bool(words) and len(words & set(_WORD.findall(text.lower()))) >= ALIKE * len(words)


def lasting(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 days 4 h`: two units at most."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    left = round(seconds)
    units = (("days", 86400), ("h", 3600), ("min", 60), ("s", 1))
    for place, (name, size) in enumerate(units):
        if left >= size:
            many, rest = divmod(left, size)
            shown = f"{many} {'day' if name == 'days' and many == 1 else name}"
            after = units[place + 1 : place + 2]
            return shown + "".join(f" {rest // other} {unit}" for unit, other in after if rest >= other)
    return f"{left} s"


def several(count: int, noun: str) -> str:
    """`1 request`, `2 requests`."""
    return f"{count} {noun}{'s' * (count != 1)}"

"""What is read, before it is known what it is: a name, and content or why there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Entry:
    """`name` is the path within what was given. `data` None: it could not be read, `why` says so as `is ...`.

    `line`: it is one line of a list. `node`: whose it is where it does not say so itself.
    """

    name: str
    data: bytes | None = None
    why: str = ""
    line: bool = False
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What could not be read, and why."""

    name: str
    why: str

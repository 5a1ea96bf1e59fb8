"""Whether this process is the command's own, or only lends itself to it.

In its own process the command sets a timer that kills, keeps standard output to the last moment, and leaves at once.
Where it is called inside another program (tests, a demonstration) it does none of that.
"""

from __future__ import annotations

import sys

TURN = 0.001
"""Seconds for which a thread has the interpreter while others wait: those of others that compute hold up ours less."""

_own = False


def is_own() -> bool:
    """Whether nobody else has business in this process."""
    return _own


def make_own() -> None:
    """Nobody else has business in this process, from now on to its end."""
    global _own  # noqa: PLW0603 - it is about the process, of which there is one
    _own = True
    sys.setswitchinterval(TURN)

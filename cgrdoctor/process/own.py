"""Whether this process is the command's own, or only lends itself to it.

In its own process the command sets a timer that kills, keeps standard output to the last moment, and leaves at once.
Where it is called inside another program (tests, a demonstration) it does none of that.
"""

from __future__ import annotations

import gc
import sys
import time
from types import ModuleType

TURN = 0.001
"""Seconds for which a thread has the interpreter while others wait: those of others that compute hold up ours less."""

COLLECTIONS = (20_000, 20, 100)
"""When the interpreter looks for garbage in circles: what a run loads stays to its end, and takes 50 ms to look at."""

UNUSED = "httpx._main"
"""httpx loads its own command line with itself, and rich and Pygments with that, unless it cannot: 50 ms of a run."""

_own = False
_began: float | None = None


def is_own() -> bool:
    """Whether nobody else has business in this process."""
    return _own


def make_own() -> None:
    """Nobody else has business in this process, from now on to its end."""
    global _own, _began
    _own, _began = True, time.monotonic()
    sys.setswitchinterval(TURN)
    gc.set_threshold(*COLLECTIONS)
    sys.modules.setdefault(UNUSED, ModuleType(UNUSED))


def began() -> float:
    """When the command began, by the monotonic clock: its deadline counts from there, however long its start takes."""
    return time.monotonic() if _began is None else _began

"""Moments in which this process did not run: stopped, asleep with its machine, or kept from running.

What a peer seems to have left undone meanwhile says nothing of the peer.
"""

from __future__ import annotations

import math
import time

_last = -math.inf


def note() -> None:
    """One has just ended. Whoever keeps the time of the process says so."""
    global _last  # noqa: PLW0603 - it is about the process
    _last = time.monotonic()


def since(moment: float) -> bool:
    """Whether one has ended after that moment (monotonic)."""
    return _last > moment

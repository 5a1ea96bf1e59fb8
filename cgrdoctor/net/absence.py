"""Moments in which this process did not run: stopped, asleep with its machine, or kept from running.

What a peer seems to have left undone meanwhile says nothing of the peer.
"""

from __future__ import annotations

import math
import time


class Absences:
    """Those of one run. Whoever keeps the time notes them."""

    def __init__(self) -> None:
        self._last = -math.inf

    def note(self) -> None:
        """One has just ended."""
        self._last = time.monotonic()

    def since(self, moment: float) -> bool:
        """Whether one has ended after that moment (monotonic)."""
        return self._last > moment

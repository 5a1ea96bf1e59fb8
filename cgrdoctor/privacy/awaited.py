"""Who is waited for at this moment: written by the event loop, read by whoever shows how far a run is."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator


class Awaited:
    """Hosts that owe an answer, each since when by the monotonic clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, tuple[str, float]] = {}
        self._numbers = itertools.count()

    @contextlib.contextmanager
    def answer_of(self, host: str) -> Iterator[None]:
        """`host` owes an answer while this is open."""
        number = next(self._numbers)
        with self._lock:
            self._open[number] = (host, time.monotonic())
        try:
            yield
        finally:
            with self._lock:
                del self._open[number]

    def longest(self) -> tuple[str, float] | None:
        """The host that is waited for longest, and for how many seconds."""
        with self._lock:
            found = min(self._open.values(), key=lambda one: one[1], default=None)
        return None if found is None else (found[0], time.monotonic() - found[1])

"""Ends a run that does not end by itself, and writes its report.

Scopes end what awaits, not what blocks. A daemon thread therefore keeps the time: at the deadline plus half a second
it delivers what is known and leaves with the documented status, whatever the main thread does.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

GRACE = 0.5
"""Seconds after the deadline at which the watchdog takes over."""

DELIVERY = 0.4
"""Seconds a delivery may take from then on."""


class Ending:
    """Makes sure that a run is delivered exactly once and ends in time.

    `deliver` assembles and writes the report and returns the exit status; it must work from any thread.
    """

    def __init__(self, deliver: Callable[[], int], ends_at: float) -> None:
        self._deliver = deliver
        self._ends_at = ends_at
        self._begun = threading.Lock()
        self._changed = threading.Event()
        self._done = threading.Event()
        self.signal: int | None = None
        self._on_interrupt: Callable[[], None] | None = None

    def start(self) -> None:
        """Starts keeping the time."""
        threading.Thread(target=self._watch, name="cgrdoctor-watchdog", daemon=True).start()

    def finish(self) -> int:
        """Delivers, unless the watchdog already does: then this call never returns, because the process ends."""
        if not self._begun.acquire(blocking=False):
            threading.Event().wait()
        try:
            return self._deliver()
        finally:
            self._done.set()

    def abandon(self) -> None:
        """The run broke; whoever calls this reports that. Never returns if the watchdog delivers already."""
        if not self._done.is_set() and not self._begun.acquire(blocking=False):
            threading.Event().wait()
        self._done.set()
        self._changed.set()

    def on_interrupt(self, cancel: Callable[[], None] | None) -> None:
        """What a signal shall call to end the run early."""
        self._on_interrupt = cancel
        if self.signal is not None and cancel is not None:
            cancel()

    def interrupt(self, number: int) -> None:
        """The first signal ends the run with a report, a second one leaves at once."""
        if self.signal is not None:
            os._exit(128 + number)
        self.signal = number
        self._ends_at = min(self._ends_at, time.monotonic())
        self._changed.set()
        if self._on_interrupt is not None:
            self._on_interrupt()

    def _watch(self) -> None:
        while (left := self._ends_at + GRACE - time.monotonic()) > 0:
            self._changed.wait(left)
            self._changed.clear()
            if self._done.is_set():
                return
        if self._begun.acquire(blocking=False):
            threading.Thread(target=self._deliver_and_leave, daemon=True).start()
        if not self._done.wait(DELIVERY):
            os._exit(128 + self.signal if self.signal is not None else 3)

    def _deliver_and_leave(self) -> None:
        status = self._deliver()
        self._done.set()
        os._exit(status)


@contextmanager
def signals(ending: Ending) -> Iterator[None]:
    """SIGINT and SIGTERM end the run while this is open. Outside the main thread signals are left alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        ending.interrupt(number)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

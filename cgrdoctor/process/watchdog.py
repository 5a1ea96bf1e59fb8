"""Ends a run that does not end by itself, and writes its report.

Scopes end what awaits, not what blocks. A daemon thread therefore keeps the time: at the deadline plus half a second
it delivers what is known and leaves with the documented status, whatever the main thread does. A reader of standard
output who is slow gets all the time he needs, one who takes nothing is given up. Behind the watchdog is an alarm.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from cgrdoctor.process import outlet
from cgrdoctor.process.alarm import Alarm, take_signals
from cgrdoctor.process.streams import tell

GRACE = 0.3
"""Seconds after the deadline at which the watchdog takes over."""

MAKING = 1.7
"""Seconds from then on in which a report must be made and written to its files; a busy machine takes that long."""

PARTING = 0.3
"""Seconds for a report that only says that there is none."""

BEAT = 0.25
"""Seconds between two looks at what becomes of a delivery."""

AFTER_SIGNAL = 1.0
"""Seconds in which a reader may take nothing once the user wants the end."""


class Ending:
    """Makes sure that a run is delivered exactly once and ends in time.

    `deliver` assembles and writes the report and returns the exit status; `part` writes one that says that this took
    too long. Both must work from any thread. `undelivered` is the exit status where neither comes to its end. `alone`:
    the process is there for this run and ends with it; a run in the midst of other work only ends itself.
    """

    def __init__(
        self,
        deliver: Callable[[], int],
        ends_at: float,
        part: Callable[[], None],
        undelivered: int = 3,
        *,
        alone: bool = True,
    ) -> None:
        self._deliver = deliver
        self._part = part
        self._undelivered = undelivered
        self._ends_at = ends_at
        self._begun = threading.Lock()
        self._changed = threading.Event()
        self._done = threading.Event()
        self._alone = alone
        self._alarm = Alarm(alone=alone)
        self.signal: int | None = None
        self._on_interrupt: Callable[[], None] | None = None
        self._on_takeover: Callable[[], None] = _nothing

    def start(self) -> None:
        """Starts keeping the time."""
        if self._alone:
            take_signals(self._alarm)
        self._alarm.set(self._ends_at)
        threading.Thread(target=self._watch, name="cgrdoctor-watchdog", daemon=True).start()

    def finish(self) -> int:
        """Delivers, unless the watchdog already does: then this call never returns, because the process ends."""
        if not self._begun.acquire(blocking=False):
            threading.Event().wait()
        self._changed.set()
        try:
            return self._deliver()
        finally:
            self._end()

    def abandon(self) -> None:
        """The run broke; whoever calls this reports that. Never returns if the watchdog delivers already."""
        if not self._done.is_set() and not self._begun.acquire(blocking=False):
            threading.Event().wait()
        self._end()

    def _end(self) -> None:
        self._done.set()
        self._changed.set()
        self._alarm.clear()

    def on_interrupt(self, cancel: Callable[[], None] | None) -> None:
        """What a signal shall call to end the run early."""
        self._on_interrupt = cancel
        if self.signal is not None and cancel is not None:
            cancel()

    def on_takeover(self, halt: Callable[[], None]) -> None:
        """What frees the interpreter of the run's work when the watchdog delivers in its place."""
        self._on_takeover = halt

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
        while not self._begun.locked() and (left := self._ends_at + GRACE - time.monotonic()) > 0:
            self._changed.wait(left)
            self._changed.clear()
        if self._begun.acquire(blocking=False):
            threading.Thread(target=self._deliver_and_leave, daemon=True).start()
        self._see_delivered()

    def _see_delivered(self) -> None:
        """Leaves where the report is not made, or not taken, in time."""
        made_by = max(time.monotonic(), self._ends_at + GRACE) + MAKING
        while not self._done.wait(BEAT):
            self._alarm.set(self._ends_at)
            idle = outlet.idle()
            if idle is None and time.monotonic() > made_by:
                self._leave(self._part)
            if idle is None:
                continue
            made_by = time.monotonic() + MAKING
            if idle > (AFTER_SIGNAL if self.signal else outlet.IDLE + 2 * BEAT):
                self._leave(_say_not_taken)

    def _leave(self, last: Callable[[], None]) -> None:
        """Ends the process after a last act, which may hang."""
        if not self._alone:
            self._done.set()
            return
        thread = threading.Thread(target=last, daemon=True)
        thread.start()
        thread.join(PARTING)
        os._exit(self._undelivered if self.signal is None else 128 + self.signal)

    def _deliver_and_leave(self) -> None:
        self._on_takeover()
        status = self._deliver()
        self._done.set()
        if self._alone:
            os._exit(status)


def _nothing() -> None:
    """There is no work yet."""


def _say_not_taken() -> None:
    tell(f"cgrdoctor: standard output cannot be written: nobody has read it for {outlet.IDLE:g} s")


@contextmanager
def signals(ending: Ending) -> Iterator[Callable[[], None]]:
    """SIGINT and SIGTERM end the run while this is open. Outside the main thread signals are left alone.

    Gives a function that takes the signals again, for when foreign code may have taken them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        ending.interrupt(number)

    handlers = {signal.SIGINT: handle, signal.SIGTERM: handle}

    def take() -> None:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    before = {number: signal.getsignal(number) for number in handlers}
    take()
    try:
        yield take
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

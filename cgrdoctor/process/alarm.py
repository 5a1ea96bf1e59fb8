"""The last resort: a timer of the system that ends a process whose interpreter is held and cannot end itself.

A call that keeps the interpreter's lock (an expression of a plug-in that takes ages, say) keeps every thread from
running, the watchdog too. The system's timer needs none: its signal ends the process (status 142), unless the watchdog,
while it can run, pushes it on.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType

from cgrdoctor.process.own import is_own

HELD = 3.0
"""Seconds for which the interpreter may be held, from the deadline on."""


class Alarm:
    """The timer of one run. In a process that is not the command's own, or not the run's alone, it does nothing."""

    def __init__(self, *, alone: bool = True) -> None:
        self._lock = threading.Lock()
        self._due = 0.0
        self._on = alone and is_own() and hasattr(signal, "setitimer")
        if self._on:
            os.register_at_fork(after_in_child=self._in_child)

    def set(self, ends_at: float) -> None:
        """Ends the process `HELD` s after that moment, or from now if it is past; no more after `clear`."""
        with self._lock:
            if self._on:
                self._due = max(ends_at, time.monotonic()) + HELD
                signal.setitimer(signal.ITIMER_REAL, max(0.001, self._due - time.monotonic()))

    def _in_child(self) -> None:
        """A copy of this process that a package has made ends too: it has none of the threads that keep the time."""
        if self._on and self._due:
            signal.setitimer(signal.ITIMER_REAL, max(0.001, self._due - time.monotonic()))

    def clear(self) -> None:
        """Nothing ends the process any more."""
        with self._lock:
            if self._on:
                self._on = False
                signal.setitimer(signal.ITIMER_REAL, 0)

    def stand_still(self, number: int, _frame: FrameType | None) -> None:
        """Handles the terminal's stop key: the time for which the process stands still is no reason to end it.

        It takes no lock: it may have come in between while this very thread holds it.
        """
        signal.setitimer(signal.ITIMER_REAL, 0)
        handler = signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, handler)
        if self._on:
            signal.setitimer(signal.ITIMER_REAL, max(HELD, self._due - time.monotonic()))


def take_signals(alarm: Alarm) -> None:
    """Makes the timer's signal end this process, whatever was inherited, and the stop key stop the timer too.

    Only where the process is the command's own, and from its main thread.
    """
    if not hasattr(signal, "setitimer") or not is_own() or threading.current_thread() is not threading.main_thread():
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    if signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL:
        signal.signal(signal.SIGTSTP, alarm.stand_still)

"""The event loop of a run: it notices when it could not run, and outlives what foreign code raises in its midst."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from cgrdoctor.net import absence
from cgrdoctor.process.own import is_own

if TYPE_CHECKING:
    import anyio

BEAT = 0.25
"""Seconds after which the loop looks at the clock, whatever it waits for."""

LATE = 0.5
"""Seconds by which it may be late before that counts as an absence; a busy machine takes a fraction of that."""

TIDYING = 0.5
"""Seconds that tasks which are left over may take to end."""

T = TypeVar("T")
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that goes on while the machine sleeps."""


class _Selector(selectors.DefaultSelector):
    """Waits for peers, a beat at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._due = self._now()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        wanted = BEAT if timeout is None else min(max(timeout, 0.0), BEAT)
        self._look()
        self._due = self._now() + wanted
        found = super().select(wanted)
        self._look()
        self._due = self._now()
        return found

    def _look(self) -> None:
        if self._now() - self._due > LATE:
            absence.note()

    @staticmethod
    def _now() -> float:
        return time.clock_gettime(CLOCK)


class Loop(asyncio.SelectorEventLoop):
    """A loop that goes on where a foreign task or callback wants to end the process; `on_escape` is told with what."""

    def __init__(self, on_escape: Callable[[BaseException], None]) -> None:
        super().__init__(_Selector())
        self._on_escape = on_escape
        self._halted = False

    def halt(self) -> None:
        """Ends `run` from another thread, whatever is under way: a task that cannot be cancelled computes for ever."""
        self._halted = True
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self.call_soon_threadsafe(self.stop)

    def run_forever(self) -> None:
        while True:
            try:
                super().run_forever()
            except (SystemExit, KeyboardInterrupt) as error:
                self._on_escape(error)
            else:
                return

    def run(self, main: Callable[[], Awaitable[T]]) -> T | None:
        """What `main` returns or raises, None if called off or halted; nobody waits for what it leaves behind."""
        asyncio.set_event_loop(self)
        try:
            return self._to_its_end(self.create_task(_guarded(main)))
        finally:
            asyncio.set_event_loop(None)

    def _to_its_end(self, work: asyncio.Task[T]) -> T | None:
        """Goes on where foreign code stops the loop."""
        while True:
            try:
                return self.run_until_complete(work)
            except asyncio.CancelledError as error:
                self._on_escape(error)
                return None
            except RuntimeError as error:
                if self._halted:
                    return None
                if work.done() or self.is_closed():
                    raise
                self._on_escape(error)

    def leave(self) -> None:
        """Closes the loop. Tasks that are left over get a moment to end, unless the process ends anyway."""
        if not is_own():
            left = asyncio.all_tasks(self)
            for task in left:
                task.cancel()
            if left:
                self.run_until_complete(asyncio.wait(left, timeout=TIDYING))
            self.run_until_complete(self.shutdown_asyncgens())
        self.close()


async def _guarded(main: Callable[[], Awaitable[T]]) -> T:
    try:
        return await main()
    except (SystemExit, KeyboardInterrupt) as error:  # with these the loop would never learn that its work is done
        raise RuntimeError("a run does not end like this") from error


def threadsafe(scope: anyio.CancelScope) -> Callable[[], None]:
    """What cancels this scope of the running loop from any thread; nothing where the loop has ended."""
    loop = asyncio.get_running_loop()

    def cancel() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(scope.cancel)

    return cancel

"""Blocking functions in daemon threads of ours, so that nothing they do can keep the process alive."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar, TypeVarTuple, cast

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


async def in_daemon_thread(function: Callable[[*Arguments], T], *args: *Arguments, name: str = "cgrdoctor-worker") -> T:
    """What `function(*args)` returns or raises, run in a daemon thread; cancellation abandons the thread.

    Neither anyio's nor asyncio's thread pool is used: both join their threads when the loop ends.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    outcome: dict[str, Any] = {}

    def work() -> None:
        try:
            outcome["value"] = function(*args)
        except BaseException as error:  # noqa: BLE001 - carried over to the awaiting task, whatever it is
            outcome["error"] = error
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now: nobody waits any more
            loop.call_soon_threadsafe(_finish, done)

    threading.Thread(target=work, name=name, daemon=True).start()
    await done
    if "error" in outcome:
        raise outcome["error"]
    return cast("T", outcome["value"])


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)

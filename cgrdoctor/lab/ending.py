"""How an event loop of the lab ends: with nothing left open, in a process that goes on."""

from __future__ import annotations

import asyncio


def close(loop: asyncio.AbstractEventLoop) -> None:
    """Ends its tasks and connections, then the loop; what stayed open the garbage collector would report anywhere."""
    loop.run_until_complete(_end())
    loop.close()


async def _end() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    connected = asyncio.get_running_loop()._transports  # type: ignore[attr-defined]  # noqa: SLF001 - no public list
    for transport in list(connected.values()):
        transport.abort()
    for _ in range(3):  # an aborted transport tells its protocol in the next turn, TLS the one above it in another
        await asyncio.sleep(0)

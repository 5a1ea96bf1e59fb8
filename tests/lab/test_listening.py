"""A conversation of the lab goes on until one of its ends wants otherwise."""

import asyncio
import gc

from cgrdoctor.lab.ending import close
from cgrdoctor.lab.listening import listen


def port_of(server):
    return server.sockets[0].getsockname()[1]


def test_who_waits_for_a_peer_is_not_collected():
    """Not even where the asker has gone, so that no connection leads back to whoever waits."""
    told = []

    async def mute(reader, writer):
        await asyncio.Event().wait()

    async def main():
        far, waits = await listen(mute), asyncio.Event()

        async def talk(reader, writer):
            there, _ = await asyncio.open_connection("127.0.0.1", port_of(far))
            waits.set()
            try:
                await there.read()
            except GeneratorExit:
                told.append("collected")
                raise

        near = await listen(talk)
        _, writer = await asyncio.open_connection("127.0.0.1", port_of(near))
        await waits.wait()
        writer.close()
        await writer.wait_closed()
        for _ in range(20):
            await asyncio.sleep(0)
            gc.collect()
        for server in (near, far):
            server.close()
        return [*told]

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        assert loop.run_until_complete(main()) == []
    finally:
        close(loop)

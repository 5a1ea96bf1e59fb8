"""A conversation of the lab goes on until one of its ends wants otherwise."""

import asyncio
import errno
import gc
import os
import socket
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from cgrdoctor.lab import healthy, running
from cgrdoctor.lab.ending import close
from cgrdoctor.lab.listening import listen
from cgrdoctor.lab.world import CGR


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


@pytest.mark.parametrize(
    ("change", "port_in"),
    [
        ({"wire": {CGR: "refused"}}, lambda lab: lab.ports[CGR]),
        ({"proxy": "refused"}, lambda lab: urlsplit(lab.environment["HTTPS_PROXY"]).port),
    ],
    ids=["host", "proxy"],
)
def test_a_port_that_refuses_does_so_as_long_as_its_world_runs(change, port_in):
    """No server that starts meanwhile can be given it."""
    with running(replace(healthy(), **change)) as lab:
        port = port_in(lab)
        with socket.socket() as other, pytest.raises(OSError, match=os.strerror(errno.EADDRINUSE)):
            other.bind(("127.0.0.1", port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)

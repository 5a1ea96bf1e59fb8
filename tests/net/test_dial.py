"""Dialling: every address with a head start, tunnels through proxies, and what is told of each failure."""

from __future__ import annotations

import asyncio
import base64

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net import dial as dial_module
from cgrdoctor.net.connect_to import ConnectTo
from cgrdoctor.net.dial import dial, interleaved, most_telling, place
from cgrdoctor.net.failure import Unreached, failure
from cgrdoctor.net.patience import Patience
from cgrdoctor.privacy.secret import Credential, Secret

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HOST = "acme.test"


@given(st.lists(st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", "fd00::2"]), unique=True, min_size=1))
def test_families_take_turns_and_nothing_is_lost(addresses):
    order = interleaved(addresses)
    assert sorted(order) == sorted(addresses)
    assert order[0] == addresses[0]
    if len({":" in address for address in addresses}) == 2:
        assert (":" in order[0]) != (":" in order[1])


def test_the_most_telling_failure():
    def of(kind):
        return failure("connect", kind, 0.0)

    assert most_telling([of("unreachable"), of("timeout"), of("refused")]).kind == "refused"
    assert most_telling([of("unreachable"), of("timeout")]).kind == "timeout"


@pytest.fixture
def some_dead(monkeypatch):
    """Addresses 10.0.0.x hang, fd00::x are refused; others are dialled for real."""
    real = dial_module.dial_one

    async def one(address, port, patience):
        if address.startswith("10."):
            with anyio.move_on_after(patience.allotted()):
                await anyio.sleep_forever()
            raise Unreached(failure("connect", "timeout", patience.step, address=address))
        if address.startswith("fd00"):
            raise Unreached(failure("connect", "refused", 0.0, address=address))
        return await real(address, port, patience)

    monkeypatch.setattr(dial_module, "dial_one", one)
    monkeypatch.setattr(dial_module, "HEAD_START", 0.02)


def test_a_dead_address_does_not_hold_up_a_living_one(run, peer, silent, some_dead):
    async def main():
        async with peer(silent) as there:
            dialled = await dial(("fd00::1", "10.0.0.1", "127.0.0.1"), there.port, Patience(60.0))
            await dialled.stream.aclose()
            return dialled.address, [reason.address for reason in dialled.failed]

    assert run(main) == ("127.0.0.1", ["fd00::1"])


def test_when_every_address_fails_the_most_telling_is_raised(run, some_dead):
    async def main():
        with pytest.raises(Unreached) as caught:
            await dial(("10.0.0.1", "fd00::1"), 443, Patience(0.1))
        return caught.value.failure.kind

    assert run(main) == "refused"


def test_places():
    assert place("::1", 443) == "[::1]:443"
    assert place("a.test", 443) == "a.test:443"


def _proxy(answer: bytes, heard: list[bytes], then=None):
    async def talk(reader, writer):
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        if then is not None:
            await then(reader, writer)

    return talk


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n\r\n",
            "authentication-required",
        ),
        (b"HTTP/1.0 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>blocked</html>", "refused"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "refused"),
        (b"SSH-2.0-OpenSSH\r\n", "error"),
        (b"HTTP/1.1 abc\r\n\r\n", "error"),
        (b"", "error"),
    ],
)
def test_a_proxys_refusal_is_told_from_the_origins(run, peer, http, answer, kind):
    heard: list[bytes] = []

    async def main():
        async with peer(_proxy(answer, heard)) as there:
            environ = {"HTTPS_PROXY": f"http://alice:s%20ecret@localhost:{there.port}"}
            async with http(environ=environ) as client:
                got = await client.get(f"https://{HOST}/v2/")
                return got, client.recorder.exchanges()[0]

    got, exchange = run(main)
    assert (got.failure.stage, got.failure.kind) == ("proxy", kind)
    assert heard[0].startswith(b"CONNECT acme.test:443 HTTP/1.1\r\n")
    pair = base64.b64encode(b"alice:s ecret")
    assert b"Proxy-Authorization: Basic " + pair in heard[0]
    assert "ecret" not in str(exchange)


def test_a_tunnel_carries_tls_to_the_origin(run, peer, answering, authority, http):
    heard: list[bytes] = []

    async def main():
        async with peer(answering(OK, heard), authority.context(HOST)) as origin:

            async def onward(reader, writer):
                there, back = await asyncio.open_connection("127.0.0.1", origin.port)

                async def copy(source, sink):
                    while data := await source.read(65536):
                        sink.write(data)
                        await sink.drain()

                try:
                    await asyncio.gather(copy(reader, back), copy(there, writer))
                finally:
                    back.transport.abort()

            connects: list[bytes] = []
            async with peer(_proxy(b"HTTP/1.1 200 Established\r\n\r\n", connects, onward)) as proxy:
                environ = {"HTTPS_PROXY": f"http://localhost:{proxy.port}"}
                async with http(environ=environ, timeout=2) as client:
                    credential = Credential("bearer", Secret("token-text", host=HOST), "a test")
                    answer = await client.get(f"https://{HOST}/v2/", credential=credential)
                    return answer, connects, proxy.port, client.recorder.exchanges()[0]

    answer, connects, port, exchange = run(main)
    assert (answer.status, answer.via) == (200, f"localhost:{port}")
    assert b"token-text" not in b"".join(connects)
    assert b"Bearer token-text" in heard[0]
    assert {"proxy", "tls"} <= set(exchange.timings)
    assert exchange.via == f"localhost:{port}"


def test_plain_http_is_forwarded_in_absolute_form(run, peer, answering, http):
    heard: list[bytes] = []

    async def main():
        async with peer(answering(OK, heard)) as proxy:
            async with http(environ={"HTTP_PROXY": f"http://localhost:{proxy.port}"}) as client:
                return await client.get(f"http://{HOST}/path")

    assert run(main).status == 200
    assert heard[0].startswith(b"GET http://acme.test/path HTTP/1.1\r\n")


def test_a_proxy_that_cannot_be_reached(run, peer, silent, http):
    async def main():
        async with peer(silent) as gone:
            port = gone.port
        kinds = []
        for proxy in (f"http://localhost:{port}", "http://nowhere.invalid:3128", f"socks5://localhost:{port}"):
            async with http(environ={"HTTPS_PROXY": proxy}) as client:
                answer = await client.get(f"https://{HOST}/")
                kinds.append((answer.failure.stage, answer.failure.kind))
        return kinds

    assert run(main) == [("proxy", "unreachable"), ("proxy", "unreachable"), ("proxy", "error")]


def test_a_mapped_host_is_not_proxied(run, peer, answering, authority, http):
    async def main():
        async with peer(answering(OK), authority.context(HOST)) as there:
            environ = {"HTTPS_PROXY": "http://nowhere.invalid:3128"}
            async with http(environ=environ, connect_to=(ConnectTo("", None, "127.0.0.1", there.port),)) as client:
                return await client.get(f"https://{HOST}/")

    answer = run(main)
    assert (answer.status, answer.via) == (200, None)


def test_a_connection_is_closed_where_the_run_ends_before_its_tls_began(run, peer, http, monkeypatch):
    ended = asyncio.Event()

    async def talk(reader, writer):
        await reader.read()
        ended.set()

    async def never(self):
        await anyio.sleep_forever()

    async def main():
        monkeypatch.setattr(dial_module.Network, "context", never)
        async with peer(talk) as there, http(connect_to=(there.mapping(HOST),)) as client:
            with anyio.move_on_after(0.2) as scope:
                await client.get(f"https://{HOST}/")
            await ended.wait()
            return scope.cancelled_caught, there.connections

    assert run(main) == (True, 1)

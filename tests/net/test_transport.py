"""The HTTP client against peers that behave, misbehave, or say nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import hashlib
import socket
import zlib

import anyio
import pytest
from blockbuster import blockbuster_ctx

from cgrdoctor.errors import UsageProblem
from cgrdoctor.privacy.secret import Credential, Secret

OK = b"HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello"
HOST = "acme.test"
URL = f"https://{HOST}/v2/"


def only(http):
    """The one exchange recorded."""
    (exchange,) = http.recorder.exchanges()
    return exchange


def test_an_answer_says_what_came_and_is_recorded(run, peer, answering, authority, http):
    async def main():
        async with (
            peer(answering(OK), authority.context(HOST)) as there,
            http(connect_to=(there.mapping(HOST),)) as client,
        ):
            answer = await client.get(URL, headers=(("Accept", "text/plain"),))
            return answer, only(client), client.recorder.requests, there.port

    answer, exchange, requests, _ = run(main)
    assert (answer.status, answer.body, answer.size, answer.content_type) == (200, b"hello", 5, "text/plain")
    assert answer.digest == "sha256:" + hashlib.sha256(b"hello").hexdigest()
    assert (answer.failure, answer.hops, answer.via, answer.address) == (None, (), None, "127.0.0.1")
    assert answer.exchanges == (exchange.id,) == ("x1",)
    assert exchange.status == 200
    assert exchange.body_excerpt == "hello"
    assert exchange.error is None
    assert set(exchange.timings) == {"connect", "tls", "send", "first_byte", "body"}
    assert requests == {HOST: 1}


def test_connections_are_reused_and_a_stale_one_is_not_a_failure(run, peer, authority, http):
    async def twice_then_gone(reader, writer):
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK)
        await reader.readuntil(b"\r\n\r\n")

    async def main():
        async with (
            peer(twice_then_gone, authority.context(HOST)) as there,
            http(connect_to=(there.mapping(HOST),)) as client,
        ):
            answers = [await client.get(URL) for _ in range(3)]
            return answers, there.connections, len(client.recorder.exchanges())

    answers, connections, exchanges = run(main)
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert connections == 2
    assert exchanges == 4


def test_at_most_six_requests_at_once_to_a_host(run, peer, authority, http):
    now, most = 0, 0

    async def slow(reader, writer):
        nonlocal now, most
        while True:
            await reader.readuntil(b"\r\n\r\n")
            now += 1
            most = max(most, now)
            for _ in range(20):
                await asyncio.sleep(0)
            now -= 1
            writer.write(OK)

    async def main():
        async with (
            peer(slow, authority.context(HOST)) as there,
            http(connect_to=(there.mapping(HOST),), timeout=5) as client,
        ):
            async with anyio.create_task_group() as group:
                for _ in range(20):
                    group.start_soon(client.get, URL)
            return [exchange.status for exchange in client.recorder.exchanges()], there.connections

    statuses, connections = run(main)
    assert statuses == [200] * 20
    assert 1 <= most <= 6
    assert connections <= 6


@pytest.mark.parametrize(
    ("reply", "stage", "kind"),
    [
        (b"", "headers", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "headers", "closed"),
        (b"\x00\x01garbage\r\n\r\n", "headers", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", "body", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "body", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", "body", "protocol"),
    ],
)
def test_a_broken_answer_is_a_failure_with_its_stage(run, peer, authority, http, reply, stage, kind):
    async def once(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)

    async def main():
        async with peer(once, authority.context(HOST)) as there, http(connect_to=(there.mapping(HOST),)) as client:
            return await client.get(URL), only(client)

    answer, exchange = run(main)
    assert (answer.failure.stage, answer.failure.kind) == (stage, kind)
    assert answer.digest is None
    assert exchange.error.startswith(f"{stage} {kind}: ")


def test_silence_after_each_stage_is_a_timeout_of_that_stage(run, peer, silent, authority, http):
    async def head_only(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")
        await asyncio.Event().wait()

    async def main():
        found = []
        for talk, context in ((silent, None), (silent, authority.context(HOST)), (head_only, authority.context(HOST))):
            async with peer(talk, context) as there, http(connect_to=(there.mapping(HOST),), timeout=1) as client:
                found.append(await client.get(URL))
        return found

    answers = run(main)
    assert [(a.failure.stage, a.failure.kind) for a in answers] == [
        ("tls", "timeout"),
        ("headers", "timeout"),
        ("body", "timeout"),
    ]
    assert answers[2].body == b"hello"


def test_headers_fed_drop_by_drop_do_not_extend_their_limit(run, peer, authority, http):
    async def drip(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(1000):
            writer.write(b"X-%d: y\r\n" % number)
            await writer.drain()
            await asyncio.sleep(0.02)

    async def main():
        async with peer(drip, authority.context(HOST)) as there, http(connect_to=(there.mapping(HOST),)) as client:
            return await client.get(URL, first_byte=0.15)

    answer = run(main)
    assert (answer.failure.stage, answer.failure.kind) == ("headers", "timeout")


def test_a_body_is_cut_at_its_limit(run, peer, answering, authority, http):
    def reply(head: bytes) -> bytes:
        status = b"404 Not Found" if b"/missing" in head else b"200 OK"
        return b"HTTP/1.1 " + status + b"\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000

    async def main():
        async with (
            peer(answering(reply), authority.context(HOST)) as there,
            http(connect_to=(there.mapping(HOST),)) as client,
        ):
            return [
                await client.get(URL, limit=100),
                await client.get(URL, limit=100, keep=False),
                await client.get(URL + "missing", limit=100, keep=False),
                await client.get(URL, limit=1000),
            ]

    kept, counted, error, whole = run(main)
    assert (kept.failure.kind, kept.size, kept.digest) == ("too-large", 100, None)
    assert (counted.failure, counted.size, counted.body, counted.digest) == (None, 100, b"", None)
    assert (error.failure, error.size, error.body) == (None, 1000, b"x" * 1000), "an error's own words are kept"
    assert (whole.failure, whole.size) == (None, 1000)


def encoded(body, coding, *, status=b"200 OK"):
    reply = b"HTTP/1.1 %s\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
    return reply % (status, coding, len(body)) + body


def raw_deflate(text):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text) + packer.flush()


TEXT = b'{"schemaVersion":2}' * 50


@pytest.fixture
def told(run, peer, answering, authority, http):
    """What becomes of a reply on the wire, and how it is recorded."""

    def ask(reply, **how):
        heard: list[bytes] = []

        async def main():
            async with (
                peer(answering(reply, heard), authority.context(HOST)) as there,
                http(connect_to=(there.mapping(HOST),)) as client,
            ):
                return await client.get(URL, **how), only(client)

        answer, exchange = run(main)
        assert b"accept-encoding: identity" in heard[0].lower()
        return answer, exchange

    return ask


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", gzip.compress(TEXT)),
        (b"X-GZip", gzip.compress(TEXT)),
        (b"identity, gzip", gzip.compress(TEXT)),
        (b"gzip", gzip.compress(TEXT[:30]) + gzip.compress(TEXT[30:])),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", raw_deflate(TEXT)),
    ],
    ids=["gzip", "another name", "beside identity", "in two members", "deflate", "deflate without its frame"],
)
def test_what_is_compressed_unasked_is_undone(told, coding, body):
    answer, exchange = told(encoded(body, coding))

    assert (answer.body, answer.size, answer.failure) == (TEXT, len(TEXT), None)
    assert answer.digest == "sha256:" + hashlib.sha256(TEXT).hexdigest()
    assert answer.encoded == (len(body), "sha256:" + hashlib.sha256(body).hexdigest())
    assert "compressed unasked" in exchange.error


def test_a_bomb_is_not_unpacked(told):
    bomb = encoded(gzip.compress(b"\0" * 10_000_000), b"gzip")
    wanted, _ = told(bomb)
    error, _ = told(encoded(gzip.compress(b"\0" * 10_000_000), b"gzip", status=b"404 Not Found"))

    assert (wanted.failure.kind, wanted.size) == ("too-large", 1024 * 1024)
    assert (error.failure, len(error.body)) == (None, 64 * 1024)


@pytest.mark.parametrize(
    ("coding", "body", "kind"),
    [
        (b"gzip", gzip.compress(TEXT)[:-9], "truncated"),
        (b"gzip", TEXT, "protocol"),
        (b"br", TEXT, None),
        (b"gzip, br", TEXT, None),
        (b"gzip", b"", None),
    ],
    ids=["cut off", "not coded", "unknown", "coded twice", "empty"],
)
def test_what_cannot_be_undone_is_told_or_left(told, coding, body, kind):
    answer, exchange = told(encoded(body, coding))

    assert (answer.failure and answer.failure.kind) == kind
    assert "compressed unasked" in exchange.error
    if kind is None:
        assert answer.body == body


def test_a_layer_that_is_only_called_compressed_is_known_by_what_came(told):
    layer = gzip.compress(b"a tar archive" * 1000)
    answer, _ = told(encoded(layer, b"gzip"), limit=len(layer) + 1, keep=False)

    assert answer.encoded == (len(layer), "sha256:" + hashlib.sha256(layer).hexdigest())
    assert (answer.digest, answer.failure) == (None, None)


@pytest.mark.parametrize(
    ("names", "validity", "kind"),
    [
        (("other.test",), {}, "name-mismatch"),
        ((HOST,), {"not_after": dt.datetime(2021, 1, 1, tzinfo=dt.UTC)}, "expired"),
        ((HOST,), {"not_before": dt.datetime(2090, 1, 1, tzinfo=dt.UTC)}, "not-yet-valid"),
    ],
)
def test_a_certificate_that_does_not_verify_ends_the_request(
    run, peer, answering, authority, http, names, validity, kind
):
    heard: list[bytes] = []
    if "not_before" in validity:
        validity = {**validity, "not_after": dt.datetime(2091, 1, 1, tzinfo=dt.UTC)}
    elif "not_after" in validity:
        validity = {**validity, "not_before": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}

    async def main():
        async with (
            peer(answering(OK, heard), authority.context(*names, **validity)) as there,
            http(connect_to=(there.mapping(HOST),)) as client,
        ):
            return await client.get(URL)

    answer = run(main)
    assert (answer.failure.stage, answer.failure.kind) == ("tls", kind)
    assert heard == []


def test_an_unknown_authority_is_untrusted_and_nothing_is_sent(run, peer, answering, authority, http):
    heard: list[bytes] = []

    async def main():
        async with (
            peer(answering(OK, heard), authority.context(HOST)) as there,
            http(connect_to=(there.mapping(HOST),), cacert=None) as client,
        ):
            return await client.get(URL, bearer=Secret("bearer-secret", host=HOST))

    answer = run(main)
    assert (answer.failure.stage, answer.failure.kind) == ("tls", "untrusted")
    assert heard == []


def test_peers_that_do_not_speak_tls(run, peer, authority, http):
    def saying(words: bytes):
        async def talk(reader, writer):
            await reader.read(65536)
            writer.write(words)

        return talk

    async def reset(reader, writer):
        await reader.read(1)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        writer.transport.abort()

    async def main():
        kinds = []
        for talk in (saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), saying(b"SSH-2.0-x\r\n"), saying(b""), reset):
            async with peer(talk) as there, http(connect_to=(there.mapping(HOST),)) as client:
                answer = await client.get(URL)
                kinds.append((answer.failure.stage, answer.failure.kind))
        return kinds

    assert run(main) == [("tls", "plain-http"), ("tls", "handshake"), ("tls", "closed"), ("tls", "reset")]


def test_a_refused_connection(run, http, peer, silent):
    async def main():
        async with peer(silent) as there:
            mapping = there.mapping(HOST)
        async with http(connect_to=(mapping,)) as client:
            return await client.get(URL), await client.get("https://unmapped.invalid/")

    refused, nowhere = run(main)
    assert (refused.failure.stage, refused.failure.kind) == ("connect", "refused")
    assert nowhere.failure.stage == "dns"


def test_silence_is_waited_for_once(run, peer, silent, http):
    async def main():
        async with peer(silent) as there, http(connect_to=(there.mapping(HOST),), timeout=0.2) as client:
            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(client.get, URL)
            await client.get(URL)
            return [exchange.error for exchange in client.recorder.exchanges()], there.connections

    errors, connections = run(main)
    assert len(errors) == 6
    assert all(error.startswith("tls timeout") for error in errors)
    assert connections == 1


def test_credentials_go_only_where_they_belong(run, peer, answering, authority, http):
    heard: list[bytes] = []
    basic = Credential("basic", Secret("pa:ss wörd", host=HOST), "a test", "alice")
    token = Credential("bearer", Secret("access-token", host=HOST), "a test")
    refresh = Credential("identity-token", Secret("refresh", host=HOST), "a test")
    foreign = Credential("basic", Secret("foreign", host="cgr.dev"), "a test", "bob")
    broken = Credential("bearer", Secret("line\r\nX-Evil: 1", host=HOST), "a test")

    async def main():
        async with (
            peer(answering(OK, heard), authority.context(HOST)) as there,
            http(connect_to=(there.mapping(HOST), there.mapping(HOST, 8443))) as client,
        ):
            for credential in (basic, token, refresh, foreign, broken):
                await client.get(URL, credential=credential)
            await client.get(f"https://{HOST}:8443/", credential=basic)
            await client.get(URL, headers=(("Authorization", "Basic smuggled"),))
            return [exchange.error for exchange in client.recorder.exchanges()]

    notes = run(main)
    sent = [[line for line in head.split(b"\r\n") if line.lower().startswith(b"authorization")] for head in heard]
    assert sent[0] == [b"Authorization: Basic YWxpY2U6cGE6c3Mgd8O2cmQ="]
    assert sent[1] == [b"Authorization: Bearer access-token"]
    assert sent[2:] == [[]] * 5
    assert not any(b"X-Evil" in head for head in heard)
    assert [bool(note) for note in notes] == [False, False, True, True, True, True, False]


def test_no_credential_over_plain_http(run, peer, answering, http):
    heard: list[bytes] = []
    credential = Credential("basic", Secret("password", host=f"{HOST}:80"), "a test", "alice")

    async def main():
        async with peer(answering(OK, heard)) as there, http(connect_to=(there.mapping(HOST, 80),)) as client:
            return await client.get(f"http://{HOST}/", credential=credential), only(client)

    answer, exchange = run(main)
    assert answer.status == 200
    assert b"authorization" not in heard[0].lower()
    assert (answer.authorized, answer.withheld.reason) == (False, "plain-http")
    assert "plain HTTP" in exchange.error


def test_no_direct_sends_nothing_to_chainguard(run, http):
    hosts = (
        "cgr.dev",
        "CGR.dev:8443",
        "apk.cgr.dev",
        "issuer.enforce.dev",
        "www.chainguard.dev",
        "x.r2.cloudflarestorage.com",
    )

    async def main():
        async with http(no_direct=True) as client:
            return [await client.get(f"https://{host}/v2/") for host in hosts], client.recorder.requests

    answers, requests = run(main)
    assert {(a.failure.stage, a.failure.kind) for a in answers} == {("policy", "chainguard-host")}
    assert requests == {}


@pytest.mark.parametrize(
    "url", ["ftp://a.test/", "https://", "https://user:pw@a.test/", "nonsense", "https://[::1/", "https://a\x00b/"]
)
def test_a_url_that_cannot_be_asked_is_a_failure(run, http, url):
    async def main():
        async with http() as client:
            return await client.get(url)

    answer = run(main)
    assert (answer.failure.stage, answer.failure.kind) == ("policy", "bad-location")


def test_an_unusable_cacert_is_a_usage_problem(run, http, tmp_path):
    (tmp_path / "empty.pem").write_text("nothing here")

    async def main():
        for name in ("empty.pem", "missing.pem"):
            with pytest.raises(UsageProblem, match=name):
                async with http(cacert=tmp_path / name):
                    pass

    run(main)


def test_http2_is_spoken_where_the_peer_offers_it(run, peer, authority, http):
    import h2.config
    import h2.connection
    import h2.events

    async def talk(reader, writer):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    connection.send_headers(event.stream_id, [(":status", "200"), ("content-length", "2")])
                    connection.send_data(event.stream_id, b"h2", end_stream=True)
            writer.write(connection.data_to_send())

    context = authority.context(HOST)
    context.set_alpn_protocols(["h2"])

    async def main():
        async with peer(talk, context) as there, http(connect_to=(there.mapping(HOST),), timeout=2) as client:
            async with anyio.create_task_group() as group:
                for _ in range(4):
                    group.start_soon(client.get, URL)
            return await client.get(URL), there.connections

    answer, connections = run(main)
    assert (answer.status, answer.body, answer.http_version, answer.address) == (200, b"h2", "HTTP/2", "127.0.0.1")
    assert connections == 1


def test_cancellation_ends_a_request_at_once(run, peer, silent, authority, http):
    async def main():
        async with (
            peer(silent, authority.context(HOST)) as there,
            http(connect_to=(there.mapping(HOST),), timeout=60) as client,
        ):
            with anyio.move_on_after(0.2) as scope:
                await client.get(URL)
            return scope.cancelled_caught

    assert run(main) is True


def test_nothing_blocks_the_event_loop(run, peer, answering, authority, http):
    async def main():
        async with peer(answering(OK), authority.context(HOST)) as there:
            with blockbuster_ctx():
                async with http(connect_to=(there.mapping(HOST),)) as client:
                    answer = await client.get(URL)
                    nowhere = await client.get("https://unmapped.invalid/")
            return answer.status, nowhere.failure.stage

    assert run(main) == (200, "dns")


def test_a_request_that_is_taken_away_is_recorded_and_waited_for_until_then(run, peer, authority, http):
    async def main():
        heard = anyio.Event()

        async def says_nothing(reader, _writer):
            await reader.readuntil(b"\r\n\r\n")
            heard.set()
            await reader.read()

        async with (
            peer(says_nothing, authority.context(HOST)) as there,
            http(connect_to=(there.mapping(HOST),)) as client,
            anyio.create_task_group() as group,
        ):
            group.start_soon(client.get, URL)
            await heard.wait()
            waited = client.recorder.waited_for()
            group.cancel_scope.cancel()
        return waited, client.recorder.waited_for(), only(client)

    waited, after, exchange = run(main)
    assert waited[0] == HOST
    assert after is None
    assert (exchange.url, exchange.status) == (URL, None)
    assert exchange.error.startswith("cut short: no complete answer after ")

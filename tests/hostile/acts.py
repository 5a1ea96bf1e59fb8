"""What a hostile peer does with a request: one function each, by name. `PACE` seconds pass between single bytes."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import socket
import struct
from collections.abc import Callable

from front import Act, Talk

PACE = 1.0
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ACTS: dict[str, Act] = {}


def act(name: str) -> Callable[[Act], Act]:
    """Enters an act into the table."""

    def enter(function: Act) -> Act:
        ACTS[name] = function
        return function

    return enter


def says(name: str, data: bytes) -> None:
    """An act that sends these bytes and closes."""

    async def speak(talk: Talk) -> None:
        await talk.send(data)

    ACTS[name] = speak


def body(name: str, data: bytes, content_type: str = "application/json", status: str = "200 OK") -> None:
    """An act that answers with this body, whatever was asked."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n\r\n"
    says(name, head.encode() + data)


# Silence and slowness


@act("silent-header")
async def silent_header(talk: Talk) -> None:
    await talk.silence()


@act("silent-in-header")
async def silent_in_header(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    await talk.silence()


@act("silent-body")
async def silent_body(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(("Content-Length", "100000"), body=b""))
    await talk.silence()


@act("silent-in-body")
async def silent_in_body(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(("Content-Length", "100000"), body=reply.body[:10]))
    await talk.silence()


async def _drip(talk: Talk, data: bytes) -> None:
    for at in range(len(data)):
        await talk.send(data[at : at + 1])
        await asyncio.sleep(PACE)


@act("drip-header")
async def drip_header(talk: Talk) -> None:
    await _drip(talk, b"HTTP/1.1 200 OK\r\n" + b"X-Slow: y\r\n" * 1000)


@act("drip-body")
async def drip_body(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(("Content-Length", "100000"), body=b""))
    await _drip(talk, b" " * 1000)


# Endlessness


async def _forever(talk: Talk, piece: bytes) -> None:
    while talk.open:
        await talk.send(piece)


@act("endless-headers")
async def endless_headers(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\n")
    await _forever(talk, b"X-Header: value\r\n" * 1000)


@act("endless-header-line")
async def endless_header_line(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nX-Line: ")
    await _forever(talk, b"x" * 65536)


@act("endless-continue")
async def endless_continue(talk: Talk) -> None:
    await _forever(talk, b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


@act("endless-body")
async def endless_body(talk: Talk) -> None:
    await talk.send(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    await _forever(talk, b"10000\r\n" + b" " * 65536 + b"\r\n")


@act("endless-error-body")
async def endless_error_body(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\n\r\n")
    await _forever(talk, b"word " * 13000)


@act("endless-chunk-extension")
async def endless_chunk_extension(talk: Talk) -> None:
    await talk.send(OK + b"Transfer-Encoding: chunked\r\n\r\n5;x=")
    await _forever(talk, b"y" * 65536)


@act("endless-trailers")
async def endless_trailers(talk: Talk) -> None:
    await talk.send(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
    await _forever(talk, b"X-Trailer: value\r\n" * 1000)


@act("tiny-chunks")
async def tiny_chunks(talk: Talk) -> None:
    await talk.send(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    await _forever(talk, b"1\r\n \r\n" * 10000)


@act("huge-length")
async def huge_length(talk: Talk) -> None:
    await talk.send(OK + b"Content-Length: 1000000000000\r\n\r\n")
    await _forever(talk, b" " * 65536)


# Compression

BOMB = gzip.compress(b" " * 60_000_000, 9)


@act("gzip-bomb")
async def gzip_bomb(talk: Talk) -> None:
    await talk.send(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB)


@act("gzip-anyway")
async def gzip_anyway(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(("Content-Encoding", "gzip"), body=gzip.compress(reply.body)))


# Redirects


def redirect(name: str, location: str, status: int = 302) -> None:
    says(name, f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode("latin-1"))


@act("redirect-loop")
async def redirect_loop(talk: Talk) -> None:
    await talk.send(f"HTTP/1.1 307 T\r\nLocation: {talk.asked.target}\r\nContent-Length: 0\r\n\r\n".encode())


@act("redirect-chain")
async def redirect_chain(talk: Talk) -> None:
    await talk.send(
        f"HTTP/1.1 302 F\r\nLocation: {talk.asked.path}?n={talk.number}\r\nContent-Length: 0\r\n\r\n".encode()
    )


EVIL = "evil.test"
for status in (301, 302, 303, 307, 308):
    redirect(f"redirect-elsewhere-{status}", f"https://{EVIL}/x?y=z", status)
redirect("redirect-metadata-http", "http://169.254.169.254/latest/meta-data/")
redirect("redirect-metadata", "https://169.254.169.254/latest/meta-data/")
redirect("redirect-metadata-6", "https://[fd00:ec2::254]/")
redirect("redirect-metadata-mapped", "https://[::ffff:169.254.169.254]/")
redirect("redirect-loopback", "https://127.0.0.1:1/")
redirect("redirect-short-loopback", "https://127.1:1/")
redirect("redirect-decimal-loopback", "https://2130706433:1/")
redirect("redirect-http", f"http://{EVIL}/")
redirect("redirect-user-information", f"https://user:pass@{EVIL}/")
redirect("redirect-nowhere", "")
redirect("redirect-file", "file:///etc/passwd")
redirect("redirect-javascript", "javascript:alert(1)")
redirect("redirect-no-url", "https://[::1")
redirect("redirect-port-0", f"https://{EVIL}:0/")
redirect("redirect-many-ports", f"https://{EVIL}:99999/")

# Refusals


@act("401-loop")
async def unauthorized_loop(talk: Talk) -> None:
    challenge = f'Bearer realm="https://{talk.asked.host}/v2/token",service="{talk.asked.host}"'
    await talk.send(f"HTTP/1.1 401 U\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n".encode())


@act("401-loop-new-scope")
async def unauthorized_new_scope(talk: Talk) -> None:
    challenge = f'Bearer realm="https://{talk.asked.host}/v2/token",scope="repository:x{talk.number}:pull"'
    await talk.send(f"HTTP/1.1 401 U\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n".encode())


@act("401-basic-loop")
async def unauthorized_basic(talk: Talk) -> None:
    await talk.send(b'HTTP/1.1 401 U\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')


RETRY_AFTER = (
    "30", "0", "-1", "3.5", "1e9", "99999999999999999999", "", "soon", "\t30",
    "Wed, 21 Oct 2099 07:28:00 GMT", "Wed, 21 Oct 1999 07:28:00 GMT", "Wed, 99 Oct 9999 99:99:99 GMT",
)  # fmt: skip
for place, value in enumerate(RETRY_AFTER):
    data = b'{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}'
    head = f"HTTP/1.1 429 T\r\nRetry-After: {value}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    says(f"429-{place}", head.encode() + data)
body("429-html", b"<html><title>Slow down</title></html>", "text/html", "429 Too Many Requests")
says("503-years", b"HTTP/1.1 503 S\r\nRetry-After: 315360000\r\nContent-Length: 0\r\n\r\n")

# Documents

body("json-deep", b"[" * 500_000)
body("json-deep-objects", b'{"a":' * 100_000)
body("json-wide", b"[" + b",".join([b"{}"] * 1_300_000) + b"]")
body("json-wide-numbers", b"[" + b",".join([b"1.5"] * 1_000_000) + b"]")
body("json-big-number", b'{"token":"abcdefgh","size":' + b"9" * 100_000 + b"}")
body("json-nan", b'{"token": NaN, "schemaVersion": Infinity}')
body("json-duplicate-keys", b"{" + b",".join([b'"key":"a"'] * 1000) + b"}")
for name, data in (
    ("null", b"null"), ("true", b"true"), ("number", b"12"), ("text", b'"text"'), ("list", b"[]"), ("object", b"{}"),
    ("list-of-lists", b"[[]]"), ("list-of-null", b"[null]"), ("surrogate", b'"\\ud800"'),
):  # fmt: skip
    body(f"json-{name}", data)
body("invalid-utf8", b'{"errors":[{"message":"\xff\xfe\xc0\x80"}],"token":"\xff"}')
body("invalid-utf8-error", b'{"errors":[{"message":"\xff\xfe\xc0\x80"}]}', status="500 Oops")
body("nul", b"\0" * 4096)
body("nul-in-json", b'{"token":"a\\u0000b","tags":["\\u0000"],"errors":[{"message":"a\\u0000b"}]}')
body("nul-in-json-error", b'{"errors":[{"code":"\\u0000","message":"a\\u0000b"}]}', status="404 Not Found")
body("page", b"<html><head><title>Sign in</title></head></html>", "text/html")
body("page-as-json", b"<html><head><title>Sign in</title></head></html>")
body("page-403", b"<html><head><title>Blocked</title></head></html>", "text/html", "403 Forbidden")
body("empty", b"")
body(
    "huge-manifest", b'{"schemaVersion":2,"x":"' + b"y" * 50_000_000 + b'"}', "application/vnd.oci.image.index.v1+json"
)
body("many-tags", b'{"name":"x","tags":[' + b",".join(b'"tag-%d"' % n for n in range(100_000)) + b"]}")
body("huge-token", b'{"token":"' + b"t" * 100_000 + b'","expires_in":3600}')
body("token-with-newline", b'{"token":"abc\\r\\nX-Evil: 1"}')
for place, value in enumerate(("-1", "0", "1e308", '"1e9"', "null", "true", "[]", "99999999999999999999999")):
    body(f"expires-in-{place}", b'{"token":"abcdefgh","expires_in":%s}' % value.encode())


def _retyped(value: object, turn: int) -> object:
    """The same document with every leaf of another type."""
    other = (None, True, -1, "text", [], {}, 1e300, [[{}]])
    if isinstance(value, dict):
        return {name: _retyped(item, turn + place) for place, (name, item) in enumerate(value.items())}
    if isinstance(value, list):
        return [_retyped(item, turn + place) for place, item in enumerate(value)]
    return other[turn % len(other)]


for turn in range(4):

    @act(f"wrong-types-{turn}")
    async def wrong_types(talk: Talk, turn: int = turn) -> None:
        reply = await talk.honest()
        try:
            changed = json.dumps(_retyped(json.loads(reply.body), turn)).encode()
        except ValueError:
            changed = b"[1]"
        await talk.send(reply.bytes(body=changed))


# HTTP that is none


@act("length-too-long")
async def length_too_long(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(("Content-Length", str(len(reply.body) + 100))))


@act("length-too-short")
async def length_too_short(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(("Content-Length", str(max(0, len(reply.body) - 5)))))


says("length-negative", OK + b"Content-Length: -5\r\n\r\n{}")
says("length-words", OK + b"Content-Length: many\r\n\r\n{}")
says("length-twice", OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ")
says("length-and-chunks", OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
says("chunk-overflow", OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n{}")
says("chunk-no-number", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")
says("status-999", b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n")
says("status-000", b"HTTP/1.1 000 Odd\r\nContent-Length: 0\r\n\r\n")
says("status-204", b"HTTP/1.1 204 No Content\r\n\r\n")
says("status-206", b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-0/1\r\nContent-Length: 1\r\n\r\nx")
says("status-304", b"HTTP/1.1 304 Not Modified\r\n\r\n")
says("status-101", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
says("http-0.9", b"<html>hello</html>")
says("http-3", b"HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n")
says("header-nul", b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n")
says("header-fold", b"HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 0\r\n\r\n")
says("header-latin", b"HTTP/1.1 401 U\r\nWWW-Authenticate: \xe4\xff\x80\r\nContent-Length: 0\r\n\r\n")
says("garbage", bytes(range(256)) * 16)
says("early-close", b"")
says("early-close-in-status", b"HTTP/1.1 20")
says("early-close-in-header", b"HTTP/1.1 200 OK\r\nContent-Le")
says("early-close-in-body", OK + b"Content-Length: 100\r\n\r\n{")


@act("reset")
async def reset(talk: Talk) -> None:
    _abort(talk)


@act("reset-in-body")
async def reset_in_body(talk: Talk) -> None:
    await talk.send(OK + b"Content-Length: 100\r\n\r\n{")
    await asyncio.sleep(0.05)
    _abort(talk)


def _abort(talk: Talk) -> None:
    sock = talk.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.writer.transport.abort()


@act("tls-garbage")
async def tls_garbage(talk: Talk) -> None:
    """Bytes beneath the TLS layer that are no record."""
    os.write(talk.writer.get_extra_info("socket").fileno(), bytes(range(255, 0, -1)) * 20)
    await talk.silence()


# Content


@act("wrong-digest-header")
async def wrong_digest_header(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(("Docker-Content-Digest", "sha256:" + "0" * 64)))


@act("wrong-body-under-right-header")
async def wrong_body(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(body=reply.body.replace(b"e", b"f", 1) if reply.body else b"x"))


@act("odd-dates")
async def odd_dates(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(
        reply.bytes(("Date", "Fri, 31 Dec 9999 23:59:59 -0000"), ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 -0000"))
    )


@act("odd-types")
async def odd_types(talk: Talk) -> None:
    reply = await talk.honest()
    await talk.send(reply.bytes(("Content-Type", "text/plain; charset=\x80\xff")))

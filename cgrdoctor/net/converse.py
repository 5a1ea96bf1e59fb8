"""One question and its answer on the wire: headers within one limit, the body piece by piece within others."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import cast

import anyio
import anyio.lowlevel
import httpx
import msgspec

from cgrdoctor.model import Header
from cgrdoctor.net.backend import WireStream
from cgrdoctor.net.decoding import Encoded, cut_off, decoder
from cgrdoctor.net.failure import OWN, Failure, failure
from cgrdoctor.net.wire import Limits, Watch, Wire
from cgrdoctor.privacy.truncate import cut

ERROR_BODY_LIMIT = 64 * 1024
"""Bytes of an error's body that are kept even where the body of a success would only be hashed."""

ENVELOPE = 4096
"""Bytes that tell a registry's error envelope."""

HEADER_LINE = 16384
"""Bytes of a header's value; presigned URLs have one or two thousand."""

HEADER_LINES = 200

BREATH = 0.01
"""Seconds of pieces in a row after which others get a turn, and deadlines are looked at."""


class Question(msgspec.Struct, frozen=True):
    """What is sent. `limit` in bytes. `keep=False` only counts and hashes the body of a success that is no page, and
    keeps of one that announces JSON the beginning, which may be a refusal."""

    method: str
    url: str
    headers: tuple[Header, ...]
    content: bytes | None
    limits: Limits
    limit: int
    keep: bool


@dataclass(slots=True)
class Told:
    """What came back. `digest` covers the body if it was read to its end; `stale`: an idle connection had ended.

    Body, size and digest are of the content; `encoded` is the body as it came where it was compressed.
    """

    watch: Watch
    status: int | None = None
    headers: tuple[Header, ...] = ()
    http_version: str | None = None
    body: bytearray = field(default_factory=bytearray)
    size: int = 0
    digest: str | None = None
    failure: Failure | None = None
    stale: bool = False
    encoded: Encoded | None = None


async def converse(wire: Wire, question: Question) -> Told:
    """Asks once. Never raises for what the network or the peer does."""
    scope = anyio.CancelScope()
    watch = Watch(question.limits, scope)
    told = Told(watch)
    try:
        response = await _ask(wire, question, scope, watch)
        if response is None:
            told.failure = watch.silence()
        else:
            await _take(told, question, response)
    except Exception as error:  # noqa: BLE001 - a hostile peer can trip any library below; the Failure names it
        told.failure = watch.problem(error)
    told.stale = _stale(told, question)
    return told


async def _ask(wire: Wire, question: Question, scope: anyio.CancelScope, watch: Watch) -> httpx.Response | None:
    request = httpx.Request(
        question.method,
        question.url,
        headers=list(question.headers),
        content=question.content,
        extensions={"trace": watch},
    )
    with scope:
        return await wire.handle_async_request(request)
    return None


async def _take(told: Told, question: Question, response: httpx.Response) -> None:
    """Headers, then the body to its end or to a limit; then the connection is free, or closed."""
    told.status = response.status_code
    told.headers = _headers(response.headers.raw)
    told.http_version = response.extensions.get("http_version", b"").decode("latin-1") or None
    stream = response.extensions.get("network_stream")
    if told.watch.link is None and isinstance(stream, WireStream):
        told.watch.link = stream.link
    scope = anyio.CancelScope()
    told.watch.enter_body(scope)
    try:
        with scope:
            await _read(told, question, response)
    except Exception as error:  # noqa: BLE001 - as for the headers
        told.failure = told.watch.problem(error)
    finally:
        with anyio.CancelScope(shield=True):
            await response.aclose()
    if scope.cancelled_caught:
        told.failure = told.watch.silence()
    told.watch.timings["body"] = told.watch.seconds


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> tuple[Header, ...]:
    """What a peer may say in headers: so many lines of so many bytes each."""
    return tuple(
        (cut(key.decode("latin-1"), HEADER_LINE), cut(value.decode("latin-1"), HEADER_LINE))
        for key, value in raw[:HEADER_LINES]
    )


def _is_json(name: str, value: str) -> bool:
    return name.lower() == "content-type" and value.lower().startswith("application/json")


async def _read(told: Told, question: Question, response: httpx.Response) -> None:
    error = response.status_code >= 300
    keep, page = question.keep or error, _is_page(told.headers)
    limit = ERROR_BODY_LIMIT if error else question.limit
    beginning = ENVELOPE if any(_is_json(*header) for header in told.headers) else 0
    ends = question.limits.whole_body(0 if keep else limit)
    coded = decoder(told.headers)
    hasher, came, overfull, breathed = hashlib.sha256(), Encoded(), False, time.monotonic()
    async with contextlib.aclosing(cast("AsyncGenerator[bytes, None]", aiter(response.stream))) as pieces:  # type: ignore[arg-type]  # ours is asynchronous
        async for piece in pieces:
            told.watch.heard(told.size, ends)
            if time.monotonic() - breathed > BREATH:
                await anyio.lowlevel.checkpoint()
                breathed = time.monotonic()
            came.take(piece)
            if overfull and came.size <= limit:
                continue
            content = coded.decode(piece, limit - told.size)
            room = content[: limit - told.size]
            told.size += len(room)
            hasher.update(room)
            if keep or page or len(told.body) < beginning:
                told.body += room if keep or page else room[: beginning - len(told.body)]
            if len(room) < len(content):
                told.failure = _too_large(told, limit) if question.keep and not error else None
                if keep or overfull or not coded.undoes:
                    return
                overfull = True
    told.encoded = came if coded.undoes else None
    told.digest = None if overfull else "sha256:" + hasher.hexdigest()
    if not (coded.whole or overfull) and told.status == 200:
        told.failure = cut_off(told.watch.seconds, told.watch.address)


def _is_page(headers: Sequence[Header]) -> bool:
    """Whether a web page comes: what stands in the place of an answer is looked at, however little is kept."""
    return any(key.lower() == "content-type" and "html" in value.lower() for key, value in headers)


def _too_large(told: Told, limit: int) -> Failure:
    return failure(
        "body", "too-large", told.watch.seconds, detail=f"more than {limit} bytes", address=told.watch.address
    )


def _stale(told: Told, question: Question) -> bool:
    """Whether asking anew is safe and fair.

    It is where an idle connection ended while it was taken up again (RFC 9112, 9.3.1), and where this process was away
    itself while it waited.
    """
    if told.failure is None or question.method not in ("GET", "HEAD"):
        return False
    if told.failure.kind == "stopped":
        return True
    idle = told.status is None and not told.watch.fresh
    return idle and told.failure.stage in ("send", "headers") and told.failure.kind not in ("timeout", *OWN)

"""The memory of a run: every exchange with a peer, redacted the moment it is recorded, and every effect.

Thread-safe: the report may be written by a watchdog at any moment.
"""

from __future__ import annotations

import codecs
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

from cgrdoctor.model import Effect, Exchange, ExchangeKind, Header
from cgrdoctor.privacy.awaited import Awaited
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.privacy.truncate import ELLIPSIS, cut

EXCERPT_LIMIT = 2048
"""Bytes of a body's text that an exchange shows."""

WINDOW = 16384
"""Bytes of a body that are redacted to make its excerpt. What a cut at its end may bare never reaches it."""

BUDGET = 600 * 1024
"""Bytes of excerpts, headers and URLs of one run; later excerpts, then later headers are dropped."""

HEADER_LIMIT = 1024
HEADERS_LIMIT = 8192
URL_LIMIT = 2048
ERROR_LIMIT = 1024
NAME_LIMIT = 128
MOST_HEADERS = 100

SEEN = 4
"""Times its limit that is looked at of a text: what a cut at its end may bare never reaches the report."""


class Recorder:
    """Exchanges, effects and request counts of one run. Ids are `x1`, `x2`, ... in order of recording."""

    def __init__(self, redaction: Redaction) -> None:
        self.redaction = redaction
        self.awaited = Awaited()
        self._lock = threading.Lock()
        self._exchanges: list[tuple[Exchange, int]] = []
        self._effects: list[Effect] = []
        self._requests: dict[str, int] = {}
        self._lists: dict[tuple[str, tuple[Header, ...]], str] = {}
        self._left = BUDGET

    def add(
        self,
        kind: ExchangeKind,
        *,
        method: str = "",
        url: str = "",
        address: str | None = None,
        via: str | None = None,
        http_version: str | None = None,
        status: int | None = None,
        error: str | None = None,
        request_headers: Sequence[Header] = (),
        response_headers: Sequence[Header] = (),
        body: bytes | None = None,
        body_size: int | None = None,
        body_sha256: str | None = None,
        timings: Mapping[str, float] | None = None,
        at: datetime | None = None,
    ) -> str:
        """Records one exchange and gives its id. Everything is redacted here; `body` is its beginning at least.

        `body_sha256` is in hexadecimal, `timings` in seconds, `at` the moment it began (default: now).
        """
        moment = at or datetime.now(UTC)
        generation = self.redaction.generation
        clean_url = self._line(self.redaction.url(cut(url, SEEN * URL_LIMIT)), URL_LIMIT) if url else ""
        told = cut(error, SEEN * ERROR_LIMIT) if error else ""
        clean_error = self._line(self.redaction.foreign(told), ERROR_LIMIT) if told else None
        sent, received = self._headers(request_headers), self._headers(response_headers)
        text = self._excerpt(body) if body else None
        with self._lock:
            name = f"x{len(self._exchanges) + 1}"
            text = self._afford_text(text, clean_url, clean_error)
            kept_sent, sent_as = self._once("request", sent, name)
            kept_received, received_as = self._once("response", received, name)
            exchange = Exchange(
                id=name,
                kind=kind,
                at=moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                method=method,
                url=clean_url,
                address=self.redaction.text(cut(address, URL_LIMIT)) if address else address,
                via=self.redaction.text(cut(via, URL_LIMIT)) if via else via,
                http_version=http_version,
                status=status,
                error=clean_error,
                request_headers=kept_sent,
                response_headers=kept_received,
                request_headers_as=sent_as,
                response_headers_as=received_as,
                body_size=body_size,
                body_sha256=body_sha256,
                body_excerpt=text,
                timings={stage: round(seconds, 4) for stage, seconds in (timings or {}).items()},
            )
            self._exchanges.append((exchange, generation))
        return name

    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything recorded so far, without what was learnt to be secret since."""
        with self._lock:
            generation = self.redaction.generation
            self._exchanges = [
                (self.redaction.again(exchange, known), generation) for exchange, known in self._exchanges
            ]
            return tuple(exchange for exchange, _ in self._exchanges)

    def waited_for(self) -> tuple[str, float] | None:
        """The host that is waited for longest, and for how many seconds."""
        found = self.awaited.longest()
        return None if found is None else (self.redaction.text(cut(found[0], NAME_LIMIT)), found[1])

    def count_request(self, host: str) -> None:
        """Counts one HTTP request to `host`."""
        with self._lock:
            self._requests[host] = self._requests.get(host, 0) + 1

    @property
    def requests(self) -> dict[str, int]:
        """HTTP requests so far by host; a peer may have put a secret into the name it redirects to."""
        with self._lock:
            found: dict[str, int] = {}
            for host, times in self._requests.items():
                clean = self.redaction.text(host)
                found[clean] = found.get(clean, 0) + times
            return found

    def effect(self, kind: str, target: str, description: str) -> None:
        """Notes something the run may have changed elsewhere; the same effect once."""
        clean = Effect(
            kind=kind,
            target=self.redaction.text(target),
            description=self.redaction.text(description),
        )
        with self._lock:
            if clean not in self._effects:
                self._effects.append(clean)

    def effects(self) -> tuple[Effect, ...]:
        """Every effect noted so far."""
        with self._lock:
            return tuple(self._effects)

    def _headers(self, headers: Sequence[Header]) -> tuple[Header, ...]:
        kept: list[Header] = []
        left = HEADERS_LIMIT
        seen = islice(headers, MOST_HEADERS)
        bounded = tuple((cut(name, SEEN * NAME_LIMIT), cut(value, SEEN * HEADER_LIMIT)) for name, value in seen)
        for name, value in self.redaction.headers(bounded):
            pair = (self._line(name, NAME_LIMIT), self._line(value, HEADER_LIMIT))
            left -= len(pair[0]) + len(pair[1])
            if left < 0:
                break
            kept.append(pair)
        return tuple(kept)

    def _excerpt(self, body: bytes) -> str | None:
        window = body[:WINDOW]
        if b"\0" in window:
            return None
        try:
            text = codecs.getincrementaldecoder("utf-8")().decode(window, final=len(body) <= WINDOW)
        except UnicodeDecodeError:
            return None
        if _binary(text):
            return None
        clean = self.redaction.foreign(text)
        if len(body) > WINDOW:
            clean = clean[: max(0, len(clean) - WINDOW // 4)]
        return shortened(visible(clean), EXCERPT_LIMIT)

    def _afford_text(self, text: str | None, url: str, error: str | None) -> str | None:
        self._left -= len(url) + len(error or "")
        if text is None:
            return None
        size = len(text.encode())
        if size > self._left:
            return None
        self._left -= size
        return text

    def _once(self, side: str, headers: tuple[Header, ...], name: str) -> tuple[tuple[Header, ...], str | None]:
        if not headers:
            return (), None
        known = self._lists.get((side, headers))
        if known is not None:
            return (), known
        size = sum(len(key) + len(value) for key, value in headers)
        if size > self._left:
            return (), None
        self._left -= size
        self._lists[side, headers] = name
        return headers, None

    @staticmethod
    def _line(text: str, limit: int) -> str:
        return shortened(visible(text).replace("\n", "\\n").replace("\t", " "), limit)


def visible(text: str) -> str:
    """Control, format and bidi characters as escapes, so that no peer can steer a terminal or hide text."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _harmless(char) else _escaped(char) for char in text.replace("\r\n", "\n"))


def shortened(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, with an ellipsis where something was cut."""
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= limit:
        return data.decode()
    return data[: limit - 3].decode("utf-8", "ignore") + ELLIPSIS


def _harmless(char: str) -> bool:
    return char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def _binary(text: str) -> bool:
    strange = sum(1 for char in text[:2048] if ord(char) < 32 and char not in "\n\r\t\x1b")
    return strange > len(text[:2048]) // 10

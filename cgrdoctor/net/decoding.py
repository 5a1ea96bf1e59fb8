"""Bodies that were compressed although nobody asked for it: a gateway's doing, which every client undoes.

What the digest of a manifest is over is the content. Decoded piece by piece, never more than was room for.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from typing import Protocol

from cgrdoctor.model import Header
from cgrdoctor.net.failure import Failure, failure

GZIP = ("gzip", "x-gzip")


class Encoded:
    """A body as it came: its size in bytes, and its digest."""

    def __init__(self) -> None:
        self.size = 0
        self._hasher = hashlib.sha256()

    def take(self, piece: bytes) -> None:
        self.size += len(piece)
        self._hasher.update(piece)

    @property
    def digest(self) -> str:
        return "sha256:" + self._hasher.hexdigest()


class Decoder(Protocol):
    """Takes a body piece by piece."""

    def decode(self, piece: bytes, room: int) -> bytes:
        """At most `room` bytes of content, one more where there is more. Raises zlib.error for what is not so coded."""

    @property
    def undoes(self) -> bool:
        """Whether the content is another than what came."""

    @property
    def whole(self) -> bool:
        """Whether the content ended where the body did."""


class Plain:
    """A body as it came."""

    undoes = False
    whole = True

    def decode(self, piece: bytes, room: int) -> bytes:
        return piece[: room + 1]


class Inflated:
    """A body in gzip or deflate, which some send with zlib's frame and some without."""

    undoes = True

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._stream = zlib.decompressobj(wbits=31 if gzip else 15)
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._stream.eof or not self._begun

    def decode(self, piece: bytes, room: int) -> bytes:
        if not self._begun and piece and not self._gzip:
            self._stream = zlib.decompressobj(wbits=15 if _framed(piece) else -15)
        self._begun = self._begun or bool(piece)
        found = bytearray(self._stream.decompress(self._stream.unconsumed_tail + piece, room + 1))
        while self._stream.eof and self._stream.unused_data and self._gzip and len(found) <= room:
            rest = self._stream.unused_data
            self._stream = zlib.decompressobj(wbits=31)
            found += self._stream.decompress(rest, room + 1 - len(found))
        return bytes(found)


def _framed(piece: bytes) -> bool:
    """Whether deflate comes in zlib's frame, whose first two bytes are checked (RFC 1950)."""
    return piece[0] & 0x0F == 8 and (len(piece) < 2 or (piece[0] * 256 + piece[1]) % 31 == 0)


def decoder(headers: Iterable[Header]) -> Decoder:
    """The decoder for a body with these headers; what nothing here can undo stays as it came."""
    values = [value for name, value in headers if name.lower() == "content-encoding"]
    codings = [one for value in values for part in value.split(",") if (one := part.strip().lower()) != "identity"]
    codings = [one for one in codings if one]
    if len(codings) != 1 or codings[0] not in (*GZIP, "deflate"):
        return Plain()
    return Inflated(gzip=codings[0] in GZIP)


def cut_off(seconds: float, address: str | None) -> Failure:
    """The failure of a body whose coding does not end."""
    return failure("body", "truncated", seconds, detail="its Content-Encoding does not end", address=address)

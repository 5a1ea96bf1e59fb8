"""Archives as streams: one member after the other, bounded, nothing extracted, nothing followed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from cgrdoctor.fleet.entry import Entry

MEMBERS = 100_000
"""Members of an archive that are looked at."""

LARGEST = 32 * 1024 * 1024
"""Bytes of a member."""

HEADER = 1024 * 1024
"""Bytes of the header of one member: long names, attributes."""

DIRECTORY = 24 * 1024 * 1024
"""Bytes of the table of a zip, which is read whole: that of so many members is smaller."""

HELD = 8 * 1024 * 1024
SPOOLED = 4 * 1024 * 1024 * 1024
"""Bytes of a zip that comes through a pipe: held in memory, and kept in a file without a name."""

PIECE = 64 * 1024
BLOCK = 512
SUFFIXES = (".json", ".ndjson", ".jsonl", ".zip", "")
"""What the names of reports end with; a verdict's need not end with anything."""


PACKED: tuple[tuple[bytes, Callable[..., Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
)
"""How compressed files begin, and what unpacks them a piece at a time, however much comes out of a few bytes."""


def is_tar(head: bytes) -> bool:
    """Whether an archive of tar begins so, compressed or not."""
    return head[257:262] == b"ustar" or head.startswith(tuple(mark for mark, _ in PACKED))


def is_zip(head: bytes) -> bool:
    """Whether a zip begins so, an empty one too."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def may_hold(name: str) -> bool:
    """Whether a file of this name can be a report; hidden ones are none."""
    path = PurePosixPath(name)
    return path.suffix.lower() in SUFFIXES and not any(part.startswith(".") for part in path.parts)


def is_inside(name: str) -> bool:
    """Whether a member's name stays inside of what it is in."""
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in (path.parts or ("",))[0]


class _Info(tarfile.TarInfo):
    """A header that does not fill the memory."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        plain = (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE)
        if not self.isreg() and self.type not in plain and self.size > HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]  # the library's own hook


def tar(stream: IO[bytes], head: bytes) -> Iterator[Entry]:
    """The members of a tar that begins with `head`, as they come. What is damaged ends it and is told."""
    looked = 0
    try:
        unpack = next((one for mark, one in PACKED if head.startswith(mark)), None)
        plain = unpack(stream) if unpack else stream
        with tarfile.open(fileobj=plain, mode="r|", tarinfo=_Info, bufsize=PIECE) as archive:
            while (info := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # it would keep every header
                looked += 1
                if looked > MEMBERS:
                    yield Entry("", why=f"has more than {MEMBERS} members; the others were left out")
                    return
                name = info.name.removeprefix("./")
                if not info.isreg() or not is_inside(name) or not may_hold(name):
                    continue
                if info.size > LARGEST:
                    yield Entry(name, why=_too_large())
                    continue
                file = archive.extractfile(info)
                yield Entry(name, file.read(LARGEST) if file else b"")
            # Behind the last member stands a block of zeros, which has been read by now.
            if getattr(archive.fileobj, "pos", archive.offset + BLOCK) < archive.offset + BLOCK:
                yield Entry("", why=f"ends early, in member {looked}")
    except Exception as problem:  # noqa: BLE001 - damage trips the library anywhere: headers, deflate, bzip2, LZMA
        yield Entry("", why=f"is no whole tar archive ({type(problem).__name__} behind member {looked})")


def seekable(stream: IO[bytes]) -> IO[bytes] | None:
    """The same bytes in a file without a name; None if they are too many."""
    kept: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=HELD)  # noqa: SIM115 - whoever reads it closes it
    total = 0
    while piece := stream.read(PIECE):
        total += len(piece)
        if total > SPOOLED:
            kept.close()
            return None
        kept.write(piece)
    kept.seek(0)
    return kept


def zipped(stream: IO[bytes] | None, alone: str = "") -> Iterator[Entry]:
    """The members of a zip that can be sought in; a bundle, whose report.json is `alone` in it, has no name."""
    if stream is None:
        yield Entry("", why="is too large to be kept")
        return
    try:
        if _directory(stream) > DIRECTORY:
            yield Entry("", why=f"has a table of more than {DIRECTORY // 1024 // 1024} MiB: give it as a tar")
            return
        with stream, zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            bundle = bool(alone) and sum(info.filename.endswith(".json") for info in infos) == 1
            for info in infos[:MEMBERS]:
                name = "" if bundle and info.filename == alone else info.filename
                if _is_plain(info) and is_inside(info.filename) and may_hold(info.filename):
                    yield _unzipped(archive, info, name)
            if len(infos) > MEMBERS:
                yield Entry("", why=f"has more than {MEMBERS} members; the others were left out")
    except Exception as problem:  # noqa: BLE001 - as above
        yield Entry("", why=f"is no whole zip archive ({type(problem).__name__})")


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Entry:
    if info.flag_bits & 1:
        return Entry(name, why="is encrypted")
    if info.file_size > LARGEST:
        return Entry(name, why=_too_large())
    try:
        with archive.open(info) as member:
            data = member.read(LARGEST + 1)
    except Exception as problem:  # noqa: BLE001 - as above; the other members may be well
        return Entry(name, why=f"cannot be unpacked ({type(problem).__name__})")
    return Entry(name, why=_too_large()) if len(data) > LARGEST else Entry(name, data)


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """Neither a directory nor a link."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    return not info.is_dir() and kind in (0, stat.S_IFREG)


def _directory(stream: IO[bytes]) -> int:
    """Bytes of the table of a zip, as its end tells them."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 22 - 65536))
    tail = stream.read()
    stream.seek(0)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        return 0
    found: int = struct.unpack_from("<I", tail, place + 12)[0]
    return found


def _too_large() -> str:
    return f"is larger than {LARGEST // 1024 // 1024} MiB"

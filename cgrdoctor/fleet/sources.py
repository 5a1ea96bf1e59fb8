"""What was given on the command line, as entries: files, directories, patterns, archives, lists, standard input."""

from __future__ import annotations

import codecs
import glob
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from cgrdoctor.config.values import reason, shown_path
from cgrdoctor.errors import UsageProblem
from cgrdoctor.fleet import archive, pods
from cgrdoctor.fleet.entry import Entry
from cgrdoctor.report.bundle import MEMBER

STDIN = "-"
WHOLE = 256 * 1024 * 1024
"""Bytes of a document that is read whole; kubectl's list of thousands of Pods is the largest."""

LISTS = (".ndjson", ".jsonl")
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz")
HEAD = 64 * 1024
"""Bytes by which it is known what a stream is: more than a line has."""

BETWEEN = b"\n}\n{"
"""What stands between two documents of many lines."""

KIND = 100
"""Bytes of an object of Kubernetes on one line in which its kind stands."""

BRACES = 16
"""Beginnings of lines that are looked at to know a list: of these one at most is torn."""

LONGEST = archive.LARGEST
"""Bytes of a line."""


def entries(given: Sequence[str], stdin: IO[bytes]) -> Iterator[Entry]:
    """Everything that may be a report, in the order of the words given, each file once.

    Raises UsageProblem for a word that leads nowhere.
    """
    files = list(_files(given))
    base = _base([file for file, _ in files if file != STDIN], given)
    for file, found in files:
        if file == STDIN:
            yield from _named("" if len(files) == 1 else "standard input", _of_stream(Ahead(stdin)))
        else:
            name = os.path.relpath(file, base) if base else file
            yield from _of_file(Path(file), name, alone=len(given) == 1 and not found)


def _files(given: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Paths, and whether they were found in a directory or by a pattern."""
    if given.count(STDIN) > 1:
        raise UsageProblem("standard input can be read once; give - once")
    met: set[str] = set()
    for word in given:
        for path, found in _of_word(word):
            real = path if path == STDIN else os.path.realpath(path)
            if real not in met:
                met.add(real)
                yield path, found


def _of_word(word: str) -> Iterator[tuple[str, bool]]:
    if word == STDIN or os.path.isfile(word):
        yield word, False
    elif os.path.isdir(word):
        yield from ((path, True) for path in _below(word))
    elif os.path.exists(word):
        yield word, False
    else:
        matching = sorted(glob.glob(word, recursive=True)) if glob.has_magic(word) else []
        if not matching:
            kind = "nothing matches" if glob.has_magic(word) else "there is no file"
            raise UsageProblem(f"{kind} {shown_path(word)}")
        for path in matching:
            yield from ((one, True) for one in ([path] if os.path.isfile(path) else _below(path)))


def _below(folder: str) -> Iterator[str]:
    """Files that may be reports, links to directories not followed."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(place, name)
            if (name.lower().endswith(TARS) or archive.may_hold(name)) and os.path.isfile(path):
                yield path


def _base(files: Sequence[str], given: Sequence[str]) -> str:
    """The directory that all names start from: the nearest that holds everything."""
    places = [os.path.abspath(os.path.dirname(file) or ".") for file in files]
    places += [os.path.abspath(word) for word in given if os.path.isdir(word)]
    try:
        return os.path.commonpath(places) if places else ""
    except ValueError:
        return ""


def _of_file(path: Path, name: str, *, alone: bool) -> Iterator[Entry]:
    try:
        if not path.is_file() and not path.is_fifo():
            yield Entry(name, why="is no file")
            return
        with path.open("rb") as raw:
            inner = _of_stream(Ahead(raw), raw if raw.seekable() else None, list_=path.suffix.lower() in LISTS)
            yield from _named(name, inner, alone=alone)
    except OSError as problem:
        yield Entry(name, why=f"cannot be read ({reason(problem)})")


def _named(name: str, found: Iterator[Entry], *, alone: bool = False) -> Iterator[Entry]:
    """Entries of one thing with its name before theirs; an archive that is all there is needs none."""
    for one in found:
        numbered = one.line and one.name.isdigit()
        bare = (alone or not name) and one.name and not numbered
        place = (
            f"line {one.name}"
            if numbered and not name
            else one.name
            if bare
            else ":".join(part for part in (name, one.name) if part)
        )
        yield Entry(place or "standard input", one.data, one.why, one.line, one.node)


class Ahead(io.RawIOBase):
    """A stream whose beginning is known before it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.head = b""
        while len(self.head) < HEAD and (piece := stream.read(HEAD - len(self.head))):
            self.head += piece
        self._left = self.head

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """As any raw stream."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # whatever may be written to
        piece = self._left[: len(view)] if self._left else self._stream.read(len(view))
        self._left = self._left[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def _of_stream(ahead: Ahead, seek: IO[bytes] | None = None, *, list_: bool = False) -> Iterator[Entry]:
    """What a stream holds, by how it begins; `seek` is the stream itself, where it can be sought in."""
    stream = io.BufferedReader(ahead, archive.PIECE)
    if archive.is_zip(ahead.head):
        if seek is not None:
            seek.seek(0)
        yield from _packed(archive.zipped(seek or archive.seekable(stream), MEMBER))
    elif archive.is_tar(ahead.head):
        yield from _packed(archive.tar(stream, ahead.head))
    elif ahead.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = stream.read(WHOLE).decode("utf-16", "replace").encode("utf-8", "replace")
        yield from _document(Entry("", data))
    elif list_ or _is_list(ahead.head):
        yield from lines(stream)
    else:
        data = stream.read(WHOLE + 1)
        large = f"is larger than {WHOLE // 1024 // 1024} MiB"
        yield from _document(Entry("", why=large) if len(data) > WHOLE else Entry("", data))


def _is_list(head: bytes) -> bool:
    """Whether a line is a whole object: reports are written over many lines, and so is what kubectl prints.

    It need not be the first: that can be torn, or what a shell wrote there. One alone is a document.
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for begin in _braces(text):
        line, end, more = text[begin:].partition(b"\n")
        if len(line) > 1 and line.rstrip().endswith(b"}"):
            return begin > 0 or (bool(end) and bool(more.strip()))
    return False


def _braces(text: bytes) -> Iterator[int]:
    """Where lines begin with a brace; a document of many lines has one such at most. The first few tell."""
    begin = 0 if text.startswith(b"{") else text.find(b"\n{") + 1
    for number in range(BRACES):
        if begin or (number == 0 and text.startswith(b"{")):
            yield begin
        begin = text.find(b"\n{", begin) + 1
        if not begin:
            return


def lines(stream: IO[bytes]) -> Iterator[Entry]:
    """The lines of a list by their numbers; a last one that is half written is unreadable like any other."""
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > LONGEST:
            yield Entry(str(number), why="is longer than 32 MiB", line=True)
            while line and not line.endswith(b"\n"):
                line = stream.readline(archive.PIECE)
        elif line.find(b'"kind"', 0, KIND) > 0:
            yield from _of_kubectl(str(number), line)
        elif not line.isspace():
            yield Entry(str(number), line, line=True)


def _packed(members: Iterator[Entry]) -> Iterator[Entry]:
    """Members of an archive; bundles and lists among them are opened too."""
    for member in members:
        if member.data is None:
            yield member
        elif archive.is_zip(member.data):
            yield from _named(member.name, archive.zipped(io.BytesIO(member.data), MEMBER))
        else:
            yield from _document(member)


class _Kind(msgspec.Struct):
    kind: str = ""
    items: msgspec.Raw = msgspec.Raw()


def _document(entry: Entry) -> Iterator[Entry]:
    """A document whole: a report, a line, several of them, or what kubectl printed."""
    data = (entry.data or b"").removeprefix(codecs.BOM_UTF8).strip()
    if entry.data is None:
        yield entry
    elif not data:
        yield Entry(entry.name, why="is empty")
    elif BETWEEN in data or data.startswith(b"["):
        for number, one in enumerate(_several(data), 1):
            yield from _named(entry.name, _single(str(number), one))
    elif _is_list(data[:HEAD]):
        yield from _named(entry.name, lines(io.BytesIO(data)))
    else:
        yield from _single(entry.name, data)


def _single(name: str, data: bytes) -> Iterator[Entry]:
    if b'"kind"' in data[:2000] or b'"items"' in data[:2000]:
        yield from _of_kubectl(name, data)
    else:
        yield Entry(name, data)


def _several(data: bytes) -> Iterator[bytes]:
    """Documents of many lines one behind the other, or the members of an array; what is none of it as it is."""
    if not data.startswith(b"["):
        first, *others = data.split(BETWEEN)
        last = len(others)
        yield from (
            one + b"\n}" if place < last else one for place, one in enumerate((first, *(b"{" + o for o in others)))
        )
        return
    try:
        found = msgspec.json.decode(data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, ValueError):
        found = []
    yield from map(bytes, found)
    if not found:
        yield data


def _of_kubectl(name: str, data: bytes) -> Iterator[Entry]:
    try:
        found = msgspec.json.decode(data, type=_Kind)
        told = list(pods.told(data)) if bytes(found.items) or found.kind == "Pod" else None
    except (msgspec.DecodeError, RecursionError, ValueError):
        told = None
    if told is None:
        yield Entry(name, data)
        return
    if not told:
        yield Entry(name, why="holds no Pod of the doctor: no termination message is a line of it")
    for one in told:
        place = f"{name}:{one.name}" if name else one.name
        yield Entry(place, one.line, one.why, node=one.node)

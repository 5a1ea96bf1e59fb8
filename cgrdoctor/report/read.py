"""Reads a report from a file, of a bundle the one in it."""

from __future__ import annotations

from pathlib import Path

from cgrdoctor.config.values import reason, shown_path
from cgrdoctor.errors import UsageProblem
from cgrdoctor.model import Report
from cgrdoctor.report.bundle import report_in
from cgrdoctor.report.json import decode

READ_LIMIT = 16 * 1024 * 1024
"""Bytes of a report that are read; other tools may have indented or extended it."""


def read(path: Path) -> Report:
    """The report in a file, of a bundle the one in it. Raises UsageProblem if there is none."""
    return decode(content_of(path), shown_path(path))


def content_of(path: Path) -> bytes:
    """The JSON in a report file or bundle, at most 16 MiB. Raises UsageProblem."""
    name = shown_path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(READ_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{name} cannot be read ({reason(error)})") from None
    if data.startswith(b"PK\x03\x04"):
        data = report_in(data, name, READ_LIMIT + 1)
    if len(data) > READ_LIMIT:
        raise UsageProblem(f"{name} is larger than {READ_LIMIT // 1024 // 1024} MiB")
    return data.removeprefix(b"\xef\xbb\xbf")

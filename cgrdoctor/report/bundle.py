"""The bundle: one .zip with the report in three forms, byte for byte the same for the same report."""

from __future__ import annotations

import io
import zipfile

from cgrdoctor.errors import UsageProblem
from cgrdoctor.model import Report

MEMBER = "report.json"
FORMS = ("json", "markdown", "html")
MEMBERS = (MEMBER, "report.md", "report.html")
"""What a bundle holds, and under which names."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a .zip can say; it says nothing, so that equal reports make equal bundles."""


def encode(report: Report) -> bytes:
    """report.json, report.md and report.html, in this order."""
    from cgrdoctor.report import html, json, markdown

    pages = (module.render(report).encode("utf-8", "backslashreplace") for module in (markdown, html))
    return pack(json.encode(report), *pages)


def pack(*documents: bytes) -> bytes:
    """The bundle of a report's documents, given in the order of `FORMS`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in zip(MEMBERS, documents, strict=True):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    return stream.getvalue()


def report_in(data: bytes, name: str, limit: int) -> bytes:
    """report.json of a bundle, read up to `limit` bytes. Raises UsageProblem if there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(MEMBER) as stream:
            return stream.read(limit)
    except Exception:  # noqa: BLE001 - damage trips the library anywhere: structures, deflate, bzip2, LZMA
        raise UsageProblem(f"{name} is no bundle of cgrdoctor: it holds no readable {MEMBER}") from None

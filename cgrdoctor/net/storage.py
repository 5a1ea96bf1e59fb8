"""Files of a repository as Artifactory's storage API describes them, and where a manifest lies among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cgrdoctor.model import Struct
from cgrdoctor.net.artifactory import Reply
from cgrdoctor.privacy.truncate import cut

MANIFESTS = ("list.manifest.json", "manifest.json")
"""The index before the single manifest, as Artifactory serves them."""


class CacheEntry(Struct, frozen=True, kw_only=True):
    """A manifest in a cache. `age` is seconds since it was fetched or last found unchanged, by Artifactory's clock.

    `sha256` is that of the stored bytes, which is a manifest's digest; `original_sha256` the one it came with.
    """

    key: str
    path: str
    size: int | None = None
    sha256: str | None = None
    original_sha256: str | None = None
    mime_type: str = ""
    age: float | None = None

    @property
    def folder(self) -> str:
        """The path without the file."""
        return self.path.rpartition("/")[0]

    @property
    def is_page(self) -> bool:
        """Whether a web page was stored in place of the manifest."""
        return self.mime_type in ("text/html", "application/xhtml+xml")


def spellings(digest: str) -> tuple[str, str]:
    """The names a digest's folder or file can have."""
    return digest.replace(":", "__"), digest


def children_of(folder: Mapping[str, Any]) -> tuple[str, ...]:
    """The names in a folder."""
    listed = folder.get("children")
    if not isinstance(listed, list):
        return ()
    return tuple(str(child.get("uri", "")).strip("/") for child in listed[:500] if isinstance(child, dict))


def entry_of(key: str, path: str, reply: Reply) -> CacheEntry:
    """A file as the storage API describes it."""
    told = reply.object
    modified = _moment(told.get("lastUpdated")) or _moment(told.get("lastModified"))
    now = datetime.now(UTC) + timedelta(seconds=reply.step.skew or 0)
    return CacheEntry(
        key=key,
        path=path,
        size=_integer(told.get("size")),
        sha256=_checksum(told.get("checksums")),
        original_sha256=_checksum(told.get("originalChecksums")),
        mime_type=cut(str(told.get("mimeType", "")).partition(";")[0].strip().lower(), 100),
        age=round((now - modified).total_seconds(), 0) if modified else None,
    )


def _checksum(told: object) -> str | None:
    found = told.get("sha256") if isinstance(told, dict) else None
    return found[:64].lower() if isinstance(found, str) and found else None


def _integer(raw: object) -> int | None:
    text = str(raw)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _moment(raw: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(raw)) if isinstance(raw, str) else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None

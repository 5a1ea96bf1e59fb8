"""Error bodies of registries, Artifactory and whatever stands before them, in one shape.

Known shapes: OCI `{"errors":[{"code","message","detail"}]}`, Artifactory REST `{"errors":[{"status","message"}]}`,
Access `{"error","error_description"}`, 6.23 `{"statusCode","details"}`, plain text, HTML of proxies and Tomcat.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from cgrdoctor.net.bounded_json import json_or_none
from cgrdoctor.privacy.truncate import cut

Shape = Literal["oci", "artifactory", "access", "status-code", "text", "html", "empty", "json-other"]

LIMIT = 64 * 1024
"""Bytes of an error body that are read, as go-containerregistry does."""

TEXT_LIMIT = 2000
ENTRIES = 20
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,400}?)</title", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(r"\s*(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One error. `code` is the OCI code, or the status as text where there is no code."""

    code: str
    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """All that a body says. `text` joins the messages, at most 2000 characters, without control characters."""

    shape: Shape
    entries: tuple[ErrorEntry, ...] = ()
    title: str | None = None
    text: str = ""


def parse_errors(body: bytes, content_type: str | None) -> ErrorBody:
    """Reads any body. Never raises; what is not understood is `text` or `json-other`."""
    text = body[:LIMIT].decode("utf-8", "replace").lstrip("\ufeff")
    if not text.strip():
        return ErrorBody("empty")
    if _HTML.match(text) or content_type in ("text/html", "application/xhtml+xml"):
        title = _TITLE.search(text)
        return ErrorBody("html", title=clean(title[1]) if title else None, text=clean(title[1]) if title else "")
    value = json_or_none(text)
    if value is None:
        return ErrorBody("text", (ErrorEntry("", clean(text)),), text=clean(text))
    return _from_json(value, depth=0)


def clean(text: str) -> str:
    """One line of printable text: what does not print becomes a space, at most 2000 characters."""
    kept = (c if c.isprintable() else " " for c in text[: TEXT_LIMIT * 4])
    return cut(" ".join("".join(kept).split()), TEXT_LIMIT)


def _from_json(value: Any, depth: int) -> ErrorBody:
    if not isinstance(value, dict):
        return ErrorBody("json-other")
    listed = value.get("errors")
    if isinstance(listed, list) and listed:
        return _listed(listed[:ENTRIES], depth)
    if isinstance(listed, str) and listed:
        return _single("json-other", "", listed)
    if "error" in value:
        return _single("access", _text(value["error"]), _text(value.get("error_description")) or _text(value["error"]))
    if "statusCode" in value or "details" in value:
        return _single("status-code", _text(value.get("statusCode")), _text(value.get("details")))
    if isinstance(value.get("message"), str):
        return _single("json-other", _text(value.get("code") or value.get("status")), value["message"])
    return ErrorBody("json-other")


def _listed(listed: list[Any], depth: int) -> ErrorBody:
    entries: list[ErrorEntry] = []
    oci = False
    for item in listed:
        if isinstance(item, str):
            entries.append(ErrorEntry("", clean(item)))
        elif isinstance(item, dict):
            oci = oci or isinstance(item.get("code"), str)
            entries += _entries(item, depth)
    text = "; ".join(dict.fromkeys(entry.message for entry in entries if entry.message))
    return ErrorBody("oci" if oci else "artifactory", tuple(entries[:ENTRIES]), text=cut(text, TEXT_LIMIT))


def _entries(item: dict[str, Any], depth: int) -> list[ErrorEntry]:
    """The entry, or those of another error body that stands inside its message."""
    message = _text(item.get("message"))
    start = message.find('{"errors"')
    if start >= 0 and depth < 2:
        inner = json_or_none(message[start:])
        found = _from_json(inner, depth + 1) if inner is not None else None
        if found is not None and found.entries:
            return list(found.entries)
    code = _text(item.get("code")) or _text(item.get("status"))
    return [ErrorEntry(cut(code, 80), clean(message), clean(_detail(item.get("detail"))))]


def _single(shape: Shape, code: str, message: str) -> ErrorBody:
    return ErrorBody(shape, (ErrorEntry(cut(code, 80), clean(message)),), text=clean(message))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _detail(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return cut(msgspec.json.encode(value).decode(), 500)

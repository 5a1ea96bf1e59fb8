"""Error bodies of registries, Artifactory and whatever stands before them, in one shape.

Known shapes: OCI `{"errors":[{"code","message","detail"}]}`, Artifactory REST `{"errors":[{"status","message"}]}`,
Access `{"error","error_description"}`, 6.23 `{"statusCode","details"}`, problem documents `{"title","detail"}`, any of
them side by side with a `message`, plain text, HTML of proxies and Tomcat. A message that holds JSON again is read from
the outside in: what stands around the inner document, then what that says.
"""

from __future__ import annotations

import html
import re
from typing import Any, Literal

import msgspec

from cgrdoctor.net.bounded_json import json_or_none
from cgrdoctor.privacy.truncate import cut

Shape = Literal["oci", "artifactory", "access", "status-code", "text", "html", "empty", "json-other"]

LIMIT = 64 * 1024
"""Bytes of an error body that are read, as go-containerregistry does."""

TEXT_LIMIT = 2000
ENTRIES = 20
DEPTH = 3
"""Documents inside each other that are read."""

SPEAKING = (
    "error_description",
    "message",
    "errorMessage",
    "error_message",
    "msg",
    "faultstring",
    "detail",
    "details",
    "description",
    "reason",
    "error",
    "errors",
    "fault",
    "title",
)
"""Keys in which a message was seen, beside each other too; the most telling first."""

CODES = ("code", "statusCode", "status", "error")
"""Keys in which a code or a status was seen."""

_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,400}?)</title", re.IGNORECASE | re.DOTALL)
_LOGIN_FORM = re.compile(r"\b(?:type=[\"']?password|name=[\"']?(?:SAMLRequest|wresult))\b", re.IGNORECASE)
_REFRESH = re.compile(r"\bcontent=[\"']?[0-9]{1,4}\s{0,4};\s{0,4}url=[\"']?([^\"'>\s]{1,2000})", re.IGNORECASE)
"""A page that leads on by itself: `<meta http-equiv="refresh" content="0; url=https://...">`."""

_HTML = re.compile(
    r"\s{0,200}(?:<!--.{0,500}?-->\s{0,200}){0,8}<(?:!doctype\s{1,20}html|html|head|body|title)\b",
    re.IGNORECASE | re.DOTALL,
)


class ErrorEntry(msgspec.Struct, frozen=True):
    """One error. `code` is the OCI code, or the status as text where there is no code."""

    code: str
    message: str
    detail: str = ""


class ErrorBody(msgspec.Struct, frozen=True):
    """All that a body says. `text` joins the messages, at most 2000 characters, without control characters.

    Of a page, `login_form` tells whether it asks for a password or posts a sign-in on, `refresh` where it leads on.
    """

    shape: Shape
    entries: tuple[ErrorEntry, ...] = ()
    title: str | None = None
    text: str = ""
    login_form: bool = False
    refresh: str = ""


def parse_errors(body: bytes, content_type: str | None) -> ErrorBody:
    """Reads any body. Never raises; what is not understood is `text` or `json-other`."""
    text = body[:LIMIT].decode("utf-8", "replace").lstrip("\ufeff")
    if not text.strip():
        return ErrorBody("empty")
    if _HTML.match(text) or content_type in ("text/html", "application/xhtml+xml"):
        return _page(text)
    value = json_or_none(text)
    if value is None:
        return ErrorBody("text", (ErrorEntry("", clean(text)),), text=clean(text))
    return _from_json(value, depth=0)


def _page(text: str) -> ErrorBody:
    found, onward = _TITLE.search(text), _REFRESH.search(text)
    title = clean(found[1]) if found else None
    refresh = html.unescape(onward[1]) if onward else ""
    return ErrorBody(
        "html", title=title, text=title or "", login_form=_LOGIN_FORM.search(text) is not None, refresh=refresh
    )


def clean(text: str) -> str:
    """One line of printable text: what does not print becomes a space, at most 2000 characters."""
    kept = (c if c.isprintable() else " " for c in text[: TEXT_LIMIT * 4])
    return cut(" ".join("".join(kept).split()), TEXT_LIMIT)


def _from_json(value: Any, depth: int) -> ErrorBody:
    if isinstance(value, list):
        value = {"errors": value}
    if not isinstance(value, dict):
        return ErrorBody("json-other")
    listed = value.get("errors")
    if isinstance(listed, list) and listed:
        return _listed(listed[:ENTRIES], depth)
    said = _said(value, depth)
    code = next((text for name in CODES if (text := _text(value.get(name)))), "")
    said = [text for text in said if text != code] or said
    if not said:
        return ErrorBody("json-other") if not code else _single("json-other", code, "")
    shape: Shape = "json-other"
    if "error" in value:
        shape = "access"
    elif "statusCode" in value or "details" in value:
        shape = "status-code"
    return _single(shape, code, joined(*said))


def joined(*texts: str) -> str:
    """Texts one behind the other; one that ends in a colon is completed by the next."""
    whole = ""
    for text in filter(None, texts):
        whole += text if not whole else f" {text}" if whole.endswith(":") else f"; {text}"
    return whole


def _said(value: dict[str, Any], depth: int) -> list[str]:
    """Every text in which a document says something, the most telling first; an inner document's in its place."""
    found: list[str] = []
    for name in SPEAKING:
        part = value.get(name)
        texts = part if isinstance(part, list) else [part]
        for text in texts[:ENTRIES]:
            inner = _from_json(text, depth + 1).text if isinstance(text, dict) and depth < DEPTH else ""
            found += [inner] if inner else _unfolded(_text(text), depth)
    return list(dict.fromkeys(text for text in found if text))


def _unfolded(message: str, depth: int) -> list[str]:
    """A message, and what a JSON document inside it says; nothing is lost."""
    start = message.find("{")
    if start < 0 or depth >= DEPTH or len(message) > LIMIT:
        return [message] if message else []
    end = message.rfind("}")
    inner = json_or_none(message[start : end + 1]) if end > start else None
    told = _from_json(inner, depth + 1).text if isinstance(inner, dict) else ""
    if not told:
        return [message]
    around = " ".join(f"{message[:start]} {message[end + 1 :]}".split())
    return [text for text in (around, told) if text]


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
    """The entry, with those of another error body that stands inside its message in its place."""
    message = _text(item.get("message"))
    start, end = message.find("{"), message.rfind("}")
    inner = json_or_none(message[start : end + 1]) if 0 <= start < end and depth < DEPTH else None
    found = _from_json(inner, depth + 1) if isinstance(inner, dict) else None
    if found is not None and found.entries:
        around = clean(f"{message[:start]} {message[end + 1 :]}")
        first = found.entries[0]
        whole = joined(around, first.message)
        return [ErrorEntry(first.code, cut(whole, TEXT_LIMIT), first.detail), *found.entries[1:]]
    code = _text(item.get("code")) or _text(item.get("status"))
    said = message or "; ".join(_said({name: part for name, part in item.items() if name != "detail"}, depth))
    return [ErrorEntry(cut(code, 80), clean(said), clean(_detail(item.get("detail"))))]


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

"""One exchange in a few words: what was asked of whom, and what came back, in the peer's own words."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from cgrdoctor.model import Exchange, Report
from cgrdoctor.net.failure import CUT_SHORT, RUN_ENDED
from cgrdoctor.net.hosts import BLOB_HOST
from cgrdoctor.report.words import brief

WORDS = 90
"""Characters of a peer's own words."""

_TITLE = re.compile(r"<(?:title|h1)>([^<]{1,200})", re.IGNORECASE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def host_of(exchange: Exchange) -> str:
    """The host that was asked, as it stands in the address; empty where none was."""
    try:
        return urlsplit(exchange.url if "//" in exchange.url else f"//{exchange.url}").netloc.rpartition("@")[2]
    except ValueError:
        return ""


def path_of(exchange: Exchange) -> str:
    """The path that was asked for, unquoted, without the query."""
    try:
        return unquote(urlsplit(exchange.url).path) if "//" in exchange.url else ""
    except ValueError:
        return ""


def asked(exchange: Exchange, report: Report) -> str:
    """`manifest 3.12 through Artifactory`, `settings of cgr-private`, `DNS cgr.dev`."""
    if exchange.kind != "http":
        names = {"dns": "DNS", "tcp": "connect to", "tls": "TLS to", "docker": f"Docker engine, {exchange.method}"}
        return f"{names.get(exchange.kind, exchange.kind)} {exchange.url}".strip()
    path, host = path_of(exchange), host_of(exchange)
    own = bool(host) and host == report.target.artifactory_host
    where = "through Artifactory" if own else f"from {host}"
    wanted = report.target.upstream_image or ""
    if content := _content(path, wanted, report.target.repository or ""):
        return f"{content} {where}"
    key = path.partition("/api/repositories/")[2]
    if key and "/" not in key:
        return f"settings of {key}"
    if held := path.partition("/api/storage/")[2]:
        return f"cache entry {held.rpartition('/')[2] if len(held) > 48 else held}"
    if path.endswith("/token"):
        return f"token of {host}"
    if host == BLOB_HOST:
        return "blob from the blob host"
    method = "" if exchange.method in ("", "GET") else f"{exchange.method} "
    return f"{method}{host}{path if len(path) <= 60 else ''}"


def _content(path: str, wanted: str, key: str) -> str:
    """The manifest, blob or tag list of a registry that a path asks for; empty for any other."""
    name, _, kind = path.partition("/v2/")[2].rpartition("/")[0].rpartition("/")
    last = path.rpartition("/")[2]
    if not name or not last:
        return ""
    if kind == "blobs":
        return f"blob {last.removeprefix('sha256:')[:12]}"
    named = name.endswith(wanted.partition("@")[0].rpartition(":")[0] or wanted or "\0")
    of = "" if named else f" of {name.removeprefix(f'{key}/')}"
    if (kind, last) == ("tags", "list"):
        return f"tag list{of}"
    return f"manifest {_DIGEST.sub(lambda one: one[0][7:19], last)}{of}" if kind == "manifests" else ""


def answered(exchange: Exchange) -> str:
    """`404 MANIFEST_UNKNOWN: ...`, `200`, `connection refused`: status, then words or the error."""
    said = brief(_words(exchange), WORDS) if exchange.status is None or exchange.status >= 400 else ""
    status = str(exchange.status) if exchange.status is not None else ""
    if said.startswith(f"{status} "):
        status = ""
    parts = [part for part in (status, said, brief(exchange.error or "", WORDS)) if part]
    return " ".join(parts) or "answered"


def _words(exchange: Exchange) -> str:
    """What the body says: a registry's or Artifactory's error, or the title of a page."""
    body = (exchange.body_excerpt or "").strip()
    if title := _TITLE.search(body):
        return " ".join(html.unescape(title[1]).split())
    try:
        document = json.loads(body) if body[:1] == "{" else None
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return " ".join(body.split()) if body and "<" not in body and body.isprintable() else ""
    errors = document.get("errors")
    first: Any = errors[0] if isinstance(errors, list) and errors else document
    if not isinstance(first, dict):
        return ""
    code, message = first.get("code"), first.get("message")
    parts = [part for part in (code, message) if isinstance(part, str) and part]
    return ": ".join(" ".join(part.split()) for part in parts)


def failed(exchange: Exchange) -> bool:
    """Whether it came to nothing."""
    return exchange.error is not None or (exchange.status is not None and exchange.status >= 400)


def unfinished(exchange: Exchange) -> bool:
    """Whether its answer was still waited for when the run ended."""
    return exchange.error is not None and (RUN_ENDED in exchange.error or exchange.error.startswith(CUT_SHORT))


def routine(exchange: Exchange) -> bool:
    """A challenge, a token that was given, a ping: what every run has and what decides nothing."""
    if exchange.kind != "http":
        return not failed(exchange)
    path, status = path_of(exchange), exchange.status or 0
    if path.endswith("/v2/"):
        return status in (200, 401) and exchange.error is None
    plumbing = path.endswith(("/token", "/system/ping", "/system/version", "/system/health"))
    return plumbing and status == 200 and exchange.error is None


def clients_of(report: Report) -> tuple[str, ...]:
    """The clients of a run, the user's own first; none in a report of an earlier release."""
    record = report.facts.get("invocation")
    known = (record.value or {}).get("client") if record is not None else None
    found = known or report.run.options.get("client") or ()
    return tuple(one for one in ((found,) if isinstance(found, str) else found) if isinstance(one, str))

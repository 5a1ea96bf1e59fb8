"""Takes secrets out of everything that is recorded or written: those that are known, and those known by their form.

Known secrets are removed in every encoding in which they could travel. Forms are tokens (JWT), Authorization values,
cookies, presigned queries, user information in URLs and password fields. URLs and headers leave by allowlist.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

from cgrdoctor.model import Header

MARK = "[redacted]"
WITHHELD = "[withheld]"
SHORTEST = 4
"""Characters of the shortest text that is treated as a secret; shorter ones would mangle ordinary words."""

QUERY_KEYS = frozenset(
    "scope service mount from digest n last ns type packagetype repotype project list deep depth listfolders"
    " mdtimestamps properties trace stats lastmodified includerootpath fromimage tag platform".split()
)
HEADER_NAMES = frozenset(
    "accept accept-encoding accept-ranges age cache-control cf-cache-status cf-ray connection content-disposition"
    " content-encoding content-length content-range content-type date etag expires host last-modified link location"
    " pragma range retry-after server transfer-encoding user-agent vary via warning www-authenticate x-cache"
    " x-powered-by x-request-id if-none-match if-modified-since oci-namespace artifactory-manifest-handler-error".split()
)
HEADER_PREFIXES = ("docker-", "x-artifactory-", "x-jfrog-version", "x-checksum-", "x-cache", "ratelimit-", "oci-")
_SECRET_FIELD = (
    r"password|passwd|secret|token|access_token|refresh_token|identitytoken|registrytoken|apikey|api_key|api-key|auth"
    r"|signature|credential"
)
_PLACEHOLDER = r"(?:%s|\$\{?[A-Z][A-Z0-9_]*\}?)"
"""What stands for a secret in the commands of a remedy: printf's slot, a variable."""

_FORMS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("jwt", re.compile(r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?"), MARK),
    ("api-key", re.compile(r"\bAKCp8[A-Za-z0-9]{20,}"), MARK),
    (
        "authorization",
        re.compile(r"(?i)\b(Basic|Bearer)\s+(?!realm\b|error\b)(?=[A-Za-z0-9._~+/-]{8,})[A-Za-z0-9._~+/-]+=*"),
        rf"\1 {MARK}",
    ),
    (
        "presigned",
        re.compile(
            r"(?i)([?&;]|&amp;)((?:X-Amz-[A-Za-z-]+|Signature|sig|token|access_token|AWSAccessKeyId|Policy|Key-Pair-Id|Expires)=)(?!\[)[^&\s\"'<>\\]+"
        ),
        rf"\1\2{MARK}",
    ),
    ("user-information", re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)(?!\[redacted\]@)[^/\s@\"'<>?#]*@"), rf"\1{MARK}@"),
    (
        "field",
        re.compile(
            rf"(?i)(\\?[\"'](?:{_SECRET_FIELD})\\?[\"']\s*:\s*\\?[\"'])(?!\[redacted\]|{_PLACEHOLDER}\\?[\"'])"
            r"((?:[^\"'\\]|\\[^\"'])+)"
        ),
        rf"\1{MARK}",
    ),
    ("cookie", re.compile(r"(?i)\b((?:set-)?cookie:\s*)(?!\[)[^\r\n]+"), rf"\1{MARK}"),
)


class Redaction:
    """The secrets of one run, and how often something was withheld. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self.counts: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many texts were withheld so far."""
        return sum(self.counts.values())

    def learn(self, text: str, kind: str) -> None:
        """Remembers a secret in all its encodings; texts under four characters are left alone."""
        if len(text) < SHORTEST:
            return
        with self._lock:
            for spelling in encodings(text):
                if len(spelling) >= SHORTEST and MARK not in spelling and spelling not in MARK:
                    self._known.setdefault(spelling, kind)
            longest_first = sorted(self._known, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def text(self, value: str) -> str:
        """`value` without secrets; doing it twice changes nothing."""
        pattern = self._pattern
        if pattern is not None:
            value = pattern.sub(self._known_secret, value)
        for kind, form, replacement in _FORMS:
            value, times = form.subn(replacement, value)
            self._count(kind, times)
        return value

    def url(self, value: str) -> str:
        """Scheme, host and path; of the query only allowlisted keys keep their values."""
        try:
            parts = urlsplit(value)
            netloc = parts.netloc.rpartition("@")[2]
        except ValueError:
            return self.text(value)
        if netloc != parts.netloc:
            self._count("user-information", 1)
        query = "&".join(self._pair(key, text) for key, text in parse_qsl(parts.query, keep_blank_values=True))
        return self.text(urlunsplit((parts.scheme, netloc, parts.path, query, "")))

    def headers(self, headers: Sequence[Header]) -> tuple[Header, ...]:
        """Values of allowlisted names, the others withheld; names are kept."""
        return tuple((name, self._header(name.lower(), value)) for name, value in headers)

    def tree(self, value: Any) -> Any:
        """A structure of builtins with every text in it, keys too, redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.tree(key): self.tree(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(item) for item in value]
        return value

    def _header(self, name: str, value: str) -> str:
        if name == "location":
            return self.url(value)
        if name in HEADER_NAMES or name.startswith(HEADER_PREFIXES):
            return self.text(value)
        self._count("header", 1)
        return WITHHELD

    def _pair(self, key: str, text: str) -> str:
        if key.lower() in QUERY_KEYS:
            return f"{quote_plus(key)}={quote(text, safe=':/*,@')}"
        self._count("query", 1)
        return f"{quote_plus(key)}={MARK}"

    def _known_secret(self, found: re.Match[str]) -> str:
        self._count(self._known.get(found[0], "secret"), 1)
        return MARK

    def _count(self, kind: str, times: int) -> None:
        if times:
            with self._lock:
                self.counts[kind] = self.counts.get(kind, 0) + times


def encodings(text: str) -> set[str]:
    """The spellings in which a secret can appear: percent, base64, JSON, shell, HTML, Python."""
    raw = text.encode("utf-8", "surrogatepass")
    percent = quote(text, safe="", errors="replace")
    found = {text, percent, percent.lower(), quote_plus(text, errors="replace"), quote(text, errors="replace")}
    found |= _base64(raw)
    found |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], html.escape(text), repr(text)[1:-1]}
    found |= {shlex.quote(text), json.dumps(json.dumps(text)[1:-1])[1:-1]}
    return {spelling for spelling in found if spelling}


def _base64(raw: bytes) -> set[str]:
    """Base64 of the secret wherever it begins in a longer text (`user:secret`): the part that does not depend on it."""
    found = set()
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        begin, cut = (0, 2, 3)[shift], len(coded) - (0 if (len(raw) + shift) % 3 == 0 else 1)
        stable = coded[begin:cut]
        if len(stable) >= 6:
            found |= {stable, stable.replace("+", "-").replace("/", "_")}
    return found

"""Takes secrets out of everything that is recorded or written: those that are known, and those known by their form.

Known secrets are removed in every spelling (`cgrdoctor.privacy.encodings`), forms by `cgrdoctor.privacy.token_patterns`. URLs and headers
leave by allowlist.
"""

from __future__ import annotations

import re
import threading
import typing
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

import msgspec

from cgrdoctor.model import Header
from cgrdoctor.privacy.encodings import Spelling, spellings
from cgrdoctor.privacy.token_patterns import LOOSE, MARK, SECRET_FIELD, STRICT, STRICT_HINT, Form
from cgrdoctor.privacy.truncate import ELLIPSIS

WITHHELD = "[withheld]"
SHORTEST = 4
"""Characters of the shortest text that is treated as a secret; shorter ones would mangle ordinary words."""

CUT = 60
"""Characters from which on a text may have been cut off; a secret's beginning at its end is then taken out."""

SHORT = 400
"""Characters up to which one search for all beginnings at once is faster than one for each."""

REMEMBERED = 4096
"""Short texts without a secret that are remembered as such."""

NAMES = 40
"""Characters of the longest name of a field; longer keys of a mapping are data."""

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
_URL = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s\"'<>\\`?#]*[?#][^\s\"'<>\\`]*")
_CUT = re.compile(rf"{ELLIPSIS}|\.\.\.(?=\Z|\s)|\Z")
"""Where a text may have been cut off."""
T = TypeVar("T", bound=msgspec.Struct)


class Redaction:
    """The secrets of one run, and how often something was withheld. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[tuple[Spelling, str], ...] = ()
        self._heads: re.Pattern[str] | None = None
        self._clean: set[str] = set()
        self.counts: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many texts were withheld so far."""
        return sum(self.counts.values())

    def learn(self, text: str, kind: str) -> None:
        """Remembers a secret in all its spellings; texts under four characters are left alone."""
        if len(text) < SHORTEST or text.lower() in MARK:
            return
        with self._lock:
            more = ((spelling, kind) for spelling in spellings(text) if spelling.length >= SHORTEST)
            self._known = tuple(sorted((*self._known, *more), key=lambda pair: -pair[0].length))
            self._heads = re.compile("|".join(sorted({spelling.head for spelling, _ in self._known})))
            self._clean = set()

    def text(self, value: str) -> str:
        """`value` without secrets; doing it twice changes nothing.

        Four texts in five of a run came before and held none. What is learned meanwhile makes a new memory of those.
        """
        clean = self._clean
        if len(value) < SHORTEST or value in clean:
            return value
        found = self._known_away(value)
        found = self._forms_away(found, STRICT) if STRICT_HINT.search(found) else found
        found = _URL.sub(lambda url: self._query_away(url[0]), found)
        if found == value and len(value) < SHORT and len(clean) < REMEMBERED:
            clean.add(value)
        return found

    def foreign(self, value: str) -> str:
        """`text`, and what looks like a secret in a peer's words."""
        return self._forms_away(self.text(value), LOOSE)

    def url(self, value: str) -> str:
        """Scheme, host and path; of the query only allowlisted keys keep their values."""
        value = self._known_away(value)
        try:
            parts = urlsplit(value)
            netloc = parts.netloc.rpartition("@")[2]
        except ValueError:
            return self.foreign(value)
        if netloc != parts.netloc:
            self._count("user-information", 1)
        return self.foreign(self._query_away(urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))))

    def headers(self, headers: Sequence[Header]) -> tuple[Header, ...]:
        """Values of allowlisted names, the others withheld; names are kept."""
        return tuple((self.text(name), self._header(name.lower(), value)) for name, value in headers)

    def struct(self, value: T) -> T:
        """One of our structures with every text in it redacted, but for those of a closed set of words."""
        changes = {
            name: new
            for name in _open_fields(type(value))
            if (new := self.tree(old := getattr(value, name))) is not old and new != old
        }
        return msgspec.structs.replace(value, **changes) if changes else value

    def tree(self, value: Any) -> Any:
        """Any data with every text in it redacted; of mappings the keys too, where they are no names."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, msgspec.Struct):
            return self.struct(value)
        if isinstance(value, dict):
            return {self._key(key): self._value(key, item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.tree(item) for item in value)
        return value

    def _key(self, key: Any) -> Any:
        return self.text(key) if isinstance(key, str) and len(key) > NAMES else key

    def _value(self, key: Any, item: Any) -> Any:
        if isinstance(key, str) and isinstance(item, str) and len(item) >= SHORTEST and SECRET_FIELD.match(key):
            self._count("field", item != MARK)
            return MARK
        return self.tree(item)

    def _known_away(self, value: str) -> str:
        if len(value) < SHORT and (self._heads is None or self._heads.search(value) is None):
            return value
        for spelling, kind in self._known:
            found = spelling.find(value)
            while found is not None:
                value = value[: found[0]] + MARK + value[found[1] :]
                self._count(kind, 1)
                found = spelling.find(value, found[0] + len(MARK))
        for place in reversed([found.start() for found in _CUT.finditer(value)]):
            if place < len(value) or place >= CUT:
                value = self._cut_away(value[:place]) + value[place:]
        return value

    def _cut_away(self, value: str) -> str:
        """Takes out a secret's beginning that a cut left at the end."""
        for spelling, kind in self._known:
            at = spelling.cut_in(value)
            if at is not None:
                self._count(kind, 1)
                return value[:at] + MARK
        return value

    def _forms_away(self, value: str, forms: tuple[Form, ...]) -> str:
        for kind, form, replacement in forms:
            value, times = form.subn(replacement, value)
            self._count(kind, times)
        return value

    def _query_away(self, url: str) -> str:
        """The URL with only the allowlisted part of its query, and without its fragment."""
        base, mark, query = url.partition("#")[0].partition("?")
        if not mark:
            return base
        try:
            pairs = parse_qsl(query, keep_blank_values=True)
        except ValueError:
            return f"{base}?{MARK}"
        return f"{base}?" + "&".join(self._pair(key, text) for key, text in pairs)

    def _header(self, name: str, value: str) -> str:
        if name == "location":
            return self.url(value)
        if name in HEADER_NAMES or name.startswith(HEADER_PREFIXES):
            return self.foreign(value)
        self._count("header", 1)
        return WITHHELD

    def _pair(self, key: str, text: str) -> str:
        if key.lower() in QUERY_KEYS:
            text = self._forms_away(text, (*STRICT, *LOOSE))
            return f"{quote_plus(key)}={quote(text, safe=':/*,@')}"
        self._count("query", text != MARK)
        return f"{quote_plus(key)}={MARK}"

    def _count(self, kind: str, times: int) -> None:
        if times:
            with self._lock:
                self.counts[kind] = self.counts.get(kind, 0) + times


@lru_cache(maxsize=512)
def _open_fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields that can hold any text, not only one of a closed set of words."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if not _is_closed(field.type))


def _is_closed(kind: Any) -> bool:
    members = typing.get_args(kind) if typing.get_origin(kind) is not typing.Literal else (kind,)
    return bool(members) and all(
        typing.get_origin(member) is typing.Literal or member in (type(None), int, float, bool) for member in members
    )

"""Takes secrets out of everything that is recorded or written: those that are known, and those known by their form.

Known secrets are removed in every spelling (`cgrdoctor.privacy.known_secrets`), forms by
`cgrdoctor.privacy.token_patterns`. URLs and headers leave by allowlist. Whatever is asked of it takes time in proportion
to the length of the text.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

from cgrdoctor.model import Header, Redactions, Struct, TokenMark
from cgrdoctor.privacy.encodings import SHORTEST
from cgrdoctor.privacy.gaps import gaps
from cgrdoctor.privacy.known_secrets import KnownSecrets
from cgrdoctor.privacy.own_words import OwnWords, own_words
from cgrdoctor.privacy.token_patterns import LOOSE, MARK, SECRET_FIELD, STRICT, Form
from cgrdoctor.privacy.typed_walk import Walk

WITHHELD = "[withheld]"
SHORT = 400
"""Characters of the longest text that is remembered as one without a secret."""

REMEMBERED = 4096
"""Short texts without a secret that are remembered as such."""

SPARED = "a secret of this run is also a word of this report; it was looked for in texts, and not in ids, codes, names and keys"

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
_URL = re.compile(r"(?P<base>://[^\s\"'<>\\`?#]*+)(?P<query>[?#][^\s\"'<>\\`]*+)?+")
_MARKS = re.compile(re.escape(MARK) + "|" + re.escape(WITHHELD))
S = TypeVar("S", bound=Struct)
T = TypeVar("T")


class Redaction:
    """The secrets of one run, and how often something was withheld. Safe to use from several threads."""

    def __init__(self, words: OwnWords | None = None) -> None:
        self._lock = threading.Lock()
        self._known = KnownSecrets(words or own_words())
        self._learnt: dict[str, KnownSecrets] = {}
        self._clean: set[str] = set()
        self._later: dict[int, KnownSecrets] = {}
        self.counts: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many texts were withheld so far."""
        return sum(self.counts.values())

    @property
    def generation(self) -> int:
        """Rises with every secret: what was redacted before has to be redacted again."""
        return len(self._learnt)

    @property
    def note(self) -> str | None:
        """What must be said if a secret is one of our own words."""
        return SPARED if self._known.own else None

    def summary(self, tokens: tuple[TokenMark, ...] = ()) -> Redactions:
        """How often what was withheld, as a report says it."""
        return Redactions(count=self.count, kinds=dict(sorted(self.counts.items())), tokens=tokens, note=self.note)

    def use(self, words: OwnWords) -> None:
        """From now on these are our own words; only before anything is learnt."""
        with self._lock:
            self._known = KnownSecrets(words)

    def branch(self) -> Redaction:
        """Another one that knows the same secrets; what it learns it keeps to itself, and takes along when it goes."""
        with self._lock:
            other = Redaction(self._known.words)
            other._known = self._known.apart()
            other._learnt = dict(self._learnt)
            return other

    def learn(self, text: str, kind: str) -> None:
        """Remembers a secret in all its spellings; texts under four characters are left alone."""
        with self._lock:
            if len(text) < SHORTEST or text.lower() in MARK or text in self._learnt:
                return
            self._learnt[text] = KnownSecrets.of(self._known.words, text, kind)
            self._known = self._known.joined(self._learnt[text])
            self._clean = set()
            self._later = {}

    def text(self, value: str) -> str:
        """`value` without secrets; doing it twice changes nothing.

        Four texts in five of a run came before and held none. What is learned meanwhile makes a new memory of those.
        """
        clean = self._clean
        if len(value) < SHORTEST or value in clean:
            return value
        found = self._strict(self._known_away(value))
        if found == value and len(value) < SHORT and len(clean) < REMEMBERED:
            clean.add(value)
        return found

    def foreign(self, value: str) -> str:
        """`text`, and what looks like a secret in a peer's words."""
        return self._forms_away(self.text(value), LOOSE)

    def _strict(self, value: str) -> str:
        found = self._forms_away(value, STRICT)
        return _URL.sub(self._query_away, found) if "://" in found else found

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
        bare = urlunsplit((parts.scheme, netloc, parts.path, "", ""))
        query = self._query(f"?{parts.query}" if parts.query else "")
        return self._forms_away(self._strict(bare + query), LOOSE)

    def headers(self, headers: Sequence[Header]) -> tuple[Header, ...]:
        """Values of allowlisted names, the others withheld; names are kept."""
        return tuple((self._name(name), self._header(name.lower(), value)) for name, value in headers)

    def struct(self, value: S) -> S:
        """One of our structures with every text in it redacted, but for those of a closed set and words of our own."""
        clean: S = self.tree(value)
        return clean

    def tree(self, value: Any, kind: Any = Any) -> Any:
        """Any data with every text in it redacted, keys of mappings too; `kind` is its type where that is known."""
        return Walk(self._known.words, self.text, self._field).through(value, kind)

    def again(self, value: T, generation: int, kind: Any = Any) -> T:
        """What was redacted at that `generation`, without what was learnt to be secret since."""
        if generation == self.generation:
            return value
        away = partial(self._away, self._since(generation))
        walk = Walk(self._known.words, away, lambda _name, text: away(text))
        clean: T = walk.through(value, kind)
        return clean

    def _field(self, name: str, value: str) -> str:
        """A text by itself, or one whose field has a name that says that it is secret."""
        if len(value) < SHORTEST or not SECRET_FIELD.match(name):
            return self.text(value)
        self._count("field", value != MARK)
        return MARK

    def _since(self, generation: int) -> KnownSecrets:
        """The secrets that were learnt since; the others are gone from what is looked through again."""
        with self._lock:
            later, known = self._later, KnownSecrets(self._known.words)
            latest_first = zip(
                range(self.generation - 1, generation - 1, -1), reversed(self._learnt.values()), strict=False
            )
            for number, one in latest_first:
                known = later[number] = later.get(number) or known.joined(one)
            return known

    def _known_away(self, value: str) -> str:
        return self._away(self._known, value)

    def _away(self, known: KnownSecrets, value: str) -> str:
        spans = known.spans(value)
        if not spans:
            return value
        pieces, at = [], 0
        for span in gaps(value, spans, [found.span() for found in _MARKS.finditer(value)]):
            pieces += [value[at : span.begin], MARK]
            at = span.end
            self._count(span.kind, 1)
        return "".join([*pieces, value[at:]])

    def _forms_away(self, value: str, forms: Iterable[Form]) -> str:
        lowered = value.lower()
        for form in forms:
            for hint in form.hints:
                if hint in lowered:
                    value = form.pattern.sub(partial(self._become, form), value)
                    break
        return value

    def _become(self, form: Form, found: re.Match[str]) -> str:
        told = form.become(found)
        self._count(form.kind, told != found[0])
        return told

    def _query_away(self, found: re.Match[str]) -> str:
        """The URL with only the allowlisted part of its query, and without its fragment."""
        return found["base"] + self._query(found["query"] or "")

    def _query(self, text: str) -> str:
        """A query, or a fragment, which goes."""
        _, mark, query = text.partition("#")[0].partition("?")
        if not mark:
            return ""
        try:
            pairs = parse_qsl(query, keep_blank_values=True)
        except ValueError:
            return f"?{MARK}"
        return "?" + "&".join(self._pair(key, value) for key, value in pairs)

    def _name(self, name: str) -> str:
        return name if _allowed(name.lower()) else self.text(name)

    def _header(self, name: str, value: str) -> str:
        if name == "location":
            return self.url(value)
        if _allowed(name):
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


def _allowed(name: str) -> bool:
    return name in HEADER_NAMES or name.startswith(HEADER_PREFIXES)

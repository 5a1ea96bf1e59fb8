"""WWW-Authenticate and the token endpoint's answer, read without I/O and without trust.

RFC 9110 section 11 for the grammar, distribution's token specification for realm, service and scope. One bad challenge
never hides the others; nothing here raises except where a function says so.
"""

from __future__ import annotations

import enum
import ipaddress
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from cgrdoctor.net.bounded_json import NotJson, read_json
from cgrdoctor.net.hosts import is_askable
from cgrdoctor.privacy.host_names import hostname
from cgrdoctor.privacy.truncate import cut

HEADER_LIMIT = 8192
"""Characters of one header line that are read."""

PARAMETERS = 50
TOKEN_LIMIT = 131072
LONGEST_TOKEN = 16384
"""Characters; servers take at most 8 to 16 KiB of headers."""

DEFAULT_LIFETIME = 60
LONGEST_LIFETIME = 86400
_WORD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge: scheme and parameter names in lower case, values as sent. `raw` is printable and bounded."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    token68: str | None = None
    malformed: bool = False
    raw: str = ""


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """A token and its lifetime in seconds. `both` says that `token` and `access_token` differed."""

    token: str = field(repr=False)
    expires_in: int = DEFAULT_LIFETIME
    both: bool = False


class TokenUnreadable(ValueError):
    """A token endpoint answered with success but without a usable token; the text says what came instead."""


class RealmVerdict(enum.Enum):
    """Where a realm points, seen from the registry that named it."""

    SAME_HOST = "same host"
    OTHER_HOST = "other host"
    PLAIN_HTTP = "plain http"
    FORBIDDEN = "forbidden address"


def parse_challenges(headers: Sequence[str]) -> tuple[Challenge, ...]:
    """Every challenge of every header line, in order."""
    return tuple(challenge for header in headers[:20] for challenge in _line(header[:HEADER_LIMIT]))


def bearer(challenges: Sequence[Challenge]) -> Challenge | None:
    """The first Bearer challenge."""
    return next((challenge for challenge in challenges if challenge.scheme == "bearer"), None)


def basic(challenges: Sequence[Challenge]) -> Challenge | None:
    """The first Basic challenge."""
    return next((challenge for challenge in challenges if challenge.scheme == "basic"), None)


def unanswerable(challenges: Sequence[Challenge]) -> str:
    """What a host wants that neither docker nor this command can give: no challenge among these that they know."""
    schemes = ", ".join(dict.fromkeys(challenge.scheme.capitalize() for challenge in challenges[:5]))
    if not schemes:
        return "answers 401 and does not say how to log in"
    return f"asks for {cut(schemes, 80)}, which is neither Basic nor Bearer"


def scopes(challenge: Challenge) -> tuple[str, ...]:
    """The scopes a challenge asks for; several stand in one string."""
    return tuple(challenge.parameters.get("scope", "").split())


def realm_url(challenge: Challenge, responding_url: str) -> str | None:
    """The absolute realm; a relative one is resolved. None if it is no http URL or carries user information."""
    realm = challenge.parameters.get("realm", "").strip()
    if not realm or any(ord(character) < 33 for character in realm):
        return None
    try:
        absolute = urljoin(responding_url, realm)
        usable = is_askable(urlsplit(absolute))
    except ValueError:
        return None
    return absolute if usable else None


def token_request_url(realm: str, service: str | None, wanted: Sequence[str]) -> str:
    """The GET form of a token request. A missing service is left out; the realm's own query stays."""
    parts = urlsplit(realm)
    query = [("service", service)] if service else []
    query += [("scope", scope) for scope in wanted]
    joined = "&".join(filter(None, (parts.query, urlencode(query))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, joined, ""))


class TokenQuestion(NamedTuple):
    """What is asked of a token endpoint: its address, whom the token is for, and one scope."""

    realm: str
    service: str | None
    scope: str

    @property
    def url(self) -> str:
        """The GET form, which is also the name of the question."""
        return token_request_url(self.realm, self.service, (self.scope,))

    @property
    def form(self) -> bytes:
        """The POST form of an exchange, as docker sends it, without the token that is exchanged."""
        named = {
            "client_id": "docker",
            "grant_type": "refresh_token",
            "scope": self.scope,
            "service": self.service or "",
        }
        return urlencode(named).encode()


GRANTED = ("access_token", "token")
"""Names of a token in an answer, the first that is there counts."""

EXCHANGED = ("access_token",)
"""What docker reads in the answer to an exchange."""


def parse_token(body: bytes, content_type: str | None, names: Sequence[str] = GRANTED) -> TokenGrant:
    """The token in an answer under one of `names`, of which the first wins. Raises TokenUnreadable."""
    page = body[:256].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    if page or content_type in ("text/html", "application/xhtml+xml"):
        raise TokenUnreadable("a web page instead of a token")
    try:
        value = read_json(body[: TOKEN_LIMIT + 1])
    except NotJson as error:
        raise TokenUnreadable(f"{error if error.too_much else 'no JSON'} instead of a token") from None
    if not isinstance(value, dict):
        raise TokenUnreadable("no JSON object instead of a token")
    found = [value[name] for name in names if isinstance(value.get(name), str) and value[name]]
    if not found:
        raise TokenUnreadable(f"no {'token' if len(names) > 1 else names[0]} in the answer")
    if len(found[0]) > LONGEST_TOKEN or not all(33 <= ord(character) < 127 for character in found[0]):
        raise TokenUnreadable("a token that no header can carry")
    return TokenGrant(found[0], _lifetime(value.get("expires_in")), both=len(set(found)) > 1)


def realm_policy(realm: str, registry: str) -> RealmVerdict:
    """Whether a credential may go to a realm: to the registry's own host over https only."""
    try:
        there, here = urlsplit(realm), urlsplit(registry)
        same_name = hostname(there.netloc) == hostname(here.netloc)
        same = same_name and (there.port or _port(there.scheme)) == (here.port or _port(here.scheme))
    except ValueError:
        return RealmVerdict.FORBIDDEN
    if there.scheme not in ("http", "https") or "@" in there.netloc or not there.hostname:
        return RealmVerdict.FORBIDDEN
    if not same_name and _is_inner_address(there.hostname):
        return RealmVerdict.FORBIDDEN
    if there.scheme == "http" and here.scheme == "https":
        return RealmVerdict.PLAIN_HTTP
    return RealmVerdict.SAME_HOST if same else RealmVerdict.OTHER_HOST


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _is_inner_address(host: str) -> bool:
    """Loopback, link-local and unspecified addresses in any spelling that a resolver would take for one."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.inet_aton(host))
        except (OSError, ValueError, UnicodeError):
            return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_link_local or mapped.is_unspecified or mapped.is_multicast


def _lifetime(raw: object) -> int:
    if isinstance(raw, str) and raw.strip().isascii() and raw.strip().isdigit() and len(raw) < 12:
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not raw > 0:
        return DEFAULT_LIFETIME
    return int(min(max(raw, DEFAULT_LIFETIME), LONGEST_LIFETIME))


def _line(header: str) -> list[Challenge]:
    """The challenges of one line, by a scan that knows quoted strings."""
    found: list[Challenge] = []
    at = 0
    while at < len(header) and len(found) < PARAMETERS:
        at = _skip(header, at, " \t,")
        word = _WORD.match(header, at)
        if word is None:
            at = _next_comma(header, at + 1)
            continue
        challenge, at = _challenge(header, word.end(), word[0].lower())
        found.append(challenge)
    return found


def _challenge(header: str, at: int, scheme: str) -> tuple[Challenge, int]:
    start = at
    parameters: dict[str, str] = {}
    malformed = False
    token68, at = _token68(header, at)
    while at < len(header):
        following = _skip(header, at, " \t,")
        name = _WORD.match(header, following)
        if name is None:
            malformed = malformed or following < len(header)
            at = _next_comma(header, following + 1) if following < len(header) else following
            continue
        equals = _skip(header, name.end(), " \t")
        if equals >= len(header) or header[equals] != "=":
            break
        separated = "," in header[at:following] or not parameters
        value, at, closed = _value(header, _skip(header, equals + 1, " \t"))
        malformed = malformed or not closed or not separated
        if len(parameters) < PARAMETERS:
            parameters.setdefault(name[0].lower(), value)
    raw = "".join(c if c.isprintable() else " " for c in header[start:at])
    return Challenge(scheme, parameters, token68, malformed, cut(f"{scheme}{raw}", 500)), at


def _token68(header: str, at: int) -> tuple[str | None, int]:
    """A token68 directly behind the scheme: one that is followed by a comma or the end."""
    begin = _skip(header, at, " ")
    found = _TOKEN68.match(header, begin) if begin > at else None
    if found is None:
        return None, at
    behind = _skip(header, found.end(), " \t")
    if behind < len(header) and header[behind] != ",":
        return None, at
    return found[0], found.end()


def _value(header: str, at: int) -> tuple[str, int, bool]:
    """A parameter's value, where it ends, and whether its quotes were closed."""
    if at >= len(header) or header[at] != '"':
        end = at
        while end < len(header) and header[end] not in ", \t":
            end += 1
        return header[at:end], end, True
    text: list[str] = []
    at += 1
    while at < len(header):
        if header[at] == "\\" and at + 1 < len(header):
            text.append(header[at + 1])
            at += 2
        elif header[at] == '"':
            return "".join(text), at + 1, True
        else:
            text.append(header[at])
            at += 1
    return "".join(text), at, False


def _skip(header: str, at: int, characters: str) -> int:
    while at < len(header) and header[at] in characters:
        at += 1
    return at


def _next_comma(header: str, at: int) -> int:
    found = header.find(",", at)
    return len(header) if found < 0 else found

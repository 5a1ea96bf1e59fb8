"""Secrets known by their form alone: tokens, Authorization values, cookies, presigned URLs, password fields.

`STRICT` is safe on our own sentences and commands. `LOOSE` is for what a peer wrote, where a false alarm costs nothing.
Tokens go in lower case too, and where little is left of them: types and hosts are told so, texts get cut off.

Every expression is linear: none looks at a run of the same characters again from each place in it. Where nothing in a
run can be a secret, the run is matched as a whole, so that the search goes on behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

MARK = "[redacted]"

_FIELD = (
    r"[\w.-]{0,40}(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential"
    r"|signature|authorization|cookie)[\w.-]{0,20}|auth|pwd|sig"
)
_PLACEHOLDER = r"(?:%s|&|\$\{?[A-Z][A-Z0-9_]*\}?|true|false)"
"""What is no secret in the commands of a remedy: slots of printf and sed, a variable, a switch."""

_VALUE = (
    r"(?:[^\"'\\]++|(?P=level)\\++[\"']?|\\++(?![\"'\\])|\\*+(?!(?P=quote))[\"'])++"
    # up to the quote behind as many backslashes as the opening one: one behind more of them belongs to the value
)

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+", re.ASCII)
_UNSPEAKABLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}|\A[^aeiouy]+\Z", re.IGNORECASE)
_OPTION = re.compile(r"--[a-z]+(?:-[a-z]+)*+(?:=[a-z.]+)?+")
"""An option of a command, behind a name that ends with `basic`."""

LONGEST_WORD = 20
"""Letters of the longest word that somebody may write behind `Basic` or `Bearer`."""

SCHEMES_OF = frozenset(["authentication", "authorization", "authenticate", "credential", "credentials", "challenge"])
"""What is no credential even behind `Authorization:`."""

SECRET_FIELD = re.compile(rf"(?:{_FIELD})\Z", re.IGNORECASE)
"""Names of fields whose texts are secrets."""


_FIELD_HINTS = ("pass", "secret", "token", "key", "cred", "sig", "auth", "cookie", "pwd")


class Form(NamedTuple):
    """An expression, and what a match of it becomes; a match that becomes itself was no secret.

    One of `hints` stands in every text in lower case that the expression is found in: most texts need no more.
    """

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    become: Callable[[re.Match[str]], str]


def _token(found: re.Match[str]) -> str:
    """A match with the group `no` is a run that was only passed over."""
    return found[0] if found["no"] is not None else MARK


def _value(found: re.Match[str]) -> str:
    """The group `before` is kept."""
    return found["before"] + MARK


def _user(found: re.Match[str]) -> str:
    return found["before"] + MARK + "@"


def _authorization(found: re.Match[str]) -> str:
    """`Basic authentication is disabled` says nothing secret, nor does `-n basic --dry-run=client`."""
    value = found["value"]
    if not found["named"] and _OPTION.fullmatch(value):
        value = "-".join(part for part in re_split(value.replace("=", "-")) if part)
    words = re_split(value)
    ordinary = all(word.lower() in SCHEMES_OF if found["named"] else _is_word(word) for word in words)
    return found[0] if ordinary else found["before"] + MARK


def re_split(text: str) -> list[str]:
    """The words of a text that hyphens, slashes and stops divide, without the punctuation at its end."""
    return text.rstrip(".:!?)]}").replace("/", "-").replace(".", "-").split("-")


def _is_word(text: str) -> bool:
    return len(text) <= LONGEST_WORD and bool(_WORD.fullmatch(text)) and _UNSPEAKABLE.search(text) is None


STRICT: tuple[Form, ...] = (
    Form(
        "jwt",
        ("eyj",),
        re.compile(
            r"eyJ[\w-]{6,}+\.[\w-]{4,}+(?:\.[\w-]*+)?+|eyj[\w-]{6,}+\.[\w-]{20,}+\.[\w-]{20,}+"
            r"|(?P<no>eyJ[\w-]*+|eyj(?:(?!eyJ)[\w-])*+)",
            re.ASCII,
        ),
        _token,
    ),
    Form("api-key", ("akcp8",), re.compile(r"(?i)AKCp8[A-Z0-9]{4,}+(?P<no>(?!))?+"), _token),
    Form("reference-token", ("cmvmdgtu",), re.compile(r"(?i)cmVmdGtu[A-Z0-9]{4,}+(?P<no>(?!))?+"), _token),
    Form(
        "authorization",
        ("basic", "bearer"),
        re.compile(
            r"(?i)(?P<before>\b(?P<named>authorization[\\\"']*+\s*+[:=]\s*+[\\\"']*+)?+\b(?:Basic|Bearer)\s++)"
            r"(?!realm\b|error\b)(?=[A-Za-z0-9._~+/-]{8,})(?P<value>[^\s\"',;<>]++)"
        ),
        _authorization,
    ),
    Form(
        "presigned",
        ("=",),
        re.compile(
            r"(?i)(?P<before>(?:[?&;]|&amp;)(?:X-(?:Amz|Goog)-[A-Za-z-]++|Signature|sig|[a-z_-]*token"
            r"|(?:AWS|Google|OSS)AccessKeyId|GoogleAccessId|Policy|Key-Pair-Id|Expires)=)(?!\[)[^&\s\"'<>\\]++"
        ),
        _value,
    ),
    Form(
        "user-information",
        ("://",),
        re.compile(
            r"(?P<before>://)(?!\[redacted\]@)(?:(?:[^/\s\"'<>?#\\]|\\[^nrt\"'])*@"
            r"|[^/\s\"'<>?#\\:@…]*+:(?![0-9]{0,5}(?:[/?#]|\Z))[^\s\"'<>@]{1,256}+@"
            r"|[^/\s\"'<>?#\\:@…]++:[^/\s\"'<>?#@…]++(?=…))"
        ),
        _user,
    ),
    Form(
        "field",
        _FIELD_HINTS,
        re.compile(
            rf"(?i)(?P<before>[\"'](?:{_FIELD})\\*+[\"']\s*+:\s*+(?P<level>\\*+)(?P<quote>[\"']))"
            rf"(?!\[redacted\]|{_PLACEHOLDER}\\*+[\"']){_VALUE}"
        ),
        _value,
    ),
    Form("cookie", ("cookie:",), re.compile(r"(?i)(?P<before>\b(?:set-)?+cookie:\s*+)(?!\[)[^\r\n]++"), _value),
    Form(
        "private-key",
        ("-----begin",),
        re.compile(
            r"(?i)(?P<before>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)(?!\[)(?:(?!-----)[\s\S]){16,}+"
            r"(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?+"
        ),
        _value,
    ),
)

LOOSE: tuple[Form, ...] = (
    Form(
        "field",
        _FIELD_HINTS,
        re.compile(rf"(?i)(?P<before>[\"'](?:{_FIELD})\\*+[\"']\s*+:\s*+)-?[0-9][0-9.eE+-]*+"),
        _value,
    ),
    Form(
        "field",
        _FIELD_HINTS,
        re.compile(
            rf"(?i)(?P<before><(?:\w{{1,20}}:)?(?:{_FIELD})(?:\s[^<>]{{0,200}})?>\s*+(?:<!\[CDATA\[)?+)(?!\[redacted)[^<\s][^<]*+"
        ),
        _value,
    ),
    Form(
        "field",
        _FIELD_HINTS,
        re.compile(
            r"(?i)(?P<before>(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?token)\s?[=:]\s?)"
            r"(?![\[\"'\\])[^\s&;,\"'<>]{4,}+"
        ),
        _value,
    ),
    Form(
        "field",
        _FIELD_HINTS,
        re.compile(
            r"(?i)(?P<before>(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?token)\s?=\s?\\*+[\"'])"
            r"(?!\[redacted)[^\"'\\<>]{4,}+"
        ),
        _value,
    ),
)

"""Secrets known by their form alone: tokens, Authorization values, cookies, presigned URLs, password fields.

`STRICT` is safe on our own sentences and commands. `LOOSE` is for what a peer wrote, where a false alarm costs nothing.
Tokens go in lower case too, and where little is left of them: types and hosts are told so, texts get cut off.
"""

from __future__ import annotations

import re

MARK = "[redacted]"

_FIELD = (
    r"[\w.-]{0,40}(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential"
    r"|signature|authorization|cookie)[\w.-]{0,20}|auth|pwd|sig"
)
_PLACEHOLDER = r"(?:%s|\$\{?[A-Z][A-Z0-9_]*\}?|true|false)"
"""What is no secret in the commands of a remedy: printf's slot, a variable, a switch (enableTokenAuthentication)."""

Form = tuple[str, re.Pattern[str], str]

SECRET_FIELD = re.compile(rf"(?:{_FIELD})\Z", re.IGNORECASE)
"""Names of fields whose texts are secrets."""

STRICT: tuple[Form, ...] = (
    (
        "jwt",
        re.compile(r"eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?|eyj[\w-]{6,}\.[\w-]{20,}\.[\w-]{20,}", re.ASCII),
        MARK,
    ),
    ("api-key", re.compile(r"(?i)AKCp8[A-Z0-9]{4,}"), MARK),
    ("reference-token", re.compile(r"(?i)cmVmdGtu[A-Z0-9]{4,}"), MARK),
    (
        "authorization",
        re.compile(r"(?i)\b(Basic|Bearer)\s+(?!realm\b|error\b)(?=[A-Za-z0-9._~+/-]{8,})[^\s\"',;<>]+"),
        rf"\1 {MARK}",
    ),
    (
        "presigned",
        re.compile(
            r"(?i)([?&;]|&amp;)((?:X-(?:Amz|Goog)-[A-Za-z-]+|Signature|sig|[a-z_-]*token|(?:AWS|Google|OSS)AccessKeyId"
            r"|GoogleAccessId|Policy|Key-Pair-Id|Expires)=)(?!\[)[^&\s\"'<>\\]+"
        ),
        rf"\1\2{MARK}",
    ),
    (
        "user-information",
        re.compile(
            r"(?i)\b([a-z][a-z0-9+.-]*://)(?!\[redacted\]@)"
            r"(?:(?:[^/\s\"'<>?#\\]|\\[^nrt\"'])*@|[^/\s\"'<>?#\\:@…]+:[^/\s\"'<>?#@…]+(?=…))"
        ),
        rf"\1{MARK}@",
    ),
    (
        "field",
        re.compile(
            rf"(?i)(\\*[\"'](?:{_FIELD})\\*[\"']\s*:\s*\\*[\"'])(?!\[redacted\]|{_PLACEHOLDER}\\*[\"'])"
            r"((?:[^\"'\\]|\\+[^\"'\\])+)"
        ),
        rf"\1{MARK}",
    ),
    ("cookie", re.compile(r"(?i)\b((?:set-)?cookie:\s*)(?!\[)[^\r\n]+"), rf"\1{MARK}"),
    (
        "private-key",
        re.compile(r"(?i)(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?!\[)[^-]{16,}(?:-----END [A-Z ]*PRIVATE KEY-----)?"),
        rf"\1{MARK}",
    ),
)

STRICT_HINT = re.compile(r"[=@…]|[\"']\s*:|(?i:-----BEGIN|eyJ|AKCp8|cmVmdGtu|basic|bearer|cookie:)")
"""Found in every text that one of `STRICT` is found in, and in few others: one search in place of nine."""

LOOSE: tuple[Form, ...] = (
    ("field", re.compile(rf"(?i)(\\*[\"'](?:{_FIELD})\\*[\"']\s*:\s*)(-?[0-9][0-9.eE+-]*)"), rf"\1{MARK}"),
    ("field", re.compile(rf"(?i)(<(?:{_FIELD})>\s*)(?!\[)[^<\s][^<]*"), rf"\1{MARK}"),
    (
        "field",
        re.compile(
            r"(?i)(\b[\w.-]{0,40}(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?token)\s?[=:]\s?)"
            r"(?![\[\"'\\])[^\s&;,\"'<>]{4,}"
        ),
        rf"\1{MARK}",
    ),
)

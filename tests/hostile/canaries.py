"""Secrets that can be recognised however they are quoted, and the ways in which somebody may quote them."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import shlex
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

ALIKE = 9
"""Characters of a canary's middle that betray it. Nobody quotes letters and digits, so they are the same everywhere."""


@dataclass(frozen=True)
class Canary:
    """A secret with a recognisable beginning and end; between them stand characters that are quoted everywhere."""

    text: str
    marks: tuple[str, ...]

    def plain(self) -> Iterable[str]:
        """Texts of which none may be seen in any case: the marks as they are."""
        return (mark[:ALIKE] for mark in self.marks)

    def coded(self) -> Iterable[str]:
        """Texts of which none may be seen: the marks as Base64 at each of three places."""
        for mark in self.marks:
            for shift in range(3):
                coded = base64.b64encode(b"\0" * shift + mark.encode()).decode()
                yield coded[(0, 4, 4)[shift] :][:ALIKE]


def canary(number: int, odd: str, *, token: bool = False) -> Canary:
    """The canary of that number. `odd` makes it a password nobody would choose; a token keeps to its alphabet."""
    begin, end = (_letters(f"{side}{number}") for side in ("begin", "end"))
    middle = "-_." if token else odd
    return Canary(begin + middle + end, (begin, end))


def _letters(name: str) -> str:
    """Twelve letters that stand in no ordinary text, always the same ones for a name."""
    digest = hashlib.sha256(name.encode()).digest()
    return "".join(string.ascii_letters[byte % 52] for byte in digest[:12])


def seen(canaries: Iterable[Canary], text: str) -> list[str]:
    """The canaries that stand in a text, each with what stands around it. Base64 says nothing in another case."""
    found, folded = [], text.lower()
    for one in canaries:
        places = (*(folded.find(sign.lower()) for sign in one.plain()), *(text.find(sign) for sign in one.coded()))
        for at in places:
            if at >= 0:
                found.append(f"{one.text!r} in {text[max(0, at - 120) : at + 60]!r}")
    return found


ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": lambda s: s,
    "percent": lambda s: quote(s, safe=""),
    "percent-lower": lambda s: quote(s, safe="").replace("%2F", "%2f"),
    "plus": quote_plus,
    "percent-twice": lambda s: quote(quote(s, safe=""), safe=""),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64-url": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "basic": lambda s: "Basic " + base64.b64encode(f"alice:{s}".encode()).decode(),
    "basic-long-name": lambda s: base64.b64encode(f"somebody@acme.com:{s}".encode()).decode(),
    "base64-percent": lambda s: quote(base64.b64encode(f"u:{s}".encode()).decode(), safe=""),
    "bearer": lambda s: f"Bearer {s}",
    "json": lambda s: json.dumps(s)[1:-1],
    "json-plain": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "json-twice": lambda s: json.dumps(json.dumps(s))[1:-1],
    "shell": shlex.quote,
    "shell-double": lambda s: '"' + "".join("\\" + c if c in '"\\$`' else c for c in s) + '"',
    "html": html.escape,
    "python": repr,
    "in-url": lambda s: f"https://alice:{quote(s, safe='')}@h.test/x",
    "in-query": lambda s: f"https://h.test/?X-Amz-Signature={quote(s, safe='')}&scope=a",
}
"""How a peer may hand a secret back."""


def _long(text: str) -> str:
    """A canary's letters, several times over: as long as a real token is."""
    return "".join(char for char in text if char.isalnum()) * 3


FORMS: dict[str, Callable[[str], str]] = {
    "jwt": lambda s: f"eyJhbGciOiJSUzI1NiJ9.{_long(s)}.{_long(s)}",
    "api-key": lambda s: f"AKCp8{_long(s)}",
    "reference-token": lambda s: f"cmVmdGtuOjAxOjE3{_long(s)}",
    "basic": lambda s: "Authorization: Basic " + base64.b64encode(f"remote:{s}".encode()).decode(),
    "bearer": lambda s: f"authorization: bearer {_long(s)}",
    "json-field": lambda s: json.dumps({"password": s, "x": 1}),
    "json-field-escaped": lambda s: json.dumps(json.dumps({"clientSecret": s}))[1:-1],
    "user-information": lambda s: f"https://remote:{quote(s, safe='')}@cgr.dev/",
    "presigned-amazon": lambda s: f"https://b.test/x?X-Amz-Credential={_long(s)}%2F2026&X-Amz-Signature={_long(s)}",
    "presigned-google": lambda s: f"https://b.test/x?GoogleAccessId=a&Expires=1&Signature={quote(_long(s))}",
    "presigned-azure": lambda s: f"https://b.test/x?sv=2022&se=2026&sig={_long(s)}%3D",
    "query-token": lambda s: f"https://b.test/x?access_token={_long(s)}",
    "cookie": lambda s: f"Cookie: SESSION={_long(s)}",
    "private-key": lambda s: f"-----BEGIN RSA PRIVATE KEY----- {_long(s)} {_long(s)} -----END RSA PRIVATE KEY-----",
    "assignment": lambda s: f"password={_long(s)}",
}
"""Secrets of a peer's own, which nobody told this program: known by their form alone."""

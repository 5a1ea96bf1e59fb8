"""What a text of the engine speaks of. Go programs word their errors alike, but no text is exact: families are matched.

The order decides where a text holds words of several families; what names its stage most exactly comes first.
"""

from __future__ import annotations

import re
from typing import Literal

Mechanism = Literal[
    "trust",
    "plain-http",
    "proxy",
    "name",
    "connection",
    "page",
    "rate",
    "platform",
    "storage",
    "content",
    "policy",
    "login",
    "missing",
    "unknown",
]

_BARE_REASON = r'"https?://[^"]*": (forbidden|bad gateway|service unavailable|gateway time-?out|method not allowed)\s*$'
"""What Go makes of a proxy that refuses CONNECT: the reason phrase alone behind the URL."""

_FAMILIES: tuple[tuple[Mechanism, tuple[str, ...]], ...] = (
    ("trust", (r"x509:", "certificate", "tls: (bad|unknown|failed to verify)")),
    ("plain-http", ("server gave http response to https client", "first record does not look like a tls handshake")),
    ("proxy", ("proxyconnect", "proxy authentication required", _BARE_REASON)),
    ("name", ("no such host", "server misbehaving", "temporary failure in name resolution")),
    (
        "connection",
        (
            "i/o timeout",
            "connection (refused|reset)",
            "no route to host",
            "network is unreachable",
            r"client\.timeout",
            "deadline exceeded",
            "request canceled",
            "tls handshake timeout",
            r": eof\b",
            "broken pipe",
            "cannot assign requested address",
        ),
    ),
    ("page", ("invalid character '<'", "<!doctype", "<html", "unexpected media type text/html")),
    ("rate", ("toomanyrequests", "too many requests", r"\b429\b")),
    ("platform", ("no matching manifest", "no match for platform", "does not match the specified platform")),
    (
        "storage",
        (
            "no space left",
            "quota exceeded",
            "read-only file system",
            "operation not permitted",
            "failed to register layer",
        ),
    ),
    (
        "content",
        (
            "verification failed",
            "unexpected commit digest",
            "does not match",
            "unknown blob",
            "download failed after",
            "missing signature",
            "unexpected end of json",
        ),
    ),
    ("policy", (r"\bxray\b", "curation", "download request rejected", "download blocking policy")),
    (
        "login",
        (
            "unauthorized",
            "authentication (is )?required",
            "no basic auth",
            "denied",
            "incorrect username",
            "anonymous token",
            r"\b401\b",
        ),
    ),
    ("missing", ("manifest[_ ]unknown", "unknown manifest", "not found", "name[_ ]unknown", "does not exist")),
)
_COMPILED = tuple((kind, re.compile("|".join(words), re.IGNORECASE)) for kind, words in _FAMILIES)

ON_THE_WAY: frozenset[Mechanism] = frozenset({"trust", "plain-http", "proxy", "name", "connection", "page", "unknown"})
"""Mechanisms that another way to the host explains: a proxy of the engine's own, or none."""

MEANING: dict[Mechanism, str] = {
    "trust": "the engine does not trust the certificate it is shown",
    "plain-http": "the engine is answered in plain HTTP where it wants TLS",
    "proxy": "a proxy on the engine's way refuses",
    "name": "the engine's resolver does not know the host",
    "connection": "the engine's connection to the host fails",
    "page": "the engine gets a web page in place of the registry's answer",
    "rate": "the engine is told to slow down",
    "platform": "the engine finds no image for its platform",
    "storage": "the engine cannot store what it pulled",
    "content": "what the engine received is not what was announced",
    "policy": "a policy of Xray or Curation forbids the download",
    "login": "the registry does not let the engine in",
    "missing": "the registry tells the engine that there is no such image",
    "unknown": "the engine gives a text of its own",
}

STEPS: dict[Mechanism, str] = {
    "trust": "Put the issuing CA into the engine's certs.d/<host[:port]>/ca.crt.",
    "plain-http": "Terminate TLS on the port the engine asks, or correct the port in the reference.",
    "proxy": "Compare docker info (HTTPS Proxy, No Proxy) with this shell's variables; allow the host in that proxy.",
    "name": "Give the engine a resolver that knows the host: its own machine's /etc/resolv.conf, or Docker Desktop's.",
    "connection": "Look at the engine's own route to the host: its proxy, its network, its machine's firewall.",
    "page": "Take the portal or filter off the engine's way to the host.",
    "rate": "Wait, or spread the pulls.",
    "platform": "Pull with --platform, or another image.",
    "storage": "Free space on the engine's disk (docker system df), or mend its storage driver's rights.",
    "content": "Pull again; if it stays, something on the engine's way changes the content.",
    "policy": "Ask who owns the policy; its name stands in the text.",
    "login": "Log in again with docker login, and pull by docker itself.",
    "missing": "Compare the reference with the one this command pulled; a mirror or proxy of the engine may answer.",
    "unknown": "Read the engine's log of that minute: journalctl -u docker.",
}


def mechanism(text: str, path: str = "") -> Mechanism:
    """The first family whose words stand in the text; `path`, the repository's name in it, does not count."""
    words = text.replace(path, "") if path else text
    return next((kind for kind, pattern in _COMPILED if pattern.search(words)), "unknown")

"""Hosts as a connection meets them: which spellings name the same one. Where a secret may go rests on this alone.

Nothing is resolved and no text is read kindly: what is not surely the same host is another one.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_HOST_PORT = re.compile(r"(\[[^\[\]]*\]|[^\[\]:@/?#\\\s]*)(?::([0-9]{0,5}))?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
"""A last label with which a resolver takes the whole for an IPv4 address, however it is written."""


def same_host(left: str, right: str) -> bool:
    """Whether two `host[:port]` texts name the same place."""
    return canonical_host(left) == canonical_host(right)


def canonical_host(text: str) -> str:
    """`host[:port]` in one spelling: lower case, no port 443, an IPv6 address in brackets and in its shortest form.

    A dot at the end stays: `host.` is looked up without search domains, so it may be another machine than `host`.
    Letters beyond ASCII stay as they are, because clients differ in what they make of them.
    """
    name, port = _apart(text.strip(" \t\r\n"))
    return name if port in ("", "443") else f"{name}:{port}"


def hostname(text: str) -> str:
    """The same without the port."""
    return _apart(text.strip(" \t\r\n"))[0]


def host_of(url: str) -> str:
    """`host[:port]` of a URL as a connection would take it, canonical; without a scheme it is https. Empty if none."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        _ = parts.port
    except ValueError:
        return ""
    return canonical_host(parts.netloc.rpartition("@")[2]) if parts.hostname else ""


def is_port_or_subdomain(image: str, named: str) -> bool:
    """Whether `image` is `named` with another port, or below it: Artifactory's port and sub-domain methods."""
    name, other = hostname(named), hostname(image)
    if not name or not other:
        return False
    return other == name or (not _is_address(name) and other.endswith(f".{name}"))


def _apart(text: str) -> tuple[str, str]:
    """Name and port in their spellings; a text that is no host and port is all name."""
    lower = text.lower() if text.isascii() else text
    found = _HOST_PORT.fullmatch(lower)
    if found is None:
        return _address(lower), ""
    name, port = found[1], found[2] or ""
    return _address(name), port.lstrip("0") or port


def _address(name: str) -> str:
    """An IPv6 address in its shortest form and in brackets; any other name as it is."""
    if ":" not in name:
        return name
    try:
        return f"[{ipaddress.IPv6Address(name.removeprefix('[').removesuffix(']')).compressed}]"
    except ValueError:
        return name


def _is_address(name: str) -> bool:
    return name.startswith("[") or _NUMBER.fullmatch(name.rpartition(".")[2]) is not None

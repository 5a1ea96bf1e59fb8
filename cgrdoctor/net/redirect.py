"""Where a redirect may lead. Redirects are followed by hand, one by one, under these rules."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from cgrdoctor.net.failure import Failure
from cgrdoctor.net.hosts import is_askable
from cgrdoctor.privacy.host_names import hostname

REDIRECTS = frozenset({301, 302, 303, 307, 308})

LONGEST = 8192
"""Characters of a Location that is followed; no server takes more in a request's first line."""

PARAMETERS = 20
"""Parameters of a query whose names are kept."""

_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}", re.ASCII)
_METADATA = frozenset({"169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"})
"""Where clouds answer questions about the machine itself (AWS, GCP, Azure, Alibaba)."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def target(location: str, url: str) -> str | Failure:
    """The absolute URL a `Location` sends us to, or why we do not go: bad-location, downgrade."""
    if len(location) > LONGEST:
        return _refused("bad-location", f"the Location header has more than {LONGEST} characters")
    if any(ord(char) < 33 or ord(char) == 127 for char in location.strip()):
        return _refused("bad-location", "the Location header holds spaces or control characters")
    try:
        joined = urljoin(url, location.strip())
        parts = urlsplit(joined)
        usable = is_askable(parts)
    except ValueError:
        return _refused("bad-location", "the Location header is no URL")
    if not usable:
        return _refused("bad-location", "the Location header leads to no plain http or https URL")
    if urlsplit(url).scheme == "https" and parts.scheme == "http":
        return _refused("downgrade", f"a redirect from https to http at {parts.hostname}")
    return joined


def absolute(location: str, url: str) -> str:
    """The URL that a `Location` names, whether or not anybody should go there; empty if it is none."""
    try:
        return urljoin(url, location.strip()) if len(location) <= LONGEST else ""
    except ValueError:
        return ""


def without_values(url: str) -> str:
    """Scheme, host and path of a URL, and the names of its query's parameters: values may be secrets."""
    try:
        parts = urlsplit(url)
        host = hostname(parts.netloc.rpartition("@")[2])
    except ValueError:
        return ""
    if not host:
        return ""
    names = (part.partition("=")[0] for part in parts.query.split("&")[:PARAMETERS])
    told = "&".join(dict.fromkeys(name for name in names if _PARAMETER.fullmatch(name)))
    return f"{parts.scheme}://{host}{parts.path}" + (f"?{told}" if told else "")


def same_origin(left: str, right: str) -> bool:
    """Whether scheme, host and port are equal; default ports may be left out. `host.` is another host than `host`."""
    return _origin(left) == _origin(right)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, hostname(parts.netloc), parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def forbidden(addresses: Sequence[str], allowed: Sequence[str]) -> Failure | None:
    """Refuses a redirect to this machine, its link or a cloud's metadata service.

    `allowed` are the addresses the first host of the chain resolved to: a target of the same class is no surprise.
    """
    known = {_class(address) for address in allowed}
    for address in addresses:
        kind = _class(address)
        if kind and kind not in known:
            return _refused("forbidden-address", f"a redirect to {address}, a {kind} address")
    return None


def _class(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or (ipaddress.ip_address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        ip = inner or ip
    if str(ip) in _METADATA:
        return "metadata"
    if ip.is_loopback or ip.is_unspecified or str(ip).startswith("0."):
        return "loopback"
    return "link-local" if ip.is_link_local else "multicast" if ip.is_multicast else ""


def _refused(kind: str, detail: str) -> Failure:
    words = {
        "bad-location": "the redirect cannot be followed",
        "downgrade": "the redirect is not followed: it gives up TLS",
        "forbidden-address": "the redirect is not followed",
        "too-many-redirects": "too many redirects",
    }
    message = f"{words[kind]} ({detail})"
    return Failure(stage="policy", kind=kind, message=message, seconds=0.0)

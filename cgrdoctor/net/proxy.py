"""Which proxy docker would use for a URL: Go's rules (golang.org/x/net/http/httpproxy), not Python's.

They differ in ways that matter: upper-case names win, ALL_PROXY is ignored, loopback is never proxied, NO_PROXY takes
CIDR blocks and ports, and `.example.com` leaves out `example.com` itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import msgspec

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """What to do for one URL. `host` and `port` name the proxy unless `direct`."""

    direct: bool
    reason: str
    scheme: str = ""
    host: str = ""
    port: int = 0
    username: str = ""
    password: str | None = field(default=None, repr=False)


class _Exception(msgspec.Struct, frozen=True):
    """One entry of NO_PROXY. `suffix` begins with a dot; `exact` says that the bare name matches too."""

    suffix: str = ""
    exact: bool = False
    address: IpAddress | None = None
    network: IpNetwork | None = None
    port: int | None = None
    everything: bool = False


class ProxyRules(msgspec.Struct, frozen=True):
    """The rules of one environment. `problems` are values that Go would refuse or ignore, in words."""

    http: ProxyChoice | None = None
    https: ProxyChoice | None = None
    exceptions: tuple[_Exception, ...] = ()
    problems: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> ProxyRules:
        """Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY; each name in lower case only where the upper one is unset."""
        problems: list[str] = []
        choices = {scheme: _proxy(_value(environ, f"{scheme.upper()}_PROXY"), scheme, problems) for scheme in PORTS}
        if environ.get("REQUEST_METHOD") and choices["http"] is not None:
            problems.append("HTTP_PROXY is refused while REQUEST_METHOD is set (CGI)")
            choices["http"] = None
        exceptions = tuple(
            entry for text in _value(environ, "NO_PROXY").split(",") if (entry := _exception(text)) is not None
        )
        return cls(choices["http"], choices["https"], exceptions, tuple(problems))

    def for_url(self, url: str) -> ProxyChoice:
        """The choice for an absolute http or https URL."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
            port = parts.port or PORTS.get(parts.scheme, 0)
        except ValueError:
            return ProxyChoice(direct=True, reason="no usable URL")
        chosen = self.https if parts.scheme == "https" else self.http if parts.scheme == "http" else None
        if chosen is None:
            return ProxyChoice(direct=True, reason=f"no proxy is set for {parts.scheme}")
        if _is_loopback(host):
            return ProxyChoice(direct=True, reason="loopback is never proxied")
        if any(_matches(entry, host, port) for entry in self.exceptions):
            return ProxyChoice(direct=True, reason="NO_PROXY names it")
        return chosen


def _value(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.lower()) or ""


def _proxy(text: str, scheme: str, problems: list[str]) -> ProxyChoice | None:
    """A proxy's URL; without a scheme it is http, as in Go."""
    if not text.strip():
        return None
    name = f"{scheme.upper()}_PROXY"
    try:
        parts = urlsplit(text.strip())
        if parts.scheme not in ("http", "https", "socks5", "socks5h") or not parts.netloc:
            parts = urlsplit(f"http://{text.strip()}")
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 1080)
        host = parts.hostname or ""
    except ValueError:
        problems.append(f"{name} is no usable URL")
        return None
    if not host or any(ord(character) < 33 for character in host):
        problems.append(f"{name} names no host")
        return None
    return ProxyChoice(
        direct=False,
        reason=f"{name} is set",
        scheme=parts.scheme,
        host=host,
        port=port,
        username=unquote(parts.username or ""),
        password=None if parts.password is None else unquote(parts.password),
    )


def _exception(text: str) -> _Exception | None:
    """One entry of NO_PROXY; what Go cannot use is left out."""
    entry = text.strip().lower()
    if not entry:
        return None
    if entry == "*":
        return _Exception(everything=True)
    try:
        return _Exception(network=ipaddress.ip_network(entry, strict=False)) if "/" in entry else _host_exception(entry)
    except ValueError:
        return None


def _host_exception(entry: str) -> _Exception | None:
    host, port = _port_of(entry)
    address = _address(host.strip("[]"))
    if address is not None:
        return _Exception(address=address, port=port)
    if not host:
        return None
    if host.startswith("*."):
        return _Exception(suffix=host[1:], port=port)
    if host.startswith("."):
        return _Exception(suffix=host, port=port)
    return _Exception(suffix="." + host, exact=True, port=port)


def _port_of(entry: str) -> tuple[str, int | None]:
    host, colon, port = entry.rpartition(":")
    if colon and port.isascii() and port.isdigit() and (host.count(":") == 0 or host.endswith("]")):
        return host, int(port)
    return entry, None


def _matches(entry: _Exception, host: str, port: int) -> bool:
    if entry.everything:
        return True
    address = _address(host)
    if entry.network is not None:
        return address is not None and address in entry.network
    if entry.port is not None and entry.port != port:
        return False
    if entry.address is not None:
        return address == entry.address
    return host.endswith(entry.suffix) or (entry.exact and host == entry.suffix[1:])


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(text: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None

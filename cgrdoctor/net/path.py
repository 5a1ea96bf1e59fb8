"""The path to one host, address by address: name, TCP, TLS, certificate. Looks, never judges."""

from __future__ import annotations

import hashlib
import ssl
import time
from datetime import UTC, datetime
from typing import Literal

import anyio
from anyio.streams.tls import TLSAttribute, TLSStream
from msgspec.structs import replace

from cgrdoctor.model import Struct
from cgrdoctor.net.dial import Network, Tapped, dial_one, handshake
from cgrdoctor.net.failure import Failure, Unreached
from cgrdoctor.net.names import NameAnswer, Names
from cgrdoctor.net.proxy import ProxyChoice
from cgrdoctor.net.resolve import literal
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.net.trust import looking_context
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.truncate import cut

TRIES = 3
"""Times a path is looked at if this process was away itself meanwhile."""

ADDRESSES = 4
"""Addresses of a host that are tried."""

SHOWN_NAMES = 20
LOOK_CLOSER = ("untrusted", "expired", "not-yet-valid", "name-mismatch")


class Certificate(Struct, frozen=True, kw_only=True):
    """A leaf certificate. Times are RFC 3339, UTC; `sha256` is over its DER bytes."""

    subject: str
    issuer: str
    names: tuple[str, ...] = ()
    not_before: str = ""
    not_after: str = ""
    sha256: str = ""


class AddressPath(Struct, frozen=True, kw_only=True):
    """One address. `failure` names the stage that failed; durations are seconds."""

    address: str
    connect: float | None = None
    tls: float | None = None
    tls_version: str | None = None
    cipher: str | None = None
    alpn: str | None = None
    verified: bool = False
    certificate: Certificate | None = None
    failure: Failure | None = None


class Path(Struct, frozen=True, kw_only=True):
    """The whole path. `mapped` by --connect-to, `proxy` as `host:port`; `failure` before any address was tried."""

    host: str
    port: int
    mapped: bool = False
    proxy: str | None = None
    names: tuple[NameAnswer, ...] = ()
    addresses: tuple[AddressPath, ...] = ()
    failure: Failure | None = None

    @property
    def works(self) -> bool:
        """Whether at least one address ends in verified TLS."""
        return any(address.verified for address in self.addresses)

    @property
    def stopped(self) -> bool:
        """Whether this process was away while it looked, so that what it saw tells nothing."""
        failures = (self.failure, *(address.failure for address in self.addresses))
        return any(failure is not None and failure.kind == "stopped" for failure in failures)

    @property
    def trouble(self) -> Failure | None:
        """The failure of a path on which no address works."""
        if self.works:
            return None
        return self.failure or next((address.failure for address in self.addresses if address.failure), None)


async def observe(network: Network, recorder: Recorder, host: str, port: int) -> tuple[Path, tuple[str, ...]]:
    """The path, and the ids of the exchanges that show it. Behind a proxy it is the proxy that resolves the name."""
    proxy = network.proxy("https", host, port)
    with recorder.awaited.answer_of(host):
        for _ in range(TRIES):
            path = await (_direct(network, host, port) if proxy is None else _through_proxy(network, host, port, proxy))
            if not path.stopped:
                break
        else:
            network.patience.cut()
    return path, _record(recorder, path)


async def _direct(network: Network, host: str, port: int) -> Path:
    """What DNS says is asked for beside the way, and not waited for where the system's own resolver knows the name."""
    mapped = network.mapping(host, port) is not None
    names = Names(host, network.patience.allotted())
    async with anyio.create_task_group() as group:
        if not mapped and literal(host) is None:
            group.start_soon(names.ask)
        path = await _addresses(network, host, port, mapped=mapped)
        if path.failure is None:
            group.cancel_scope.cancel()
    return replace(path, names=names.answers)


async def _addresses(network: Network, host: str, port: int, *, mapped: bool) -> Path:
    try:
        addresses, to_port = await network.addresses(host, port)
    except Unreached as reason:
        return Path(host=host, port=port, mapped=mapped, failure=reason.failure)
    context = await network.context()
    found: dict[str, AddressPath] = {}

    async def one(address: str) -> None:
        found[address] = await _address(network, context, address, to_port, host)

    async with anyio.create_task_group() as group:
        for address in addresses[:ADDRESSES]:
            group.start_soon(one, address)
    tried = tuple(found[address] for address in addresses[:ADDRESSES])
    return Path(host=host, port=port, mapped=mapped, addresses=tried)


async def _address(network: Network, context: ssl.SSLContext, address: str, port: int, host: str) -> AddressPath:
    start = time.monotonic()
    try:
        stream = await dial_one(address, port, network.patience)
        connected = time.monotonic()
        secured = await handshake(Tapped(stream), context, host, network.patience, address)
    except Unreached as reason:
        connect = None if reason.failure.stage == "connect" else round(time.monotonic() - start, 4)
        seen = await _look(network, address, port, host) if reason.failure.kind in LOOK_CLOSER else None
        return AddressPath(address=address, connect=connect, failure=reason.failure, certificate=seen)
    done = time.monotonic()
    seen = _verified_certificate(secured)
    found = AddressPath(
        address=address,
        connect=round(connected - start, 4),
        tls=round(done - connected, 4),
        verified=True,
        certificate=seen,
        tls_version=secured.extra(TLSAttribute.tls_version, None),
        cipher=_cipher(secured),
        alpn=secured.extra(TLSAttribute.alpn_protocol, None),
    )
    await anyio.aclose_forcefully(secured)
    return found


async def _through_proxy(network: Network, host: str, port: int, proxy: ProxyChoice) -> Path:
    through = f"{proxy.host}:{proxy.port}"
    start = time.monotonic()
    try:
        link = await network.open(host, port)
        await network.secure(link, host)
    except Unreached as reason:
        tried = AddressPath(address=f"through {through}", failure=reason.failure)
    else:
        seconds = round(time.monotonic() - start, 4)
        tried = AddressPath(address=f"through {through}", tls=seconds, verified=True)
        await anyio.aclose_forcefully(link.stream)
    return Path(host=host, port=port, proxy=through, addresses=(tried,))


async def _look(network: Network, address: str, port: int, host: str) -> Certificate | None:
    """A second handshake that verifies nothing, to see whose certificate it is."""
    try:
        stream = await dial_one(address, port, network.patience)
        secured = await handshake(Tapped(stream), looking_context(), host, network.patience, address)
    except Unreached:
        return None
    seen = await _certificate(secured)
    await anyio.aclose_forcefully(secured)
    return seen


def _cipher(stream: TLSStream) -> str | None:
    cipher = stream.extra(TLSAttribute.cipher, None)
    return cipher[0] if cipher else None


def _verified_certificate(stream: TLSStream) -> Certificate | None:
    """What OpenSSL tells of a certificate it verified; spares the import of a parser on a healthy path."""
    told = stream.extra(TLSAttribute.peer_certificate, None)
    der = stream.extra(TLSAttribute.peer_certificate_binary, None)
    if not isinstance(told, dict) or not told or not der:
        return None
    return Certificate(
        subject=_distinguished(told.get("subject")),
        issuer=_distinguished(told.get("issuer")),
        names=tuple(str(pair[1]) for pair in told.get("subjectAltName", ()))[:SHOWN_NAMES],
        not_before=_moment(told.get("notBefore")),
        not_after=_moment(told.get("notAfter")),
        sha256=hashlib.sha256(der).hexdigest(),
    )


def _distinguished(name: object) -> str:
    parts: tuple[tuple[tuple[str, str], ...], ...] = name if isinstance(name, tuple) else ()
    return cut(",".join("=".join(pair) for part in parts for pair in part), 200)


def _moment(text: object) -> str:
    if not isinstance(text, str):
        return ""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC).isoformat().replace("+00:00", "Z")


async def _certificate(stream: TLSStream) -> Certificate | None:
    der = stream.extra(TLSAttribute.peer_certificate_binary, None)
    return await in_daemon_thread(read_certificate, der, name="certificate") if der else None


def read_certificate(der: bytes) -> Certificate | None:
    """What a certificate says of itself; None for bytes that are none."""
    from cryptography import x509

    try:
        leaf = x509.load_der_x509_certificate(der)
        subject, issuer = leaf.subject.rfc4514_string(), leaf.issuer.rfc4514_string()
    except ValueError:
        return None
    try:
        alternative = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = tuple(str(name.value) for name in alternative)[:SHOWN_NAMES]
    except (x509.ExtensionNotFound, ValueError):
        names = ()
    return Certificate(
        subject=cut(subject, 200),
        issuer=cut(issuer, 200),
        names=names,
        not_before=leaf.not_valid_before_utc.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        not_after=leaf.not_valid_after_utc.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        sha256=hashlib.sha256(der).hexdigest(),
    )


def _record(recorder: Recorder, path: Path) -> tuple[str, ...]:
    place = f"{path.host}:{path.port}"
    exchanges = [
        recorder.add(
            "dns", method=answer.kind, url=path.host, error=None if answer.rcode == "NOERROR" else answer.rcode
        )
        for answer in path.names
    ]
    if path.failure is not None:
        exchanges.append(recorder.add("dns", url=path.host, error=path.failure.message))
    for tried in path.addresses:
        kind: Literal["tcp", "tls"] = "tcp" if tried.failure is not None and tried.failure.stage == "connect" else "tls"
        error = tried.failure.message if tried.failure else None
        timings = {name: value for name, value in (("connect", tried.connect), ("tls", tried.tls)) if value is not None}
        exchanges.append(
            recorder.add(kind, url=place, address=tried.address, via=path.proxy, error=error, timings=timings)
        )
    return tuple(exchanges)

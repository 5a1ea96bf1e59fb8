"""What went wrong between us and a peer, as data: the stage, the kind, a sentence."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from typing import Literal

from cgrdoctor.model import Kind, Struct
from cgrdoctor.net import absence
from cgrdoctor.privacy.truncate import cut

Stage = Literal["dns", "connect", "proxy", "tls", "send", "headers", "body", "policy"]


class Failure(Struct, frozen=True, kw_only=True):
    """Where and how a conversation ended before its answer was complete; `seconds` since that stage began.

    Kinds by stage. dns: nxdomain, no-address, servfail, timeout, error. connect: timeout, refused, reset, unreachable,
    error. proxy: authentication-required, refused, unreachable, timeout, error. tls: untrusted, expired,
    not-yet-valid, name-mismatch, plain-http, reset, closed, timeout, handshake. send, headers, body: timeout, reset,
    closed, protocol, too-large, truncated, slow. All of these: those of `OWN`.
    policy (we refused): chainguard-host, downgrade, forbidden-address, too-many-redirects, bad-location, unverified.
    """

    stage: Stage
    kind: Kind
    message: str
    seconds: float
    address: str | None = None


OWN = ("deadline", "exhausted", "stopped")
"""Kinds that say nothing of a peer: the run ended before it had its time, this process may open no more files, or it
did not run itself for a while."""

SURE = (*OWN, "too-large")
"""Kinds that are what they are, whatever happened meanwhile."""


class Unreached(Exception):
    """Raised inside the wire when a peer could not be talked to; carries the Failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


_LACKING = frozenset({"exhausted"})
_KINDS: dict[Stage, frozenset[str]] = {
    "dns": _LACKING | {"nxdomain", "no-address", "servfail", "timeout"},
    "connect": _LACKING | {"timeout", "refused", "reset", "unreachable"},
    "proxy": frozenset({"authentication-required", "refused", "unreachable", "timeout"}),
    "tls": frozenset(
        {"untrusted", "expired", "not-yet-valid", "name-mismatch", "plain-http", "reset", "closed", "timeout"}
    ),
    "send": frozenset({"timeout", "reset", "closed"}),
    "headers": frozenset({"timeout", "reset", "closed"}),
    "body": frozenset({"timeout", "reset", "closed", "truncated"}),
}
_FALLBACK: dict[Stage, str] = {
    "dns": "error",
    "connect": "error",
    "proxy": "error",
    "tls": "handshake",
    "send": "protocol",
    "headers": "protocol",
    "body": "protocol",
    "policy": "bad-location",
}

RUN_ENDED = "the run ended first"
"""How a wait is called that got too little time before the end of the run."""

CUT_SHORT = "cut short"
"""How a wait is called that was taken away: by a signal, by the end of the run, by whoever asked."""

_WORDS = {
    "nxdomain": "the name does not exist",
    "no-address": "the name has no address",
    "servfail": "the resolver failed",
    "timeout": "no answer in time",
    "refused": "the connection was refused",
    "reset": "the connection was reset",
    "unreachable": "there is no route to the address",
    "closed": "the peer closed the connection",
    "untrusted": "the certificate is not signed by a trusted authority",
    "expired": "the certificate has expired",
    "not-yet-valid": "the certificate is not valid yet",
    "name-mismatch": "the certificate is for another name",
    "plain-http": "the peer answered in plain HTTP",
    "handshake": "the TLS handshake failed",
    "truncated": "the body ended early",
    "protocol": "the peer does not keep to HTTP",
    "error": "it failed",
    "deadline": RUN_ENDED,
    "exhausted": "this process may not open more files",
    "stopped": "this process did not run for a while",
    "slow": "the answer comes too slowly",
}

_PROXY_WORDS = {
    "unreachable": "the proxy cannot be reached",
    "refused": "the proxy refuses the tunnel",
    "authentication-required": "the proxy wants a login",
    "error": "what answers is no proxy",
}

_EAI = {
    getattr(socket, name): kind
    for name, kind in (
        ("EAI_NONAME", "nxdomain"),
        ("EAI_NODATA", "no-address"),
        ("EAI_ADDRFAMILY", "no-address"),
        ("EAI_AGAIN", "servfail"),
        ("EAI_FAIL", "servfail"),
    )
    if hasattr(socket, name)
}

_ERRNO = {
    errno.EMFILE: "exhausted",
    errno.ENFILE: "exhausted",
    errno.ENOBUFS: "exhausted",
    errno.ENOMEM: "exhausted",
    errno.ETIMEDOUT: "timeout",
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EPIPE: "reset",
    errno.ENETUNREACH: "unreachable",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETDOWN: "unreachable",
    errno.EADDRNOTAVAIL: "unreachable",
    errno.EAFNOSUPPORT: "unreachable",
}

_VERIFY = {
    9: "not-yet-valid",
    10: "expired",
    62: "name-mismatch",
    64: "name-mismatch",
    -67818: "expired",
    -67819: "not-yet-valid",
    -67602: "name-mismatch",
    0x800B0101: "expired",
    0x800B010F: "name-mismatch",
}
"""`verify_code`: OpenSSL's X509_V_ERR_*, macOS's errSec*, Windows's CERT_E_*."""

_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG")

_CLASSES = (
    ("TimeoutException", "timeout"),
    ("TimeoutError", "timeout"),
    ("RemoteProtocolError", "protocol"),
    ("LocalProtocolError", "protocol"),
    ("ProtocolError", "protocol"),
    ("EndOfStream", "closed"),
    ("IncompleteRead", "closed"),
    ("ClosedResourceError", "closed"),
    ("BrokenResourceError", "reset"),
    ("ReadError", "reset"),
    ("WriteError", "reset"),
)
"""Classes of httpcore, httpx, h11, h2 and anyio by name, so that none of them is imported here."""


def classify(error: BaseException, stage: Stage, seconds: float, address: str | None = None) -> Failure:
    """The Failure an exception stands for, read from errno, verify_code and classes along its chain of causes."""
    chain = tuple(_chain(error))
    for link in chain:
        if isinstance(link, Unreached):
            return link.failure
    found = next((kind for link in chain if (kind := _exact(link))), None)
    found = found or next((kind for link in chain if (kind := _by_class(link))), None)
    where: Stage = "dns" if any(isinstance(link, socket.gaierror) for link in chain) else stage
    kind = found if found and (found in _KINDS.get(where, ()) or found == _FALLBACK[where]) else _FALLBACK[where]
    return failure(where, kind, seconds, detail=_detail(chain, kind), address=address)


def failure(stage: Stage, kind: str, seconds: float, *, detail: str = "", address: str | None = None) -> Failure:
    """A Failure with the usual sentence for its kind, followed by `detail` in brackets."""
    words = _PROXY_WORDS.get(kind) if stage == "proxy" else None
    words = words or _WORDS.get(kind, kind.replace("-", " "))
    message = f"{words} ({detail})" if detail else words
    return Failure(stage=stage, kind=kind, message=message, seconds=round(seconds, 4), address=address)


def excused(found: Failure, since: float) -> Failure:
    """The same failure, of kind `stopped` if this process was absent after that moment (monotonic)."""
    if found.kind in SURE or found.stage == "policy" or not absence.since(since):
        return found
    return failure(found.stage, "stopped", found.seconds, detail=found.message, address=found.address)


def _chain(error: BaseException) -> Iterator[BaseException]:
    queue, seen = [error], 0
    while queue and seen < 32:
        link = queue.pop(0)
        seen += 1
        yield link
        if isinstance(link, BaseExceptionGroup):
            queue.extend(link.exceptions)
        queue.extend(other for other in (link.__cause__, link.__context__) if other is not None and other is not link)


def _exact(error: BaseException) -> str | None:
    if isinstance(error, socket.gaierror):
        return "exhausted" if _no_more_files() else _EAI.get(error.errno or 0, "error")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY.get(getattr(error, "verify_code", 0), "untrusted")
    if isinstance(error, ssl.SSLEOFError):
        return "closed"
    if isinstance(error, ssl.SSLError):
        return "plain-http" if getattr(error, "reason", "") in _NOT_TLS else "handshake"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0)
    return None


def _no_more_files() -> bool:
    """Whether this process can open nothing: the C library says then that the resolver failed."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return True
    return False


def _by_class(error: BaseException) -> str | None:
    names = {cls.__name__ for cls in type(error).__mro__}
    return next((kind for name, kind in _CLASSES if name in names), None)


def _detail(chain: tuple[BaseException, ...], kind: str) -> str:
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            return cut(str(getattr(link, "verify_message", "") or ""), 200)
        if isinstance(link, ssl.SSLError):
            return cut(str(getattr(link, "reason", "") or "").lower().replace("_", " "), 200)
        if isinstance(link, OSError) and link.strerror and kind in ("error", "unreachable"):
            return cut(link.strerror, 200)
    if kind == "protocol":
        return next((cut(str(link), 200) for link in chain if str(link)), "")
    return ""

"""Which code a failed conversation means, by stage and kind together."""

from __future__ import annotations

from cgrdoctor import Code
from cgrdoctor.net.failure import OWN, Failure
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.codes import network as codes

_BY_KIND: dict[tuple[str, str], Code] = {
    ("connect", "timeout"): codes.CONNECTION_TIMEOUT,
    ("connect", "refused"): codes.CONNECTION_REFUSED,
    ("connect", "unreachable"): codes.CONNECTION_REFUSED,
    ("connect", "reset"): codes.CONNECTION_RESET,
    ("connect", "error"): codes.CONNECTION_REFUSED,
    ("proxy", "authentication-required"): codes.PROXY_AUTHENTICATION_REQUIRED,
    ("proxy", "refused"): codes.PROXY_REFUSED,
    ("tls", "untrusted"): codes.TLS_UNTRUSTED,
    ("tls", "expired"): codes.TLS_EXPIRED,
    ("tls", "not-yet-valid"): codes.TLS_EXPIRED,
    ("tls", "name-mismatch"): codes.TLS_NAME_MISMATCH,
    ("tls", "plain-http"): codes.PLAIN_HTTP,
    ("tls", "reset"): codes.CONNECTION_RESET,
    ("send", "timeout"): codes.CONNECTION_TIMEOUT,
    ("headers", "timeout"): codes.CONNECTION_TIMEOUT,
    ("body", "timeout"): codes.PATH_MTU,
    ("body", "slow"): codes.CONNECTION_TIMEOUT,
}
_BY_STAGE: dict[str, Code] = {
    "dns": codes.DNS_FAILURE,
    "connect": codes.CONNECTION_REFUSED,
    "proxy": codes.PROXY_UNREACHABLE,
    "tls": codes.TLS_FAILED,
    "send": codes.CONNECTION_RESET,
    "headers": codes.CONNECTION_RESET,
    "body": codes.CONNECTION_RESET,
}
STAGES = {
    "dns": "name resolution",
    "connect": "TCP connection",
    "proxy": "proxy",
    "tls": "TLS handshake",
    "send": "sending the request",
    "headers": "HTTP response header",
    "body": "HTTP response body",
}


OURS = (*OWN, "too-large")
"""Kinds of failure that this tool's own limits make."""


def code_of(failure: Failure) -> Code | None:
    """The code, None where it was this tool that refused to go on or to wait."""
    if failure.kind in OURS:
        return None
    return _BY_KIND.get((failure.stage, failure.kind)) or _BY_STAGE.get(failure.stage)


def words(host: str, failure: Failure) -> str:
    """One sentence that names host and stage."""
    stage = STAGES.get(failure.stage, failure.stage)
    detail = cut(" ".join(failure.message.split()), 160)
    return f"{host}: the {stage} fails ({failure.kind} after {failure.seconds:.1f} s): {detail}"

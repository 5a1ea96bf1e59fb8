"""The name of the code that a failed conversation means, by stage and kind together."""

from __future__ import annotations

from cgrdoctor.net.failure import OWN, Failure

_BY_KIND: dict[tuple[str, str], str] = {
    ("connect", "timeout"): "connection-timeout",
    ("connect", "refused"): "connection-refused",
    ("connect", "unreachable"): "connection-refused",
    ("connect", "reset"): "connection-reset",
    ("connect", "error"): "connection-refused",
    ("proxy", "authentication-required"): "proxy-authentication-required",
    ("proxy", "refused"): "proxy-refused",
    ("tls", "untrusted"): "tls-untrusted",
    ("tls", "expired"): "tls-expired",
    ("tls", "not-yet-valid"): "tls-expired",
    ("tls", "name-mismatch"): "tls-name-mismatch",
    ("tls", "plain-http"): "plain-http",
    ("tls", "reset"): "connection-reset",
    ("send", "timeout"): "connection-timeout",
    ("headers", "timeout"): "connection-timeout",
    ("body", "timeout"): "path-mtu",
    ("body", "slow"): "connection-timeout",
}
_BY_STAGE: dict[str, str] = {
    "dns": "dns-failure",
    "connect": "connection-refused",
    "proxy": "proxy-unreachable",
    "tls": "tls-failed",
    "send": "connection-reset",
    "headers": "connection-reset",
    "body": "connection-reset",
}
OURS = (*OWN, "too-large")
"""Kinds of failure that this tool's own limits make."""


def code_name(failure: Failure) -> str | None:
    """None where it was this tool that refused to go on or to wait."""
    if failure.kind in OURS:
        return None
    return _BY_KIND.get((failure.stage, failure.kind)) or _BY_STAGE.get(failure.stage)

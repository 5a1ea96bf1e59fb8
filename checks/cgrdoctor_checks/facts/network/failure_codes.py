"""Which code a failed conversation means, by stage and kind together."""

from __future__ import annotations

from cgrdoctor import Code
from cgrdoctor.net.failure import Failure
from cgrdoctor.net.failure_code import code_name
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.codes import network as codes

STAGES = {
    "dns": "name resolution",
    "connect": "TCP connection",
    "proxy": "proxy",
    "tls": "TLS handshake",
    "send": "sending the request",
    "headers": "HTTP response header",
    "body": "HTTP response body",
}


_CODES = {code.name: code for code in vars(codes).values() if isinstance(code, Code)}


def code_of(failure: Failure) -> Code | None:
    """The code, None where it was this tool that refused to go on or to wait."""
    name = code_name(failure)
    return _CODES[name] if name else None


def words(host: str, failure: Failure) -> str:
    """One sentence that names host and stage."""
    stage = STAGES.get(failure.stage, failure.stage)
    detail = cut(" ".join(failure.message.split()), 160)
    return f"{host}: the {stage} fails ({failure.kind} after {failure.seconds:.1f} s): {detail}"

"""The way to cgr.dev from here.

## What it looks at
Every address of cgr.dev: name, TCP, TLS, certificate, and the protocol and cipher of the connection.

## Why it matters
What fails from this machine says nothing about Artifactory, unless the command runs where Artifactory does
(`--vantage artifactory`). Without this way there is no comparison with a pull straight from cgr.dev.

## How it fails
Time-outs, refusals, `x509` errors.

## How to fix
Allow TCP 443 to cgr.dev, directly or by the proxy.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Code, Finding, check, info
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.path import AddressPath
from cgrdoctor_checks.codes import network as codes
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_TLS_UNTRUSTED,
    UPSTREAM_UNREACHABLE,
)
from cgrdoctor_checks.facts.network.paths import UpstreamPath
from cgrdoctor_checks.network.path_findings import chainguard_host
from cgrdoctor_checks.remedies import commands


@check(
    "network.upstream",
    title="cgr.dev can be reached from here",
    codes=[
        *codes.PATH_CODES,
        UPSTREAM_UNREACHABLE,
        UPSTREAM_TLS_UNTRUSTED,
        UPSTREAM_PROXY_REFUSED,
        codes.HTTP2_UNAVAILABLE,
        codes.TLS_MINIMUM_UNMET,
    ],
    unlocked_by="a machine that reaches cgr.dev",
)
def reach_upstream(invocation: Invocation, seen: UpstreamPath) -> Iterator[Finding]:
    """Only a remark, unless the command runs where Artifactory does."""
    yield from chainguard_host(invocation, seen.path, seen.exchanges, UPSTREAM_UNREACHABLE)
    for tried in seen.path.addresses:
        if tried.verified and tried.alpn != "h2" and not seen.path.proxy:
            yield _remark(
                codes.HTTP2_UNAVAILABLE, seen, f"cgr.dev offers {tried.alpn or 'no protocol'} by ALPN, not h2"
            )
        if tried.verified and not _strong(tried):
            words = f"the connection to cgr.dev uses {tried.tls_version} with {tried.cipher}"
            yield _remark(codes.TLS_MINIMUM_UNMET, seen, words)


def _strong(tried: AddressPath) -> bool:
    """TLS 1.3, or 1.2 with AES-256-GCM (Chainguard's network requirements); what is unknown is not blamed."""
    if tried.tls_version != "TLSv1.2":
        return tried.tls_version in (None, "TLSv1.3")
    return tried.cipher is None or "AES256-GCM" in tried.cipher


def _remark(code: Code, seen: UpstreamPath, summary: str) -> Finding:
    return info(code, summary, subject="cgr.dev", evidence=seen.exchanges, remedy=commands.steps(code.fix))

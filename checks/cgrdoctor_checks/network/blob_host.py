"""The way to the blob host of cgr.dev from here.

## What it looks at
Every address of the host that cgr.dev sends downloads of blobs to: name, TCP, TLS, certificate.

## Why it matters
A firewall that lets cgr.dev through and not its blob host breaks pulls after the manifest. From this machine it says
nothing about Artifactory, unless the command runs where Artifactory does (`--vantage artifactory`).

## How it fails
The manifest comes, every layer times out or is refused.

## How to fix
Allow TCP 443 to the blob host too.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check
from cgrdoctor.config.settings import Invocation
from cgrdoctor_checks.codes import network as codes
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_BLOB_HOST_BLOCKED,
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_TLS_UNTRUSTED,
)
from cgrdoctor_checks.facts.network.paths import BlobHostPath
from cgrdoctor_checks.network.path_findings import chainguard_host


@check(
    "network.blob-host",
    title="The blob host of cgr.dev can be reached from here",
    codes=[*codes.PATH_CODES, UPSTREAM_BLOB_HOST_BLOCKED, UPSTREAM_TLS_UNTRUSTED, UPSTREAM_PROXY_REFUSED],
    unlocked_by="a machine that reaches the blob host",
)
def reach_blob_host(invocation: Invocation, seen: BlobHostPath) -> Iterator[Finding]:
    """Only a remark, unless the command runs where Artifactory does."""
    yield from chainguard_host(invocation, seen.path, seen.exchanges, UPSTREAM_BLOB_HOST_BLOCKED)

"""Chainguard's hosts as data: which one plays which part, according to which page, read when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cgrdoctor.secret import canonical_host

HostRole = Literal["registry", "blobs", "authentication", "platform", "packages", "website", "support"]

REGISTRY_HOST = "cgr.dev"
BLOB_HOST = "9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com"
MISPRINTED_BLOB_HOST = "9236a389bd48b98df91adc1bc924620.r2.cloudflarestorage.com"
"""As a page printed it in 2023, a `4` missing (github.com/chainguard-dev/edu/issues/1016); old allowlists carry it."""

_PAGE = "Chainguard docs: network requirements"


@dataclass(frozen=True, slots=True)
class ChainguardHost:
    """One host. `pulls` says whether a registry mirror talks to it to pull images; `families` its IP versions."""

    name: str
    role: HostRole
    pulls: bool
    families: tuple[Literal[4, 6], ...]
    source: str
    read: str


HOSTS: tuple[ChainguardHost, ...] = (
    ChainguardHost(REGISTRY_HOST, "registry", True, (4,), _PAGE, "2026-10-08"),
    ChainguardHost(BLOB_HOST, "blobs", True, (4, 6), _PAGE, "2026-10-08"),
    ChainguardHost("enforce.dev", "authentication", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("issuer.enforce.dev", "authentication", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("console-api.enforce.dev", "platform", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("dl.enforce.dev", "platform", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("auth.chainguard.dev", "authentication", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("console.chainguard.dev", "platform", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("data.chainguard.dev", "platform", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("support.chainguard.dev", "support", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("apk.cgr.dev", "packages", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("virtualapk.cgr.dev", "packages", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("packages.cgr.dev", "packages", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost("tarballs.cgr.dev", "packages", False, (4,), _PAGE, "2026-10-08"),
    ChainguardHost(
        "libraries.cgr.dev", "packages", False, (4,), "Chainguard docs: libraries network requirements", "2026-08-21"
    ),
    ChainguardHost("packages.wolfi.dev", "packages", False, (4, 6), _PAGE, "2026-10-08"),
    ChainguardHost(
        "chainguard.dev", "website", False, (4,), "Chainguard docs: Artifactory pull-through guide", "2026-02-18"
    ),
    ChainguardHost(
        "www.chainguard.dev", "website", False, (4,), "Chainguard docs: Artifactory pull-through guide", "2026-02-18"
    ),
)

_DOMAINS = ("cgr.dev", "chainguard.dev", "enforce.dev", "r2.cloudflarestorage.com")


def is_chainguard(host: str) -> bool:
    """Whether `host[:port]` is one `--no-direct` keeps us from: a Chainguard name, or any R2 bucket.

    Any bucket, because presigned URLs could name another one than the published host.
    """
    name = canonical_host(host)
    name = (name.partition("]")[0] if name.startswith("[") else name.rpartition(":")[0] or name).rstrip(".")
    return name in {known.name for known in HOSTS} or any(
        name == domain or name.endswith("." + domain) for domain in _DOMAINS
    )

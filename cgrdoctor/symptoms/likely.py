"""The order of codes: how often each is what people meet, and what the reference itself says for or against it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cgrdoctor.net.reference import Reference

OFTEN = (
    "docker-credentials-missing",
    "artifactory-credentials-rejected",
    "pull-token-expired",
    "image-not-in-catalog",
    "tag-not-found",
    "image-not-found",
    "artifactory-permission-denied",
    "remote-url-mismatch",
    "token-authentication-disabled",
    "pull-token-rejected",
    "xray-blocked",
    "curation-blocked",
    "upstream-unreachable",
    "remote-assumed-offline",
    "repository-not-found",
    "reference-missing-organization",
    "upstream-content-blocked",
    "upstream-tls-untrusted",
    "upstream-proxy-refused",
    "tls-untrusted",
    "docker-ca-missing",
    "proxy-refused",
    "proxy-authentication-required",
    "dns-failure",
    "connection-timeout",
    "connection-refused",
    "connection-reset",
    "artifactory-unhealthy",
    "artifactory-rate-limited",
    "gateway-rate-limited",
    "remote-credentials-missing",
    "missed-retrieval-cached",
    "unexpected-html",
    "sign-in-required",
    "docker-credentials-other-host",
    "credential-helper-failed",
    "authorization-not-forwarded",
    "pull-role-missing",
    "include-pattern-blocks",
    "exclude-pattern-blocks",
    "cache-incomplete",
    "upstream-blob-host-blocked",
    "artifactory-storage-full",
    "docker-api-not-routed",
)
"""An estimate: codes in the order in which people seem to meet them."""

PLACEHOLDERS = ("my-project", "organization", "example.com", "your-", "chainguard-private")
OWN_NETWORK = frozenset(
    (
        "upstream-blob-host-blocked",
        "upstream-tls-untrusted",
        "upstream-proxy-refused",
        "upstream-unreachable",
        "upstream-content-blocked",
        "upstream-edge-refused",
        "artifactory-storage-full",
        "artifactory-resources-exhausted",
    )
)
"""Faults of a network or a machine that JFrog's cloud has not: firewalls, inspection, disks of one's own."""
JFROG_CLOUD = frozenset(("jfrog-cloud-quota-exceeded", "jfrog-cloud-instance-inactive"))


def ordered(codes: Iterable[str], reference: Reference | None, named: Iterable[str] = ()) -> tuple[str, ...]:
    """Likeliest first: what the reference points to, then `named` in its own order, then what is met often; last what
    cannot be where its host is."""
    pointed = _pointed(reference)
    host = reference.hostname if reference else ""
    elsewhere = OWN_NETWORK if host.endswith(".jfrog.io") else JFROG_CLOUD if host else frozenset()
    place = {code: at for at, code in enumerate((*dict.fromkeys((*named, *OFTEN)),))}

    def key(code: str) -> tuple[int, int, str]:
        return pointed.get(code, 99 if code in elsewhere else 9), place.get(code, 999), code

    return tuple(sorted(dict.fromkeys(codes), key=key))


def _pointed(reference: Reference | None) -> dict[str, int]:
    """Codes for which the reference itself speaks, the strongest with the smallest number."""
    if reference is None:
        return {}
    segments = reference.segments
    found: dict[str, int] = {}
    if segments[0] in ("v2", "artifactory", "api", "cgr.dev", "docker") or (
        len(segments) > 1 and segments[1] == "cgr.dev"
    ):
        found |= {"reference-missing-repository": 0, "repository-not-found": 1}
    if re.search(r"helm|npm|pypi|maven|generic|oci", segments[0]):
        found |= {"repository-wrong-type": 0}
    if reference.digest:
        found |= {"digest-not-found": 1, "cache-incomplete": 3}
    if len(segments) == 2:
        found |= {"reference-missing-organization": 1, "image-not-found": 4}
    if "chainguard" in segments[1:]:
        tag = reference.tag or "latest"
        found |= {"image-not-free": 2, "image-not-found": 3}
        found |= {"free-tag-unavailable": 1} if not tag.startswith("latest") else {}
    if any(word in str(reference) for word in PLACEHOLDERS):
        found |= {"reference-placeholder": 0}
    if len(segments) > 3 and segments[1] == segments[2]:
        found |= {"project-id-doubled": 1}
    return found

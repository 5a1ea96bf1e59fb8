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
_PLACE = {code: place for place, code in enumerate(OFTEN)}


def ordered(codes: Iterable[str], reference: Reference | None, named: Iterable[str] = ()) -> tuple[str, ...]:
    """Likeliest first: what the reference points to, then `named` in its own order, then what is met often."""
    pointed = _pointed(reference)
    order = {code: place for place, code in reversed(list(enumerate(named)))}
    unique = dict.fromkeys(codes)
    last = 999
    return tuple(
        sorted(unique, key=lambda code: (pointed.get(code, 9), order.get(code, last), _PLACE.get(code, last), code))
    )


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

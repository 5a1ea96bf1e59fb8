"""The pairs and groups of faults that a naive tool confuses, by the names of their worlds in the lab."""

from __future__ import annotations

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "no token from cgr.dev: expired, user name, catalog, organization",
        (
            "pull-token-expired",
            "remote-username-malformed",
            "image-not-in-catalog",
            "organization-unknown",
            "reference-missing-organization",
        ),
    ),
    ("a remembered miss, or really missing", ("missed-retrieval-cached", "free-tag-unavailable", "tag-not-found")),
    ("assumed offline, offline, blacked out", ("remote-assumed-offline", "remote-offline", "remote-blacked-out")),
    ("the image blamed for the offline state it met", ("remote-assumed-offline", "image-not-found")),
    ("no permission hidden as 404, or missing", ("artifactory-permission-hidden", "tag-not-found")),
    ("403 by Xray, by permission, by a proxy", ("xray-blocked", "artifactory-permission-denied", "proxy-refused")),
    (
        "manifest fine, layers not: blob host, cache, redirect",
        ("upstream-blob-host-blocked", "cache-incomplete", "cache-corrupt", "download-host-unreachable"),
    ),
    ("upstream silent or unresolved", ("upstream-dropped", "upstream-dns")),
    ("upstream fails at once", ("upstream-refused", "upstream-content-blocked")),
    ("certificates: interception, clock, expiry", ("upstream-tls-untrusted", "clock-skew", "tls-expired")),
    ("an unknown authority here", ("tls-untrusted", "tls-name-mismatch")),
    ("our login or the remote's", ("artifactory-credentials-rejected", "pull-token-expired")),
    (
        "no key, no member, no permission",
        ("reference-missing-repository", "virtual-member-missing", "artifactory-permission-denied"),
    ),
    (
        "path in the URL, Project ID doubled, no organization",
        ("remote-url-path", "project-id-doubled", "reference-missing-organization"),
    ),
    ("no platform, no child manifest, too old", ("platform-unavailable", "cache-incomplete", "artifactory-too-old")),
    ("realm elsewhere, or anonymous access", ("token-realm-http", "token-realm-internal")),
    ("a page: not routed, a portal, down", ("docker-api-not-routed", "unexpected-html", "artifactory-bad-gateway")),
    ("a proxy's 403, or Artifactory's", ("proxy-refused-page", "artifactory-permission-denied")),
    ("limited rate, or missing", ("upstream-rate-limited", "tag-not-found")),
    ("silence at connecting, or a reset", ("connection-timeout", "connection-reset", "connection-refused")),
    ("an old tag: cache, or too old an Artifactory", ("cache-stale", "artifactory-too-old")),
)
"""Chainguard's and JFrog's documentation and public threads name these confusions; each row is one of them."""

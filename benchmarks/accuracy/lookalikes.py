"""The groups of faults that a naive tool confuses, by the names of their worlds in the lab, healthy ones among them."""

from __future__ import annotations

import re
from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "no token from cgr.dev: expired, user name, catalog, organization, none named": (
        "pull-token-expired",
        "remote-username-malformed",
        "image-not-in-catalog",
        "organization-unknown",
        "reference-missing-organization",
    ),
    "an expired token on the Production remote, a dead one on the Free remote": (
        "pull-token-expired",
        "pull-token-dead-on-free-remote",
    ),
    "a remembered miss, or really missing": ("missed-retrieval-cached", "free-tag-unavailable", "tag-not-found"),
    "assumed offline, offline, blacked out": ("remote-assumed-offline", "remote-offline", "remote-blacked-out"),
    "the image blamed for the offline state it met": ("remote-assumed-offline", "image-not-found"),
    "no permission hidden as 404, or missing": (
        "artifactory-permission-hidden",
        "tag-not-found",
    ),
    "a page shown as a miss, or a miss": ("upstream-content-blocked-masked", "missed-retrieval-cached"),
    "Xray behind a virtual, or missing": ("virtual-xray-blocked", "virtual-image-not-found"),
    "403 by Xray, by permission, by a proxy": ("xray-blocked", "artifactory-permission-denied", "proxy-refused"),
    "manifest fine, layers not: blob host, cache, redirect": (
        "upstream-blob-host-blocked",
        "cache-incomplete-blob",
        "exclude-pattern-blobs",
        "cache-corrupt",
        "download-host-unreachable",
        "download-host-refused",
    ),
    "a blob that does not come: lost in the filestore, a gap, damaged": (
        "artifactory-content-lost",
        "cache-incomplete-blob",
        "cache-corrupt",
    ),
    "Artifactory fails by itself: a limit, the disk, down": (
        "artifactory-open-files",
        "artifactory-storage-full",
        "artifactory-bad-gateway",
    ),
    "a gateway's time-out: impatient, one sick node, upstream silent": (
        "gateway-timeout",
        "artifactory-node-sick",
        "upstream-slow",
    ),
    "upstream silent: dropped, unresolved, no route, a proxy": (
        "upstream-dropped",
        "upstream-dns",
        "upstream-no-route",
        "upstream-proxy-refused",
    ),
    "upstream fails at once: refused, 407, a page": (
        "upstream-refused",
        "upstream-proxy-refused",
        "upstream-content-blocked",
    ),
    "HEAD refused to the client, or to Artifactory": (
        "head-request-refused",
        "upstream-head-refused",
        "healthy-head-not-allowed",
    ),
    "a ping that asks for no login, a login that is not stored, a repository that needs none": (
        "login-not-requested",
        "docker-credentials-missing",
        "healthy-open-ping",
    ),
    "a download host closed, refusing, serving": (
        "download-host-unreachable",
        "download-host-refused",
        "healthy-stored-away",
    ),
    "cgr.dev out of order, its edge refusing, a filter's page, a closed blob host": (
        "upstream-outage-token",
        "upstream-edge-refused",
        "upstream-content-blocked",
        "upstream-blob-host-blocked",
    ),
    "certificates: interception, clock, expiry": ("upstream-tls-untrusted", "clock-skew", "tls-expired"),
    "an authority unknown to this tool, to docker, to nobody": (
        "tls-untrusted",
        "docker-ca-missing",
        "healthy-system-store",
    ),
    "not logged in, a stale helper, another host's key": (
        "docker-credentials-missing",
        "docker-credentials-ignored",
        "docker-credentials-other-host",
        "credential-helper-loses",
    ),
    "a login refused, lost on the way, or never sent": (
        "artifactory-credentials-rejected",
        "artifactory-credentials-rejected-line-break",
        "authorization-not-forwarded-token",
        "credential-not-sent-line-break",
        "identity-token-refused",
        "credential-not-sent-challenge",
        "credential-not-sent-elsewhere",
        "docker-credentials-missing",
    ),
    "our login, or the remote's": ("artifactory-credentials-rejected", "pull-token-expired"),
    "no key, no member, no permission": (
        "reference-missing-repository",
        "virtual-member-missing",
        "artifactory-permission-denied",
    ),
    "path in the URL, Project ID doubled, no organization": (
        "remote-url-path",
        "project-id-doubled",
        "reference-missing-organization",
    ),
    "an old digest: Artifactory's cache, the engine's copy, another member": (
        "cache-stale",
        "healthy-docker-old-copy",
        "virtual-name-collision-local",
    ),
    "no platform, a missing image called platform, no child manifest, too old": (
        "platform-unavailable",
        "image-not-found-named-platform",
        "cache-incomplete",
        "artifactory-too-old",
    ),
    "realm elsewhere, header dropped, anonymous access": (
        "token-realm-internal",
        "authorization-not-forwarded",
        "healthy-anonymous-user",
    ),
    "a page: not routed, a portal, down": ("docker-api-not-routed", "unexpected-html", "artifactory-bad-gateway"),
    "a page: a sign-in, a gateway, JFrog's cloud without the instance": (
        "sign-in-required",
        "unexpected-html-forbidden",
        "jfrog-cloud-instance-inactive",
        "healthy-sign-in-for-rest",
    ),
    "429: a quota of the subscription, Artifactory, a gateway, cgr.dev": (
        "jfrog-cloud-quota-exceeded",
        "artifactory-rate-limited",
        "gateway-rate-limited",
        "upstream-rate-limited",
    ),
    "the engine's proxy, or the way to Artifactory": (
        "docker-proxy-differs-pull",
        "connection-timeout",
        "connection-refused",
    ),
    "a proxy's 403, or Artifactory's": (
        "proxy-refused-page",
        "docker-proxy-differs",
        "artifactory-permission-denied",
    ),
    "a doubled /v2/, or missing": ("reference-doubled-v2", "image-not-found"),
    "a tag not synced yet, or synced and a miss remembered": ("tag-not-found", "missed-retrieval-cached"),
    "a limited rate shown as 404, or missing": ("upstream-rate-limited-masked", "tag-not-found"),
    "a hang: large packets lost, a slow layer, dropped": ("path-mtu", "upstream-layers-slow", "connection-timeout"),
    "a reset by a filter, or refused": ("connection-reset", "connection-refused"),
    "an old tag: too old an Artifactory, or the cache": ("artifactory-too-old", "cache-stale"),
}
"""Chainguard's and JFrog's documentation and public threads name these confusions; each group is one of them."""

SAID: Mapping[str, re.Pattern[str]] = {
    "artifactory-credentials-rejected-line-break": re.compile("ends with a line break"),
    "credential-not-sent-line-break": re.compile("it holds a line break"),
    "identity-token-refused": re.compile("for the identity token"),
    "credential-not-sent-challenge": re.compile("neither Basic nor Bearer"),
    "credential-not-sent-elsewhere": re.compile("--artifactory-url names"),
    "docker-credentials-ignored": re.compile("does not read this entry"),
    "docker-credentials-other-host": re.compile("the port differs"),
    "upstream-dropped": re.compile("never answered"),
    "upstream-dns": re.compile("does not resolve"),
    "upstream-no-route": re.compile("no route"),
    "upstream-refused": re.compile("connection is refused"),
}
"""Worlds of one code are told apart by what its summary says."""

"""What tells each fault of the lab from its look-alikes, and the axes in which it cannot vary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.accuracy.axes import AXES
from benchmarks.accuracy.worlds import Discriminator
from cgrdoctor.lab.faults import (
    access,
    account,
    client_requests,
    docker,
    fields,
    front,
    healthy_here,
    healthy_there,
    kubernetes,
    login,
    proxy,
    reference,
    token,
    upstream,
    virtual,
)

CALLER, ARM, ROUTE, METHOD, REFERENCE, CACHE, PULLED = (
    frozenset({name}) for name in ("caller", "arm", "route", "method", "reference", "cache", "pulled")
)
REACH = frozenset({"route", "method", "reference", "words", "reading", "version", "cache", "head", "body", "pulled"})
"""Axes that say nothing where no answer of Artifactory's arrives."""

EVERY = frozenset(AXES)
MADE = EVERY - {"version"}
"""Axes of a world that is made of a certain caller, route or wording."""

ALWAYS = Discriminator()
AS_IT_IS = Discriminator(fixed=MADE)
ON_THIS_MACHINE = Discriminator(fixed=EVERY)
"""Faults that show before or beside Artifactory."""

NO_ANSWER = Discriminator(fixed=REACH)
IN_ITS_PLACE = Discriminator(fixed=REACH | frozenset({"host"}))
"""Somebody else answers, in JFrog's cloud or on a host of one's own, but not on either."""

AT_THE_TOKEN = Discriminator(fixed=REACH | CALLER | frozenset({"host"}))
"""The same at the token endpoint, which nobody asks where everybody may pull."""

SETTINGS = Discriminator((("settings",),))
SETTINGS_BY_TAG = Discriminator((("settings",),), REFERENCE)
CREDENTIAL = Discriminator((("credential",),))
BY_CREDENTIAL_UNCACHED = Discriminator((("credential", "cold"), ("credential", "settings")))
"""Of what stops this image alone: served from a cache it shows only where this machine's login is the remote's."""

BY_KEY = Discriminator((("direct-key",),))

BY_FILE = {
    access: AS_IT_IS,
    docker: ON_THIS_MACHINE,
    fields: SETTINGS,
    front: IN_ITS_PLACE,
    kubernetes: ON_THIS_MACHINE,
    proxy: ON_THIS_MACHINE,
    upstream: BY_KEY,
    virtual: AS_IT_IS,
}
"""What tells the faults of a file apart, unless they say something else."""

DISCRIMINATORS: Mapping[str, Discriminator] = {
    **{fault.name: usual for file, usual in BY_FILE.items() for fault in file.FAULTS},
    **dict.fromkeys(
        ("identity-token-not-taken", "identity-token-refused", "credential-not-sent-line-break"),
        ON_THIS_MACHINE,
    ),
    **dict.fromkeys(
        (
            "artifactory-content-lost-wordless",
            "artifactory-error-with-status-200",
            "artifactory-token-endpoint-fails",
            "cache-disabled-refuses",
            "cache-disabled-refuses-wordless",
            "remote-url-mirror-between",
            "remote-url-other-registry",
            "upstream-content-blocked-pulled-before",
            "upstream-outage-pulled-before",
            "download-host-filtered",
            "download-host-two-logins",
            "artifactory-out-of-memory",
            "upstream-outage-blobs",
            "pull-role-missing-whole-catalog",
            "reference-missing-organization-production",
            "jfrog-cloud-instance-inactive-followed",
            "jfrog-cloud-quota-exceeded-everywhere",
            "jfrog-cloud-quota-exceeded-blobs",
            "sign-in-required-manifest",
            "artifactory-credentials-rejected-line-break",
            "artifactory-database-pool-empty",
            "artifactory-licence",
            "artifactory-node-sick",
            "artifactory-nodes-differ",
            "artifactory-rate-limited",
            "authorization-not-forwarded",
            "authorization-not-forwarded-anywhere",
            "authorization-not-forwarded-token",
            "cache-corrupt-manifest",
            "media-type-mismatch-schema1",
            "tag-not-found-cached",
            "cache-incomplete-blob",
            "cache-poisoned-blob",
            "cache-stale-unseen",
            "cache-stale-virtual",
            "credential-not-sent-challenge",
            "credential-not-sent-elsewhere",
            "credential-not-sent-no-challenge",
            "curation-blocked-reworded",
            "digest-mismatch",
            "docker-api-misrouted",
            "gateway-rate-limited",
            "gateway-rate-limited-challenge",
            "gateway-timeout-always",
            "media-type-mismatch",
            "missed-retrieval-cached-on-one-node",
            "project-id-malformed",
            "pull-token-expired-url-ignored",
            "remote-password-missing",
            "remote-token-of-other-organization",
            "remote-token-of-other-organization-by-id",
            "remote-username-organization",
            "remote-username-swapped",
            "remote-username-white-space",
            "repository-key-unusable",
            "upstream-refused-hard-fail",
            "virtual-xray-blocked-reworded",
            "xray-blocked-hidden",
            "xray-blocked-reworded",
            "xray-blocked-wordless",
        ),
        AS_IT_IS,
    ),
    "artifactory-bad-gateway": Discriminator(fixed=frozenset({"method"})),
    "artifactory-credentials-rejected": Discriminator(fixed=CALLER),
    "artifactory-content-lost": Discriminator(fixed=ROUTE | REFERENCE | CACHE),
    "artifactory-eula": ALWAYS,
    "artifactory-open-files": Discriminator(fixed=frozenset({"words"})),
    "artifactory-permission-denied": Discriminator(fixed=CALLER),
    "artifactory-permission-hidden": Discriminator((("settings",),), CALLER),
    "artifactory-permission-hidden-from-puller": Discriminator((("list",),), CALLER),
    "upstream-content-blocked-masked": Discriminator((("login", "cold"),)),
    "artifactory-starting": ALWAYS,
    "artifactory-storage-full": ALWAYS,
    "artifactory-too-old": Discriminator(fixed=frozenset({"version"})),
    "cache-corrupt": Discriminator(fixed=ROUTE | REFERENCE),
    "cache-incomplete": Discriminator(fixed=ROUTE | REFERENCE | frozenset({"version"})),
    "cache-poisoned": Discriminator(fixed=ROUTE | REFERENCE),
    "cache-stale": Discriminator((("credential", "login"),), REFERENCE | ROUTE),
    "cache-stale-upstream-refused": Discriminator(fixed=REFERENCE | ROUTE),
    "clock-ahead": Discriminator(fixed=REACH | ARM),
    "clock-behind": Discriminator(fixed=REACH | ARM),
    "clock-skew": ALWAYS,
    "connection-refused": NO_ANSWER,
    "connection-reset": NO_ANSWER,
    "connection-timeout": NO_ANSWER,
    "container-policy-denied": BY_CREDENTIAL_UNCACHED,
    "container-policy-denied-wordless": BY_CREDENTIAL_UNCACHED,
    "curation-blocked": Discriminator((("direct-key",), ("settings",))),
    "digest-not-found": Discriminator((("credential",),), REFERENCE),
    "docker-api-not-routed": Discriminator(fixed=frozenset({"method"})),
    "docker-credentials-missing": Discriminator(fixed=CALLER),
    "download-host-refused": ALWAYS,
    "download-host-unreachable": ALWAYS,
    **dict.fromkeys(
        ("jfrog-cloud-quota-exceeded-token", "sign-in-required-token", "token-realm-not-routed"), AT_THE_TOKEN
    ),
    "exclude-pattern-blobs": Discriminator((("settings",),), CACHE | frozenset({"version"})),
    "exclude-pattern-unseen": Discriminator((("direct-key", "login"),), CALLER),
    "free-tag-unavailable": Discriminator((("direct",),), REFERENCE),
    "head-request-missing": AS_IT_IS,
    "head-request-other-digest": AS_IT_IS,
    "head-request-refused": AS_IT_IS,
    "head-request-schema1": AS_IT_IS,
    "login-not-requested": AS_IT_IS,
    "login-not-requested-anywhere": AS_IT_IS,
    "gateway-timeout": Discriminator(fixed=CACHE),
    "image-not-found": Discriminator((("credential",),), REFERENCE),
    "image-not-found-named-platform": AS_IT_IS,
    "image-not-free": Discriminator((("direct",),)),
    "image-not-in-catalog": CREDENTIAL,
    "image-not-in-catalog-capability": CREDENTIAL,
    "missed-retrieval-cached": Discriminator((("credential",),), REFERENCE | CACHE),
    "not-artifactory": Discriminator(fixed=REACH | CALLER),
    "organization-unknown": Discriminator((("direct",),), REFERENCE),
    "path-mtu": ON_THIS_MACHINE,
    "plain-http": NO_ANSWER,
    "platform-unavailable": ALWAYS,
    "project-id-doubled": SETTINGS,
    "pull-role-missing": CREDENTIAL,
    "pull-role-viewer": BY_CREDENTIAL_UNCACHED,
    "pull-token-dead-on-free-remote": Discriminator((("direct-key",), ("settings",)), ARM),
    "pull-token-expired": CREDENTIAL,
    "pull-token-expired-cached": Discriminator((("credential",),), REFERENCE | ROUTE),
    "pull-token-expired-unseen": Discriminator(fixed=CALLER | ARM),
    "pull-token-expiring": CREDENTIAL,
    "pull-token-revoked": CREDENTIAL,
    "pull-token-wrong-organization": CREDENTIAL,
    "pull-token-wrong-organization-of-the-remote": Discriminator((("settings", "credential"),)),
    "pull-token-wrong-organization-unseen": Discriminator(fixed=CALLER | ARM),
    "reference-doubled-v2": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "reference-missing-organization": Discriminator((("direct",),), ROUTE | METHOD | REFERENCE),
    "reference-api-path": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "reference-context-path": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "reference-upstream-host": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "reference-missing-repository": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "reference-missing-repository-production": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "reference-placeholder": Discriminator(fixed=REFERENCE),
    "remote-assumed-offline": ALWAYS,
    "remote-blacked-out": Discriminator((("direct-key",), ("settings",))),
    "remote-credentials-missing-unseen": Discriminator((("settings",),), CALLER),
    "remote-offline-unseen": Discriminator((("direct-key", "login", "cold"),), CALLER),
    "remote-url-host": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-url-http": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-url-path": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-url-slash": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-url-v2": Discriminator((("settings",), ("list", "direct-key"))),
    "repository-local": Discriminator((("list",),), ROUTE | REFERENCE),
    "repository-not-found": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "repository-wrong-type": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "tag-not-found": Discriminator((("credential",),), REFERENCE),
    "tls-expired": NO_ANSWER,
    "tls-not-yet-valid": NO_ANSWER,
    "tls-failed": NO_ANSWER,
    "tls-name-mismatch": NO_ANSWER,
    "tls-silent": NO_ANSWER,
    "tls-untrusted": NO_ANSWER,
    "token-authentication-disabled-free": Discriminator((("settings",),), CALLER),
    "token-realm-http": Discriminator((("login",),)),
    "token-realm-internal": Discriminator((("login",),)),
    "unexpected-html": NO_ANSWER,
    "upstream-dropped-wordless": Discriminator((("settings",),), frozenset({"words"})),
    "upstream-layers-slow": Discriminator((("direct-key",),), PULLED),
    "upstream-head-refused": Discriminator((("direct-key", "facts-text"),)),
    "upstream-edge-refused": Discriminator((("direct",),)),
    "upstream-edge-refused-once": AS_IT_IS,
    "upstream-edge-refused-there": Discriminator((("settings",),), CALLER),
    "upstream-outage": Discriminator((("direct",),)),
    "upstream-outage-token": Discriminator((("direct",),)),
    "upstream-rate-limited-masked": Discriminator((("direct",),), frozenset({"words"})),
    "upstream-refused-untested": Discriminator((("direct-key",),), frozenset({"words"})),
    "upstream-untrusted-wordless": Discriminator((("settings",),), frozenset({"words"})),
    "upstream-unreachable-reworded": Discriminator((("direct-key",),), frozenset({"words"})),
    "virtual-member-missing": Discriminator((("settings",),), ROUTE | METHOD | REFERENCE),
    "xray-blocked": Discriminator((("direct-key",), ("settings",))),
}

ELSEWHERE = frozenset(fault.name for file in (account, reference, token, upstream) for fault in file.FAULTS)
"""Faults of a reference, of a Chainguard account or token, or of the way to Chainguard.

No version of Artifactory changes anything in them.
"""

UNVERSIONED = (
    "healthy-context",
    "healthy-exclude-pattern",
    "healthy-http1",
    "healthy-one-path-sent-away",
    "healthy-own-proxy",
    "healthy-sign-in-for-rest",
    "healthy-slow",
    "healthy-tls12",
    "healthy-url-not-normalized",
    "healthy-website-blocked",
)
"""Worlds in which nothing depends on what version of Artifactory it is."""

HEALTHY_FIXED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(UNVERSIONED, frozenset({"version"})),
    **{
        world.name: MADE
        for world in (
            *client_requests.HEALTHY,
            *healthy_here.WORLDS,
            *healthy_there.WORLDS,
            *docker.HEALTHY,
            *kubernetes.HEALTHY,
            *login.HEALTHY,
        )
    },
    **dict.fromkeys(("healthy-6", "healthy-7-9", "healthy-saas"), EVERY),
    **dict.fromkeys(
        (
            "healthy-cached-moved",
            "healthy-cached-old",
            "healthy-cached-old-unseen",
            "healthy-legacy-saas",
            "healthy-oci",
            "healthy-path-on-port",
            "healthy-port",
            "healthy-port-unnamed",
            "healthy-project-id",
            "healthy-project-id-user",
            "healthy-subdomain",
            "healthy-subdomain-alone",
            "healthy-subdomain-apart",
            "healthy-unusual-fields",
            "healthy-virtual-nested",
            "healthy-virtual-project-ids",
            "healthy-virtual-user",
        ),
        MADE,
    ),
    "healthy-anonymous": CALLER | ARM | frozenset({"version"}),
    "healthy-anonymous-registry": CALLER | ARM | frozenset({"version"}),
    "healthy-cached": REFERENCE | ROUTE,
    "healthy-digest": REFERENCE | frozenset({"version"}),
    "healthy-free": ARM | frozenset({"version"}),
    "healthy-free-token": ARM | frozenset({"version"}),
    "healthy-other-token": ARM | frozenset({"version"}),
    "healthy-own-token-expired": ARM | frozenset({"version"}),
    "healthy-no-egress": ARM | frozenset({"version"}),
    "healthy-no-token": ARM | frozenset({"version"}),
    "healthy-old": frozenset({"version"}),
    "healthy-proxy": ARM | METHOD | frozenset({"version"}),
    "healthy-user": CALLER,
    "healthy-virtual": ROUTE,
}


def discriminator_of(name: str) -> Discriminator:
    """What tells this fault apart. Raises LookupError for one of which nobody said it."""
    if name not in DISCRIMINATORS:
        raise LookupError(f"say in benchmarks/accuracy/discriminators.py what tells {name} apart")
    found = DISCRIMINATORS[name]
    return replace(found, fixed=found.fixed | {"version"}) if name in ELSEWHERE else found

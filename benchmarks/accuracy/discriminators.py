"""What tells each fault of the lab from its look-alikes, and the axes in which it cannot vary."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.accuracy.worlds import Discriminator

CALLER, ARM, ROUTE, METHOD, REFERENCE = (
    frozenset({name}) for name in ("caller", "arm", "route", "method", "reference")
)
REACH = frozenset({"route", "method", "reference", "words", "reading", "version"})
"""Axes that say nothing where no answer of Artifactory's arrives."""

ALWAYS = Discriminator()
NO_ANSWER = Discriminator(fixed=REACH)
SETTINGS = Discriminator((("settings",),))
SETTINGS_BY_TAG = Discriminator((("settings",),), REFERENCE)
CREDENTIAL = Discriminator((("credential",),))

DISCRIMINATORS: Mapping[str, Discriminator] = {
    "artifactory-bad-gateway": Discriminator(fixed=frozenset({"method"})),
    "artifactory-credentials-rejected": Discriminator(fixed=CALLER),
    "artifactory-eula": ALWAYS,
    "artifactory-permission-denied": Discriminator(fixed=CALLER),
    "artifactory-permission-hidden": Discriminator((("settings",),), CALLER),
    "artifactory-starting": ALWAYS,
    "artifactory-storage-full": ALWAYS,
    "artifactory-too-old": Discriminator(fixed=frozenset({"version"})),
    "cache-corrupt": Discriminator(fixed=ROUTE | REFERENCE),
    "cache-disabled": SETTINGS,
    "cache-incomplete": Discriminator(fixed=ROUTE | REFERENCE | frozenset({"version"})),
    "cache-poisoned": Discriminator(fixed=ROUTE | REFERENCE),
    "cache-stale": Discriminator((("credential", "login"),), REFERENCE | ROUTE),
    "cache-stale-upstream-refused": Discriminator(fixed=REFERENCE | ROUTE),
    "clock-skew": ALWAYS,
    "connection-refused": NO_ANSWER,
    "connection-reset": NO_ANSWER,
    "connection-timeout": NO_ANSWER,
    "curation-blocked": Discriminator((("direct-key",), ("settings",))),
    "digest-not-found": Discriminator((("credential",),), REFERENCE),
    "docker-api-not-routed": Discriminator(fixed=frozenset({"method"})),
    "docker-credentials-missing": Discriminator(fixed=CALLER),
    "download-host-unreachable": ALWAYS,
    "exclude-pattern-blocks": SETTINGS,
    "free-tag-unavailable": Discriminator((("direct",),), REFERENCE),
    "image-not-found": Discriminator((("credential",),), REFERENCE),
    "image-not-free": Discriminator((("direct",),)),
    "image-not-in-catalog": CREDENTIAL,
    "image-not-in-catalog-capability": CREDENTIAL,
    "include-pattern-blocks": SETTINGS,
    "include-pattern-narrow": SETTINGS,
    "lenient-host-authentication-enabled": SETTINGS,
    "mime-blocking-disabled": SETTINGS,
    "mime-override-unsafe": SETTINGS,
    "missed-retrieval-cached": Discriminator((("credential",),), REFERENCE),
    "not-artifactory": Discriminator(fixed=REACH | CALLER),
    "organization-unknown": Discriminator((("direct",),), REFERENCE),
    "plain-http": NO_ANSWER,
    "platform-unavailable": ALWAYS,
    "project-id-doubled": SETTINGS,
    "pull-role-missing": CREDENTIAL,
    "pull-token-expired": CREDENTIAL,
    "pull-token-expired-cached": Discriminator((("credential",),), REFERENCE | ROUTE),
    "pull-token-expired-unseen": Discriminator(fixed=CALLER | ARM),
    "pull-token-expiring": CREDENTIAL,
    "pull-token-revoked": CREDENTIAL,
    "pull-token-wrong-organization": CREDENTIAL,
    "reference-missing-organization": Discriminator((("direct",),), ROUTE | METHOD | REFERENCE),
    "reference-missing-repository": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "reference-missing-repository-production": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "reference-placeholder": Discriminator(fixed=REFERENCE),
    "remote-assumed-offline": ALWAYS,
    "remote-blacked-out": Discriminator((("direct-key",), ("settings",))),
    "remote-credentials-missing": SETTINGS,
    "remote-offline": SETTINGS,
    "remote-url-host": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-url-http": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-url-path": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-url-slash": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-url-v2": Discriminator((("settings",), ("list", "direct-key"))),
    "remote-username-malformed": SETTINGS,
    "repository-local": Discriminator((("list",),), ROUTE | REFERENCE),
    "repository-not-found": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "repository-wrong-type": Discriminator((("list",),), ROUTE | METHOD | REFERENCE),
    "tag-not-found": Discriminator((("credential",),), REFERENCE),
    "tls-expired": NO_ANSWER,
    "tls-name-mismatch": NO_ANSWER,
    "tls-untrusted": NO_ANSWER,
    "token-authentication-disabled": SETTINGS,
    "token-authentication-disabled-free": Discriminator((("settings",),), CALLER),
    "token-realm-http": ALWAYS,
    "token-realm-internal": ALWAYS,
    "unexpected-html": NO_ANSWER,
    "upstream-blob-host-blocked": Discriminator((("direct-key",),)),
    "upstream-content-blocked": Discriminator((("direct-key",),)),
    "upstream-dns": Discriminator((("direct-key",),)),
    "upstream-dropped": Discriminator((("direct-key",),)),
    "upstream-rate-limited": Discriminator((("direct-key",),)),
    "upstream-refused": Discriminator((("direct-key",),)),
    "upstream-tls-untrusted": Discriminator((("direct-key",),)),
    "upstream-unreachable-reworded": Discriminator((("direct-key",),), frozenset({"words"})),
    "virtual-member-missing": Discriminator((("settings",),), ROUTE | METHOD | REFERENCE),
    "xray-blocked": Discriminator((("direct-key",), ("settings",))),
}

HEALTHY_FIXED: Mapping[str, frozenset[str]] = {
    "healthy-anonymous": CALLER | ARM,
    "healthy-cached": REFERENCE | ROUTE,
    "healthy-digest": REFERENCE,
    "healthy-free": ARM,
    "healthy-no-egress": ARM,
    "healthy-no-token": ARM,
    "healthy-old": frozenset({"version"}),
    "healthy-proxy": ARM | METHOD,
    "healthy-user": CALLER,
    "healthy-virtual": ROUTE,
}

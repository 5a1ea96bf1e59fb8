"""Codes are permanent: a script may rely on each of them for as long as the report keeps its major version."""

import pytest

from cgrdoctor.engine.discovery import load

CODES = load().codes
PERMANENT = """
    artifactory-credentials-missing artifactory-credentials-rejected artifactory-permission-denied
    artifactory-storage-full artifactory-too-old artifactory-unhealthy authorization-not-forwarded cache-corrupt
    cache-disabled cache-incomplete cache-poisoned cache-stale clock-skew connection-refused connection-reset
    connection-timeout credential-helper-failed curation-blocked digest-mismatch digest-not-found dns-failure
    docker-api-not-routed docker-ca-missing docker-config-invalid docker-credentials-missing
    docker-credentials-other-host docker-daemon-unreachable docker-image-present docker-not-installed
    credential-not-sent docker-permission-denied docker-proxy-differs docker-pull-failed download-host-unreachable
    exclude-pattern-blocks
    free-tag-unavailable http2-unavailable image-not-found image-not-free image-not-in-catalog include-pattern-blocks
    ipv6-broken layers-differ lenient-host-authentication-enabled media-type-mismatch mime-blocking-disabled
    mime-override-unsafe missed-retrieval-cached not-artifactory organization-unknown path-mtu plain-http
    platform-unavailable project-id-doubled project-id-malformed proxy-authentication-required proxy-refused
    proxy-unreachable pull-role-missing pull-through-failed pull-token-expired pull-token-expiring pull-token-rejected
    pull-token-wrong-organization reference-missing-organization reference-missing-repository reference-placeholder
    remote-assumed-offline remote-blacked-out remote-credentials-missing remote-offline remote-url-mismatch
    remote-username-malformed repository-key-unusable repository-not-found repository-wrong-type tag-not-found
    tls-expired tls-failed tls-minimum-unmet tls-name-mismatch tls-untrusted token-authentication-disabled
    token-realm-mismatch unexpected-html upstream-blob-host-blocked upstream-content-blocked upstream-failed
    upstream-proxy-refused upstream-rate-limited upstream-tls-untrusted upstream-unreachable virtual-member-missing
    virtual-member-wrong-type virtual-name-collision xray-blocked
""".split()  # noqa: SIM905 - a list of words is easier to compare


@pytest.mark.parametrize("name", PERMANENT)
def test_a_code_is_never_lost(name):
    assert name in CODES

"""The pull through Artifactory, and the one cause of its failure.

## What it looks at
The pull step by step as docker makes it, the control image through the same repository, the same pull straight from
cgr.dev, the live tag list, and, for an admin, the remote's settings.

## Why it matters
Artifactory answers "not known to the registry" for a dozen different troubles. Only both arms together tell them apart.

## How it fails
With the first step that fails: token, manifest, platform manifest, config, layer.

## How to fix
By the cause named; where several remain, by the observation that separates them.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check
from cgrdoctor_checks.causes.cache_certainty import as_sure_as_seen
from cgrdoctor_checks.causes.decision import cause, with_settings
from cgrdoctor_checks.causes.differential import with_open_rivals
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.codes import cache, fields, image, token
from cgrdoctor_checks.codes import policy as policies
from cgrdoctor_checks.codes import pull as codes
from cgrdoctor_checks.codes.artifactory import (
    ARTIFACTORY_RATE_LIMITED,
    ARTIFACTORY_UNHEALTHY,
    GATEWAY_RATE_LIMITED,
    NODES_DIFFER,
    VIRTUAL_MEMBER_MISSING,
)
from cgrdoctor_checks.codes.reference import MISSING_ORGANIZATION
from cgrdoctor_checks.codes.token import ARTIFACTORY_PERMISSION_DENIED
from cgrdoctor_checks.remedies.fresh_remote import with_recreation


@check(
    "pull.through",
    title="The image comes through Artifactory",
    codes=[
        MISSING_ORGANIZATION,
        policies.XRAY_BLOCKED,
        policies.CURATION_BLOCKED,
        policies.CONTAINER_POLICY_DENIED,
        fields.REMOTE_BLACKED_OUT,
        fields.REMOTE_OFFLINE,
        fields.INCLUDE_PATTERN_BLOCKS,
        fields.EXCLUDE_PATTERN_BLOCKS,
        fields.TOKEN_AUTHENTICATION_DISABLED,
        ARTIFACTORY_PERMISSION_DENIED,
        ARTIFACTORY_UNHEALTHY,
        VIRTUAL_MEMBER_MISSING,
        codes.STORAGE_FULL,
        codes.REMOTE_ASSUMED_OFFLINE,
        codes.UPSTREAM_TLS_UNTRUSTED,
        codes.UPSTREAM_PROXY_REFUSED,
        codes.UPSTREAM_CONTENT_BLOCKED,
        codes.UPSTREAM_RATE_LIMITED,
        ARTIFACTORY_RATE_LIMITED,
        GATEWAY_RATE_LIMITED,
        NODES_DIFFER,
        codes.UPSTREAM_SOCKET_TIMEOUT,
        codes.UPSTREAM_HEAD_UNUSABLE,
        codes.UPSTREAM_UNREACHABLE,
        codes.UPSTREAM_BLOB_HOST_BLOCKED,
        codes.UPSTREAM_FAILED,
        token.PULL_TOKEN_EXPIRED,
        token.PULL_TOKEN_WRONG_ORGANIZATION,
        token.PULL_TOKEN_REJECTED,
        token.ORGANIZATION_UNKNOWN,
        token.PULL_ROLE_MISSING,
        token.IMAGE_NOT_IN_CATALOG,
        image.IMAGE_NOT_FOUND,
        image.TAG_NOT_FOUND,
        image.DIGEST_NOT_FOUND,
        image.FREE_TAG_UNAVAILABLE,
        image.IMAGE_NOT_FREE,
        image.PLATFORM_UNAVAILABLE,
        cache.MISSED_RETRIEVAL_CACHED,
        cache.CACHE_CORRUPT,
        cache.CACHE_POISONED,
        cache.CACHE_INCOMPLETE,
        codes.PULL_FAILED,
    ],
    guide="The image comes through Artifactory",
    unlocked_by="an Artifactory that answers, and a login for it",
)
def pull_cause(case: Case) -> Iterator[Finding]:
    """At most one finding: the cause of the failure, or of the failure that the cache hides."""
    finding = cause(case)
    if finding is not None:
        told = with_settings(case, with_open_rivals(case, as_sure_as_seen(case, finding)))
        remotes = case.settings.remotes if case.settings else ()
        yield with_recreation(case.target, told, remotes[0] if remotes else None)

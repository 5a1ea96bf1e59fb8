"""Enable Token Authentication.

## What it looks at
`enableTokenAuthentication` of every remote the pull can go through. A missing field is unknown, never off.

## Why it matters
cgr.dev wants a Bearer token for every image, Free ones included.

## How it fails
Artifactory takes the 401 for a missing image: 404 "not known to the registry" for all images of the remote.

## How to fix
Check Enable Token Authentication. API and Terraform leave it off unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, graded
from cgrdoctor_checks.codes.fields import TOKEN_AUTHENTICATION_DISABLED
from cgrdoctor_checks.facts.artifactory.configuration import rest_name
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.pull.cache_or_upstream import Freshness, severity_of_setting, still_cached
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.fresh_remote import with_recreation


@check(
    "fields.token-authentication",
    title="Enable Token Authentication is on",
    codes=[TOKEN_AUTHENTICATION_DISABLED],
    guide="Enable Token Authentication is on",
    unlocked_by="an admin's access token",
)
def token_authentication(target: Target, settings: AdminView, freshness: Freshness | None) -> Iterator[Finding]:
    """A remote for cgr.dev without token authentication cannot pull anything new."""
    for remote in settings.showing("token_authentication"):
        if remote.token_authentication:
            continue
        finding = graded(
            TOKEN_AUTHENTICATION_DISABLED,
            severity_of_setting(freshness),
            still_cached(f"Enable Token Authentication of {remote.key} is off", freshness),
            subject=remote.key,
            setting=rest_name("token_authentication"),
            expected="true",
            actual="false",
            evidence=settings.exchanges,
            remedy=commands.change(
                remote.key,
                target.artifactory_url,
                f"Turn on Enable Token Authentication of {remote.key}",
                {"token_authentication": True},
            ),
        )
        yield with_recreation(target, finding, remote)

"""A rate limit on the registry's own challenge.

## What it looks at
Whether `/v2/`, for which Artifactory asks nobody, is answered with 429, and whether that bears Artifactory's marks.

## Why it matters
Docker learns there how to log in. Without the challenge it sends no login, and is refused as if it had none.

## How it fails
`toomanyrequests`, or `unauthorized` right after a login that worked.

## How to fix
Wait as long as the answer says; raise the limit, or share one address among fewer clients.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cgrdoctor import Finding, Rival, check
from cgrdoctor_checks.causes import rate_limit
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_RATE_LIMITED, GATEWAY_RATE_LIMITED
from cgrdoctor_checks.codes.front import QUOTA_EXCEEDED
from cgrdoctor_checks.facts.artifactory.fingerprint_headers import is_artifactory
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target

RIVALS = {
    ARTIFACTORY_RATE_LIMITED.name: Rival(
        code=GATEWAY_RATE_LIMITED.name,
        would_be_excluded_by="Artifactory's request log has the 429",
        who="artifactory-admin",
    ),
    GATEWAY_RATE_LIMITED.name: Rival(
        code=ARTIFACTORY_RATE_LIMITED.name,
        would_be_excluded_by="Artifactory's request log does not have the 429",
        who="artifactory-admin",
    ),
}
"""What the marks of an answer leave open: a gateway can copy them, and take them away."""


@check(
    "artifactory.limits",
    title="Nobody limits how often the registry's challenge is asked for",
    codes=[ARTIFACTORY_RATE_LIMITED, GATEWAY_RATE_LIMITED, QUOTA_EXCEEDED],
)
def challenge_limited(target: Target, pinged: RegistryPing, through: PullThrough) -> Iterator[Finding]:
    """A failure even where this run got on without the challenge: docker does not."""
    step = pinged.step
    if rate_limit.speaks_of_quota(step):
        yield rate_limit.quota(step, target.registry_host, evidence_of(pinged))
    elif step.status == 429:
        code = ARTIFACTORY_RATE_LIMITED if is_artifactory(step) else GATEWAY_RATE_LIMITED
        evidence = evidence_of(pinged, through)
        found = rate_limit.limited(
            code, step, target.registry_host, evidence, "likely", target.image, through.started_at
        )
        yield replace(found, rivals=(RIVALS[code.name],))

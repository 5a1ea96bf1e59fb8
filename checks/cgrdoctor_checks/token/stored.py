"""The login podman itself has for Artifactory, where this run could do without it.

## What it looks at
auth.json and what podman, skopeo, buildah and CRI-O read beside it, for exactly this image: keys with a path, helpers,
entries they cannot read. A pull that was refused for want of a login is judged by token.client; this is for a run that
had another one.

## Why it matters
This command takes CGRDOCTOR_* variables or the REST credential; podman pull takes neither.

## How it fails
`unauthorized`, `authentication required`, `error getting credentials`.

## How to fix
podman login with the host exactly as it stands in the reference, as the user that pulls; repair or remove the helper.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cgrdoctor import Finding, Severity, check, graded
from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.docker_config import OTHER_HOST
from cgrdoctor_checks.causes.stored_login import CHOSEN, blemishes, places
from cgrdoctor_checks.codes.token import (
    CREDENTIAL_HELPER_FAILED,
    DOCKER_CONFIG_INVALID,
    DOCKER_CREDENTIALS_MISSING,
    DOCKER_CREDENTIALS_OTHER_HOST,
)
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.token.login import PodmanLogin, RegistryLogin
from cgrdoctor_checks.remedies.docker_login import log_in


@check(
    "token.stored",
    title="podman itself has a login for this host",
    codes=[
        DOCKER_CREDENTIALS_MISSING,
        DOCKER_CREDENTIALS_OTHER_HOST,
        CREDENTIAL_HELPER_FAILED,
        DOCKER_CONFIG_INVALID,
    ],
)
def podman_is_logged_in(
    invocation: Invocation, stored: PodmanLogin, login: RegistryLogin, pinged: RegistryPing, through: PullThrough | None
) -> Iterator[Finding]:
    """Only where the registry wants a login, and this run had one that podman, or a newer podman, does not have."""
    if not login.present or pinged.step.status != 401:
        return
    host = invocation.registry_host or ""
    evidence = evidence_of(pinged, through)
    if stored.present:
        yield from _older_ones_alone(host, stored, evidence)
        return
    chosen = login.source.startswith(CHOSEN)
    near = replace(stored, near_misses=tuple(one for one in stored.near_misses if one.why != OTHER_HOST))
    severity: Severity = "warn"
    wrong = tuple(blemishes(host, near if chosen else stored, severity, evidence))
    yield from wrong
    if not wrong:
        yield graded(
            DOCKER_CREDENTIALS_MISSING,
            "info" if chosen else severity,
            f"podman, skopeo, buildah and CRI-O have no login for {host}; this run took {login.source}, which they do "
            f"not see{places(stored)}",
            subject=host,
            evidence=evidence,
            remedy=log_in(host),
        )


def _older_ones_alone(host: str, stored: PodmanLogin, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """The login stands behind a file that was named, where newer ones do not look."""
    for trouble in stored.troubles:
        if trouble.kind == "named-file":
            yield graded(
                DOCKER_CREDENTIALS_MISSING,
                "warn",
                f"{trouble.place} {trouble.message}; older ones go on to {stored.source}",
                subject=host,
                evidence=evidence,
                remedy=log_in(host),
            )

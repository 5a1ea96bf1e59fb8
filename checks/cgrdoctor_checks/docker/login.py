"""The login docker itself has for Artifactory, where this run could do without it.

## What it looks at
Docker's configuration for exactly the host of IMAGE: its helpers, its entries, keys that nearly match. A pull that was
refused for want of a login is judged by token.client; this is for a run that had another one.

## Why it matters
This command takes CGRDOCTOR_* variables or the REST credential; docker pull takes neither.

## How it fails
`no basic auth credentials`, `unauthorized`, `error getting credentials`.

## How to fix
docker login with the host exactly as it stands in the reference; repair or remove the helper.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cgrdoctor import Finding, Severity, check, graded
from cgrdoctor.config.settings import Invocation
from cgrdoctor.credentials.docker_config import OTHER_HOST
from cgrdoctor_checks.causes.stored_login import CHOSEN, blemishes, fallen_back, nowhere
from cgrdoctor_checks.codes.token import (
    CREDENTIAL_HELPER_FAILED,
    DOCKER_CONFIG_INVALID,
    DOCKER_CREDENTIALS_MISSING,
    DOCKER_CREDENTIALS_OTHER_HOST,
)
from cgrdoctor_checks.facts.docker.login import DockerLogin
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.token.login import RegistryLogin
from cgrdoctor_checks.remedies.docker_login import log_in


@check(
    "docker.login",
    title="docker itself has a login for this host",
    codes=[
        DOCKER_CREDENTIALS_MISSING,
        DOCKER_CREDENTIALS_OTHER_HOST,
        CREDENTIAL_HELPER_FAILED,
        DOCKER_CONFIG_INVALID,
    ],
)
def docker_is_logged_in(
    invocation: Invocation, stored: DockerLogin, login: RegistryLogin, pinged: RegistryPing, through: PullThrough | None
) -> Iterator[Finding]:
    """Only where the registry wants a login, and this run had one that docker does not have."""
    if not login.present or pinged.step.status != 401:
        return
    host = invocation.registry_host or ""
    evidence = evidence_of(pinged, through)
    if stored.present:
        if stored.source != login.source:
            yield from fallen_back(host, stored, evidence)
        return
    severity: Severity = "fail" if invocation.pull else "warn"
    chosen = login.source.startswith(CHOSEN)
    wrong = tuple(blemishes(host, _near(stored) if chosen else stored, severity, evidence))
    yield from wrong
    if not wrong:
        yield graded(
            DOCKER_CREDENTIALS_MISSING,
            "info" if chosen else severity,
            f"docker has no login for {host}; this run took {login.source}, which docker pull does not see"
            f"{nowhere(stored)}",
            subject=host,
            evidence=evidence,
            remedy=log_in(host),
        )


def _near(stored: DockerLogin) -> DockerLogin:
    """Without logins of other hosts: somebody who brought a login for this one need not have meant it with those."""
    return replace(stored, near_misses=tuple(miss for miss in stored.near_misses if miss.why != OTHER_HOST))

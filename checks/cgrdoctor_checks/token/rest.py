"""The credential for Artifactory's REST API.

## What it looks at
Whether Artifactory accepts the credential that reads settings and rights, and which source it came from.

## Why it matters
The settings of the remote repository are read with it; without it much of the guide cannot be verified.

## How it fails
401 for `/api/...`, or a scope that reads nothing.

## How to fix
Renew the access token, or name another with CGRDOCTOR_ARTIFACTORY_TOKEN.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Unobservable, check, fail, info
from cgrdoctor_checks.causes.observations import quoted
from cgrdoctor_checks.causes.stored_login import line_break, notes
from cgrdoctor_checks.codes.token import (
    ARTIFACTORY_CREDENTIALS_MISSING,
    ARTIFACTORY_CREDENTIALS_REJECTED,
)
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import RestLogin
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.docker_login import log_in


@check(
    "token.rest",
    title="Artifactory's REST API knows who is asking",
    codes=[ARTIFACTORY_CREDENTIALS_MISSING, ARTIFACTORY_CREDENTIALS_REJECTED],
)
def token_rest(
    target: Target, caller: Caller, through: PullThrough | None, login: RestLogin | None
) -> Iterator[Finding]:
    """Missing is only a remark; refused is a fault of its own unless pulling works with another login."""
    host = caller.step.host
    if caller.step.failure is not None:
        raise Unobservable(f"{host} gives no answer")
    if caller.step.withheld is not None and caller.step.status in (401, 403):
        raise Unobservable(f"no credential was sent: {caller.step.withheld.why}")
    if caller.identity == "none" and caller.step.status in (401, 403):
        yield info(
            ARTIFACTORY_CREDENTIALS_MISSING,
            "no credential for the REST API: the remote's settings and its cache stay out of sight"
            f"{notes(login) if login is not None else ''}",
            subject=host,
            evidence=caller.exchanges,
            remedy=commands.steps(ARTIFACTORY_CREDENTIALS_MISSING.fix),
        )
    elif caller.identity == "refused" and caller.step.status == 401:
        works = through is not None and through.works
        words = f"the REST API of {host} refuses the credential from {caller.source}: {quoted(caller.step)}"
        words += line_break(login) if login is not None else ""
        build = info if works else fail
        yield build(
            ARTIFACTORY_CREDENTIALS_REJECTED,
            words,
            subject=target.registry_host,
            evidence=caller.exchanges,
            remedy=log_in(target.registry_host),
        )

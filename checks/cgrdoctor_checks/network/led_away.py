"""Where the redirects of Artifactory's host lead.

## What it looks at
A redirect of `/v2/` that no client follows: to plain HTTP, to an address of this machine or its cloud, in a circle, to
no URL.

## Why it matters
A portal, a login page or a wrong rewrite answers in place of the registry; docker gives up there.

## How it fails
`stopped after 10 redirects`, `http: server gave HTTP response to HTTPS client`, a login page's HTML.

## How to fix
Sign in to the portal; generate the reverse proxy's configuration again.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Code, Finding, Rival, check, fail
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.failure import Failure
from cgrdoctor_checks.codes.artifactory import DOCKER_API_NOT_ROUTED, NOT_ARTIFACTORY, UNEXPECTED_HTML
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.remedies import commands

ELSEWHERE = ("downgrade", "forbidden-address")
"""Kinds of redirect that lead to somebody else."""


@check(
    "network.redirect",
    title="The registry is where it is asked for",
    codes=[UNEXPECTED_HTML, DOCKER_API_NOT_ROUTED],
)
def led_away(pinged: RegistryPing, invocation: Invocation) -> Iterator[Finding]:
    """Judges redirects of `/v2/` that are not followed."""
    reason = pinged.step.failure
    if reason is not None and reason.stage != "policy" and pinged.step.redirected_to:
        yield _sent_on(pinged, invocation.registry_host or pinged.step.host)
        return
    if reason is None or reason.stage != "policy" or reason.kind == "chainguard-host":
        return
    code = UNEXPECTED_HTML if reason.kind in ELSEWHERE else DOCKER_API_NOT_ROUTED
    host = pinged.step.host
    yield fail(
        code,
        f"{host} answers /v2/ with a redirect that no client follows: {reason.message}",
        subject=host,
        evidence=evidence_of(pinged),
        confidence="likely",
        rivals=tuple(
            _rival(other, reason, host)
            for other in (UNEXPECTED_HTML, DOCKER_API_NOT_ROUTED, NOT_ARTIFACTORY)
            if other != code
        ),
        remedy=commands.steps(
            code.fix, commands=(commands.shell("Look for yourself", "curl", "-sSI", f"https://{host}/v2/"),)
        ),
    )


def _sent_on(pinged: RegistryPing, asked: str) -> Finding:
    """The host that was asked sends every client on to one that does not even answer here: a portal, a login."""
    beyond = pinged.step.host
    return fail(
        UNEXPECTED_HTML,
        f"{asked} answers /v2/ with a redirect to {beyond}, which gives this machine no answer",
        subject=asked,
        evidence=evidence_of(pinged),
        confidence="likely",
        rivals=(
            Rival(
                code=NOT_ARTIFACTORY.name,
                would_be_excluded_by="the host is the one in Artifactory's own base URL",
                who="artifactory-admin",
                subject=asked,
            ),
        ),
        remedy=commands.steps(
            UNEXPECTED_HTML.fix, commands=(commands.shell("Look for yourself", "curl", "-sSI", f"https://{asked}/v2/"),)
        ),
    )


def _rival(other: Code, reason: Failure, host: str) -> Rival:
    excluded_by = "the same request on the Artifactory host itself is redirected too"
    if other is not UNEXPECTED_HTML:
        excluded_by = f"the redirect ({reason.kind}) is gone on the Artifactory host itself"
    return Rival(code=other.name, would_be_excluded_by=excluded_by, who="artifactory-admin", subject=host)

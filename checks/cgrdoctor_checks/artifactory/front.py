"""Who answers for Artifactory's host.

## What it looks at
Where redirects of `/v2/`, the token endpoint, the manifest and the REST API lead, and the title and form of pages.

## Why it matters
A sign-in for people, or the landing page of JFrog's cloud, answers in Artifactory's place; no image comes through.

## How it fails
`unexpected end of JSON input`, `unauthorized`, `invalid character '<' looking for beginning of value`.

## How to fix
Exempt the Docker path from the sign-in; reactivate the instance in MyJFrog.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.hosts import is_jfrog_cloud
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes import in_its_place, inactive_instance
from cgrdoctor_checks.codes.front import INSTANCE_INACTIVE, SIGN_IN_REQUIRED
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.front import is_bare_refusal, is_reactivation, wants_sign_in
from cgrdoctor_checks.facts.artifactory.ping import ArtifactoryPing
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough


@check(
    "artifactory.front",
    title="Artifactory itself answers for its host",
    codes=[INSTANCE_INACTIVE, SIGN_IN_REQUIRED],
)
def front(
    invocation: Invocation,
    ping: ArtifactoryPing,
    caller: Caller,
    registry: RegistryPing | None,
    through: PullThrough | None,
) -> Iterator[Finding]:
    """One host, one answer: the instance is not served at all, or a sign-in stands before it."""
    works = through is not None and through.works
    failed = through.pull.failed if through is not None else None
    pulled = [registry.step if registry else None, failed if failed is not None and _is_before_blobs(failed) else None]
    asked = [step for step in pulled if step is not None]
    around = [ping.step, caller.step]
    host = invocation.registry_host or invocation.artifactory_host or ping.step.host
    evidence = evidence_of(ping, caller, registry)
    if not works:
        away = next((step for step in (*asked, *around) if is_reactivation(step)), None)
        if away is not None and all(is_reactivation(step) for step in (asked or around)[:1]):
            yield inactive_instance.inactive(host, evidence, away, redirected=True)
            return
        if is_jfrog_cloud(host) and all(is_bare_refusal(step) for step in (*asked, *around)):
            yield inactive_instance.inactive(host, evidence, ping.step, redirected=False)
            return
    step = next((step for step in asked if wants_sign_in(step, host)), None)
    if step is not None and not works:
        yield in_its_place.sign_in(host, step, (step.exchange, *evidence))
        return
    step = next((step for step in around if wants_sign_in(step, host)), None)
    if step is not None:
        yield in_its_place.sign_in(host, step, (step.exchange, *evidence), "info" if asked else "warn")


def _is_before_blobs(step: Step) -> bool:
    return step.name not in ("config", "layer")

"""Whether this is an Artifactory, and whether it is well.

## What it looks at
`/api/system/ping`, the version and the headers that only Artifactory sends, the router's health, the answers of `/v2/`.

## Why it matters
Nothing below can be judged while the host is another one, or is down.

## How it fails
HTML, 404 and 5xx where REST and registry answers are due.

## How to fix
Correct the host or `--artifactory-url`; bring the service up.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Rival, Unobservable, check, fail, warn
from cgrdoctor.net.registry import Step
from cgrdoctor_checks import remedy
from cgrdoctor_checks.artifactory.caller import Caller
from cgrdoctor_checks.artifactory.codes import (
    ARTIFACTORY_TOO_OLD,
    ARTIFACTORY_UNHEALTHY,
    DOCKER_API_NOT_ROUTED,
    NOT_ARTIFACTORY,
    UNEXPECTED_HTML,
)
from cgrdoctor_checks.artifactory.ping import ArtifactoryPing, RouterHealth
from cgrdoctor_checks.artifactory.symptom import symptom
from cgrdoctor_checks.pull.freshness import evidence_of
from cgrdoctor_checks.pull.ping import RegistryPing
from cgrdoctor_checks.pull.through import PullThrough

SIGNS = ("x-jfrog-version", "x-artifactory-id", "x-artifactory-node-id")
OWN_WORDS = ("named manifest is not known to the registry", "remote docker repository", "unsupported docker")
REGISTRY = "docker-distribution-api-version"
MINIMUM = {6: (6, 23), 7: (7, 9)}
"""First versions without RTFACT-20795 (a schema 1 manifest for an unusual Accept header)."""


@check(
    "artifactory.identity",
    title="The host is an Artifactory that is well and routes the Docker API",
    codes=[NOT_ARTIFACTORY, ARTIFACTORY_UNHEALTHY, UNEXPECTED_HTML, DOCKER_API_NOT_ROUTED, ARTIFACTORY_TOO_OLD],
)
def artifactory_identity(
    ping: ArtifactoryPing,
    caller: Caller,
    registry: RegistryPing | None,
    router: RouterHealth | None,
    through: PullThrough | None,
) -> Iterator[Finding]:
    """One of: not an Artifactory, a page in between, not well, Docker API not routed; and its age."""
    steps = [ping.step, caller.step, *([registry.step] if registry else [])]
    pulled = through.pull.steps if through else ()
    recognised = ping.well or any(is_artifactory(step) for step in (*steps, *pulled))
    evidence = evidence_of(ping, caller, registry, router, through)
    host = ping.step.host
    if all(step.failure is not None for step in steps):
        raise Unobservable(f"{host} gives no answer")
    works = through is not None and through.works
    if not works:
        yield from _trouble(host, ping, registry, router, steps, evidence, recognised=recognised)
    yield from _age(host, caller)


def _trouble(
    host: str,
    ping: ArtifactoryPing,
    registry: RegistryPing | None,
    router: RouterHealth | None,
    steps: list[Step],
    evidence: tuple[str, ...],
    *,
    recognised: bool,
) -> Iterator[Finding]:
    broken = [step for step in steps if symptom(step) in ("unavailable", "lock-down")]
    if broken and not ping.well:
        yield _unhealthy(host, broken[0], router, evidence, recognised=recognised)
    elif recognised and not ping.well and ping.step.status in (500, 503):
        yield _unhealthy(host, ping.step, router, evidence, recognised=True)
    elif registry is not None and recognised and not _speaks_registry(registry.step):
        yield _not_routed(host, registry.step, evidence)
    elif recognised:
        return
    elif any(step.shape == "html" for step in steps) and not (registry and registry.step.header(REGISTRY)):
        yield _foreign_page(host, steps, evidence)
    elif not any(step.failure for step in steps):
        yield _not_artifactory(host, ping.step, evidence)


def is_artifactory(step: Step) -> bool:
    """Whether an answer carries a sign that only Artifactory gives (header names are case-insensitive)."""
    if any(step.header(name) for name in SIGNS) or any(words in step.message.lower() for words in OWN_WORDS):
        return True
    challenge = (step.header("www-authenticate") or "").lower()
    server = (step.header("server") or "").lower()
    return (
        "artifactory realm" in challenge or "/artifactory/api/docker/" in challenge or server.startswith("artifactory")
    )


def _speaks_registry(step: Step) -> bool:
    if step.failure is not None or step.status in (200, 401):
        return True
    return step.status in (403, 429, 500, 502, 503, 504) and step.shape != "html"


def _unhealthy(
    host: str, step: Step, router: RouterHealth | None, evidence: tuple[str, ...], *, recognised: bool
) -> Finding:
    said = step.message or step.title or f"HTTP {step.status}"
    sick = f"; sick services: {', '.join(router.unhealthy)}" if router and router.unhealthy else ""
    return fail(
        ARTIFACTORY_UNHEALTHY,
        f"{host} answers {step.status}: {' '.join(said.split())[:160]}{sick}",
        subject=host,
        evidence=evidence,
        confidence="certain" if recognised else "likely",
        rivals=()
        if recognised
        else (_elsewhere("not-artifactory", "the host is the one in Artifactory's own base URL"),),
        remedy=remedy.steps(ARTIFACTORY_UNHEALTHY.fix, "Look at the node's console.log and artifactory-service.log."),
    )


def _not_routed(host: str, step: Step, evidence: tuple[str, ...]) -> Finding:
    return fail(
        DOCKER_API_NOT_ROUTED,
        f"the REST API answers, but /v2/ on {host} answers {step.status} {step.title or step.message}".strip(),
        subject=host,
        expected="200 or 401 from the Docker API",
        actual=f"{step.status} {step.content_type or ''}".strip(),
        evidence=evidence,
        remedy=remedy.steps(
            DOCKER_API_NOT_ROUTED.fix,
            "Administration > Artifactory > HTTP Settings: choose the access method, then Generate the configuration.",
        ),
    )


def _foreign_page(host: str, steps: list[Step], evidence: tuple[str, ...]) -> Finding:
    page = next(step for step in steps if step.shape == "html")
    return fail(
        UNEXPECTED_HTML,
        f"{host} answers with a web page ({page.title or 'no title'}) instead of Artifactory's API",
        subject=host,
        evidence=evidence,
        confidence="likely",
        rivals=(_elsewhere("not-artifactory", "the host is the one in Artifactory's own base URL"),),
        remedy=remedy.steps(UNEXPECTED_HTML.fix),
    )


def _not_artifactory(host: str, step: Step, evidence: tuple[str, ...]) -> Finding:
    return fail(
        NOT_ARTIFACTORY,
        f"nothing on {host} answers as Artifactory does (ping: HTTP {step.status})",
        subject=host,
        evidence=evidence,
        confidence="likely",
        rivals=(_elsewhere("docker-api-not-routed", "Artifactory answers at another --artifactory-url"),),
        remedy=remedy.steps(NOT_ARTIFACTORY.fix),
    )


def _elsewhere(code: str, excluded_by: str) -> Rival:
    return Rival(code=code, would_be_excluded_by=excluded_by, who="artifactory-admin")


def _age(host: str, caller: Caller) -> Iterator[Finding]:
    version = numbers(caller.release)
    if version and version[0] in MINIMUM and version < MINIMUM[version[0]]:
        yield warn(
            ARTIFACTORY_TOO_OLD,
            f"{host} runs Artifactory {caller.release}",
            subject=host,
            expected="6.23 or 7.9 and newer",
            actual=caller.release,
            evidence=caller.exchanges,
            remedy=remedy.steps(ARTIFACTORY_TOO_OLD.fix),
        )


def numbers(version: str) -> tuple[int, ...]:
    """`7.161.15` as (7, 161); empty if it is no version."""
    parts = version.split(".")[:2]
    return (
        tuple(int(part) for part in parts)
        if len(parts) == 2 and all(p.isascii() and p.isdigit() for p in parts)
        else ()
    )

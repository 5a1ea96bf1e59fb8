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

import msgspec

from cgrdoctor import Finding, Rival, Unobservable, check, fail, warn
from cgrdoctor.net.step import Step
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.causes.observations import quoted
from cgrdoctor_checks.codes.artifactory import (
    ARTIFACTORY_TOO_OLD,
    ARTIFACTORY_UNHEALTHY,
    DOCKER_API_NOT_ROUTED,
    NOT_ARTIFACTORY,
    UNEXPECTED_HTML,
)
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.fingerprint_headers import SIGNS, is_artifactory
from cgrdoctor_checks.facts.artifactory.front import is_own_interface
from cgrdoctor_checks.facts.artifactory.ping import ArtifactoryPing, RouterHealth
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.direct_docker_path import SecondRoute
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.unwell import bring_up

STRANGE = ("html", "unsupported-route", "not-registry")
"""Symptoms of a request that reached no repository."""

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
    second: SecondRoute | None,
) -> Iterator[Finding]:
    """One of: not an Artifactory, a page in between, not well, Docker API not routed; and its age."""
    steps = (ping.step, caller.step, *((registry.step,) if registry else ()))
    host = ping.step.host
    if all(step.failure is not None for step in steps):
        raise Unobservable(f"{host} gives no answer")
    pulled = through.pull.steps if through else ()
    answers = Answers(
        host,
        ping,
        registry.step if registry else None,
        router,
        second,
        steps,
        evidence_of(ping, caller, registry, router, through, second),
        recognised=ping.well or any(is_artifactory(step) for step in (*steps, *pulled)),
    )
    if through is None or not through.works:
        trouble = list(_trouble(answers))
        yield from trouble or _beyond_the_ping(answers, through)
    yield from _age(host, caller)


class Answers(msgspec.Struct, frozen=True):
    """What the host answered: `registry` to `/v2/`, `steps` to all that every Artifactory answers."""

    host: str
    ping: ArtifactoryPing
    registry: Step | None
    router: RouterHealth | None
    second: SecondRoute | None
    steps: tuple[Step, ...]
    evidence: tuple[str, ...]
    recognised: bool

    @property
    def is_registry(self) -> bool:
        """Whether `/v2/` bears the sign of a registry, whoever's."""
        return self.registry is not None and bool(self.registry.header(REGISTRY))


def _trouble(seen: Answers) -> Iterator[Finding]:
    if seen.registry is not None and seen.registry.status == 429:
        return
    broken = [step for step in seen.steps if symptom(step) in ("unavailable", "lock-down")]
    answered = [step for step in seen.steps if step.status is not None and step not in broken]
    if len(answered) > 1 and all(_is_page(step) and (step.status or 0) < 500 for step in answered):
        yield _foreign_page(seen, answered[0])
    elif broken and not seen.ping.well:
        yield _unhealthy(seen, broken[0])
    elif seen.recognised and not seen.ping.well and seen.ping.step.status in (500, 503):
        yield _unhealthy(seen, seen.ping.step)
    elif seen.registry is not None and seen.recognised and not _speaks_registry(seen.registry):
        yield _not_routed(seen, seen.registry)
    elif seen.recognised:
        return
    elif any(step.shape == "html" for step in seen.steps) and not seen.is_registry:
        yield _foreign_page(seen, next(step for step in seen.steps if step.shape == "html"))
    elif not any(step.failure for step in seen.steps):
        yield _not_artifactory(seen)


def _beyond_the_ping(seen: Answers, through: PullThrough | None) -> Iterator[Finding]:
    """`/v2/` leads to a registry, the image's own path to none that Artifactory knows, or to somebody's page."""
    failed = through.pull.failed if through else None
    if failed is not None and failed.name == "token" and failed.status == 404:
        return
    if failed is not None and failed.name == "token" and _is_page(failed):
        yield _foreign_page(seen, failed)
        return
    if failed is None or failed.name != "manifest" or symptom(failed) not in (*STRANGE, "page"):
        return
    beside = seen.second.manifest if seen.second else None
    if symptom(failed) == "page" or (symptom(failed) == "html" and failed.status != 404):
        if not any(failed.header(name) for name in SIGNS):
            yield _foreign_page(seen, failed)
    elif beside is not None and symptom(beside) not in STRANGE:
        yield _not_routed(seen, failed)


def _is_page(step: Step) -> bool:
    """Whether a token endpoint answers with a page or leads to one: a sign-in that no client of a registry can do."""
    if step.name == "token" and step.status is not None and 300 <= step.status < 400:
        return True
    return step.shape == "html" or step.content_type in ("text/html", "application/xhtml+xml")


def _speaks_registry(step: Step) -> bool:
    if step.shape == "html" and is_own_interface(step):
        return False
    if step.failure is not None or step.status in (200, 401):
        return True
    return step.status in (403, 429, 500, 502, 503, 504) and step.shape != "html"


def _unhealthy(seen: Answers, step: Step) -> Finding:
    unwell = seen.router.unhealthy if seen.router else ()
    sick = f"; sick services: {', '.join(unwell)}" if unwell else ""
    return fail(
        ARTIFACTORY_UNHEALTHY,
        f"{seen.host} answers {cut(quoted(step), 180)}{sick}",
        subject=seen.host,
        evidence=seen.evidence,
        confidence="certain" if seen.recognised else "likely",
        rivals=()
        if seen.recognised
        else (_elsewhere("not-artifactory", "the host is the one in Artifactory's own base URL"),),
        remedy=bring_up(seen.host, step, sick=unwell),
    )


def _not_routed(seen: Answers, step: Step) -> Finding:
    beside = f"; /{seen.second.ping.path} answers {seen.second.ping.status}" if seen.second else ""
    proven = seen.second is not None and seen.second.speaks
    return fail(
        DOCKER_API_NOT_ROUTED,
        f"/{step.path} on {step.host} answers {quoted(step)}{beside}",
        subject=step.host,
        expected="200 or 401 from the Docker API",
        actual=f"{step.status} {step.content_type or ''}".strip(),
        evidence=seen.evidence,
        confidence="certain" if proven else "likely",
        rivals=()
        if proven
        else (_elsewhere("not-artifactory", "the Docker API answers below Artifactory's own base URL"),),
        remedy=commands.steps(
            f"Let the reverse proxy on {step.host} route /v2/ to Artifactory: generate its configuration anew",
            "Administration > General > HTTP Settings: choose the Docker access method, then Download it.",
        ),
    )


def _foreign_page(seen: Answers, page: Step) -> Finding:
    return fail(
        UNEXPECTED_HTML,
        f"{seen.host} answers with a web page ({page.title or 'no title'}) instead of Artifactory's API",
        subject=seen.host,
        evidence=seen.evidence,
        confidence="likely",
        rivals=(_elsewhere("not-artifactory", "the host is the one in Artifactory's own base URL"),),
        remedy=commands.steps(
            UNEXPECTED_HTML.fix,
            "A proxy or VPN portal: sign in with a browser, or have the host exempted; then pull again.",
            commands=(commands.look(f"https://{seen.host}/v2/"),),
        ),
    )


def _not_artifactory(seen: Answers) -> Finding:
    return fail(
        NOT_ARTIFACTORY,
        f"nothing on {seen.host} answers as Artifactory does (ping: HTTP {seen.ping.step.status})",
        subject=seen.host,
        evidence=seen.evidence,
        confidence="likely",
        rivals=(_elsewhere("docker-api-not-routed", "Artifactory answers at another --artifactory-url"),),
        remedy=commands.steps(
            f"Correct the host {seen.host} in IMAGE, or name Artifactory's own: --artifactory-url",
            "Administration > General > Settings shows the Custom Base URL that clients should use.",
            commands=(commands.look(f"https://{seen.host}/artifactory/api/system/ping"),),
        ),
    )


def _elsewhere(code: str, excluded_by: str) -> Rival:
    return Rival(code=code, would_be_excluded_by=excluded_by, who="artifactory-admin")


def _age(host: str, caller: Caller) -> Iterator[Finding]:
    version = numbers(caller.release)
    if version and version < MINIMUM.get(version[0], min(MINIMUM.values())):
        yield warn(
            ARTIFACTORY_TOO_OLD,
            f"{host} runs Artifactory {caller.release}",
            subject=host,
            expected="6.23 or 7.9 and newer",
            actual=caller.release,
            evidence=caller.exchanges,
            remedy=commands.steps(
                ARTIFACTORY_TOO_OLD.fix,
                f"{host} runs {caller.release}; until the upgrade, pull from cgr.dev directly where that is allowed.",
            ),
        )


def numbers(version: str) -> tuple[int, ...]:
    """`7.161.15` as (7, 161); empty if it is no version."""
    parts = version.split(".")[:2]
    return (
        tuple(int(part) for part in parts)
        if len(parts) == 2 and all(p.isascii() and p.isdigit() for p in parts)
        else ()
    )

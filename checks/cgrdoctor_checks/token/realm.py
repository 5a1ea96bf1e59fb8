"""The realm of Artifactory's challenge.

## What it looks at
The address in `WWW-Authenticate` of `/v2/`, which docker asks for its token, against the host and
scheme that were asked.

## Why it matters
docker asks the realm and nothing else for its token: a realm with another host, with plain HTTP or with an inner name
drops the login on the way, although `docker login` may have succeeded.

## How it fails
`unauthorized`, `no such host`, endless 401.

## How to fix
Correct the Custom Base URL and the headers X-Forwarded-Host and X-Forwarded-Proto of the reverse proxy.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Rival, Unobservable, check, fail
from cgrdoctor.net.challenge import RealmVerdict, bearer, parse_challenges, realm_policy, realm_url
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes.token import (
    TOKEN_REALM_MISMATCH,
)
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.direct_docker_path import SecondRoute, realm_strays
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.remedies import commands


@check(
    "token.realm",
    title="The token realm is the host that was asked, over https",
    codes=[TOKEN_REALM_MISMATCH],
)
def token_realm(
    target: Target, pinged: RegistryPing, through: PullThrough | None, second: SecondRoute | None
) -> Iterator[Finding]:
    """Compares scheme and host of every realm that was given with those of the reference."""
    if pinged.step.failure is not None:
        raise Unobservable(f"{pinged.step.host} gives no answer")
    base = f"https://{target.registry_host}/v2/"
    steps = (pinged.step, *(through.pull.steps if through else ()))
    for realm in dict.fromkeys(realm for step in steps if (realm := realm_of(step, base))):
        verdict = realm_policy(realm, base)
        if verdict is RealmVerdict.SAME_HOST:
            continue
        yield fail(
            TOKEN_REALM_MISMATCH,
            f"clients are sent to {realm} for their token ({verdict.name.lower().replace('_', ' ')})",
            subject=target.registry_host,
            expected=f"a realm on https://{target.registry_host}",
            actual=realm,
            evidence=evidence_of(pinged, second),
            remedy=commands.steps(TOKEN_REALM_MISMATCH.fix, *_where_realms_come_from(target, second)),
        )
    failed = through.pull.failed if through is not None else None
    if failed is not None and failed.name == "token" and failed.status in NO_SUCH_PLACE:
        yield _issues_nothing(target, failed, pinged, second)


NO_SUCH_PLACE = (404, 405, 410)
"""Statuses with which nobody refuses a login: there is no token endpoint at the address."""


def _issues_nothing(target: Target, failed: Step, pinged: RegistryPing, second: SecondRoute | None) -> Finding:
    return fail(
        TOKEN_REALM_MISMATCH,
        f"the challenge of {target.registry_host} names https://{failed.host}/{failed.path} for tokens, which answers "
        f"{failed.status} {(failed.title or failed.message).removeprefix(str(failed.status)).strip()}".rstrip(),
        subject=target.registry_host,
        expected="a realm at which tokens are issued",
        actual=f"{failed.status}",
        evidence=(failed.exchange, *evidence_of(pinged, second)),
        confidence="likely",
        rivals=(
            Rival(
                code="docker-api-not-routed",
                would_be_excluded_by="the same address answers on the Artifactory host itself",
                who="artifactory-admin",
                subject=target.registry_host,
            ),
        ),
        remedy=commands.steps(
            "Let the challenge name an address at which tokens are issued, and let the reverse proxy pass it",
            *_where_realms_come_from(target, second),
            "The reverse proxy must pass /artifactory/api/docker/ and /v2/token unchanged.",
            commands=(commands.look(f"https://{failed.host}/{failed.path}"),),
        ),
    )


def _where_realms_come_from(target: Target, second: SecondRoute | None) -> tuple[str, ...]:
    """Artifactory's own path shows whether the base URL is wrong, or only what the proxy adds at `/v2/`."""
    base = f"Administration > General > Settings: Custom Base URL = https://{target.registry_host}"
    header = f"Reverse proxy, location /v2/: X-JFrog-Override-Base-Url = https://{target.registry_host}"
    if second is None or not second.speaks:
        return base, header
    return (base,) if realm_strays(second.ping, target.registry_host) else (header,)


def realm_of(step: Step, base: str) -> str | None:
    """The realm of a step's Bearer challenge."""
    asked = bearer(parse_challenges([value for name, value in step.headers if name.lower() == "www-authenticate"]))
    return realm_url(asked, base) if asked else None

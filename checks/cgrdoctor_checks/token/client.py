"""Logging in to Artifactory, as docker does.

## What it looks at
The challenge of `/v2/`, its realm against the host that was asked, the token request with the stored login, and
whether the token is accepted afterwards.

## Why it matters
`docker login` may succeed although no pull will: a realm on plain HTTP drops the credential on the way.

## How it fails
`unauthorized`, `no basic auth credentials`, `denied`, or endless 401.

## How to fix
Log in to exactly this host; renew the access token; correct base URL and reverse proxy headers.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Rival, Unobservable, check, fail, info
from cgrdoctor.net.challenge import RealmVerdict, bearer, parse_challenges, realm_policy, realm_url
from cgrdoctor.net.step import Step
from cgrdoctor_checks import remedy
from cgrdoctor_checks.artifactory.caller import Caller
from cgrdoctor_checks.artifactory.symptom import symptom
from cgrdoctor_checks.policy.block import is_policy
from cgrdoctor_checks.pull.case import quoted
from cgrdoctor_checks.pull.freshness import evidence_of
from cgrdoctor_checks.pull.ping import RegistryPing
from cgrdoctor_checks.pull.second_route import SecondRoute, realm_strays
from cgrdoctor_checks.pull.through import ControlPull, PullThrough
from cgrdoctor_checks.reference.target import Target
from cgrdoctor_checks.token.codes import (
    ARTIFACTORY_CREDENTIALS_MISSING,
    ARTIFACTORY_CREDENTIALS_REJECTED,
    ARTIFACTORY_PERMISSION_DENIED,
    AUTHORIZATION_NOT_FORWARDED,
    CREDENTIAL_HELPER_FAILED,
    DOCKER_CONFIG_INVALID,
    DOCKER_CREDENTIALS_MISSING,
    DOCKER_CREDENTIALS_OTHER_HOST,
    TOKEN_REALM_MISMATCH,
)
from cgrdoctor_checks.token.forwarding import not_forwarded
from cgrdoctor_checks.token.login import RegistryLogin
from cgrdoctor_checks.token.stored import blemishes, log_in


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
            remedy=remedy.steps(TOKEN_REALM_MISMATCH.fix, *_where_realms_come_from(target, second)),
        )


def _where_realms_come_from(target: Target, second: SecondRoute | None) -> tuple[str, ...]:
    """Artifactory's own path shows whether the base URL is wrong, or only what the proxy adds at `/v2/`."""
    base = "Administration > General > Settings: Custom Base URL."
    header = f"Reverse proxy, location /v2/: X-JFrog-Override-Base-Url = https://{target.registry_host}"
    if second is None or not second.speaks:
        return base, header
    return (base,) if realm_strays(second.ping, target.registry_host) else (header,)


def realm_of(step: Step, base: str) -> str | None:
    """The realm of a step's Bearer challenge."""
    asked = bearer(parse_challenges([value for name, value in step.headers if name.lower() == "www-authenticate"]))
    return realm_url(asked, base) if asked else None


@check(
    "token.client",
    title="Artifactory accepts the login and lets it read",
    codes=[
        DOCKER_CREDENTIALS_MISSING,
        DOCKER_CREDENTIALS_OTHER_HOST,
        CREDENTIAL_HELPER_FAILED,
        DOCKER_CONFIG_INVALID,
        ARTIFACTORY_CREDENTIALS_REJECTED,
        AUTHORIZATION_NOT_FORWARDED,
        ARTIFACTORY_PERMISSION_DENIED,
    ],
)
def token_client(
    target: Target,
    through: PullThrough,
    login: RegistryLogin,
    caller: Caller | None,
    control: ControlPull | None,
    second: SecondRoute | None,
) -> Iterator[Finding]:
    """Judges 401 and 403 that Artifactory itself gives; an upstream refusal speaks of the remote and is not ours."""
    failed = through.pull.failed
    if failed is None or failed.name not in ("token", "manifest"):
        return
    if failed.failure is not None or failed.shape == "html":
        raise Unobservable(f"no answer of Artifactory's came for the {failed.name}")
    evidence = evidence_of(through, caller)
    host = target.registry_host
    if failed.status in (401, 403) and not login.present and _is_own_refusal(failed):
        yield from _no_login(host, failed, login, evidence)
    elif (failed.name == "token" or failed.status == 401) and _is_own_refusal(failed):
        lost = not_forwarded(host, failed, login, through, caller, second, evidence)
        yield lost or _rejected(host, failed, login, evidence)
    elif is_policy(failed, others_pass=control is not None and control.works):
        return
    elif failed.status == 403 and _is_own_refusal(failed):
        yield _denied(target, failed, control, evidence)


def _is_own_refusal(step: Step) -> bool:
    return symptom(step) in ("unauthorized", "forbidden")


def _no_login(host: str, failed: Step, login: RegistryLogin, evidence: tuple[str, ...]) -> Iterator[Finding]:
    yield from blemishes(host, login, "fail", evidence)
    yield fail(
        DOCKER_CREDENTIALS_MISSING,
        f"{host} wants credentials and none are stored for it: {quoted(failed)}",
        subject=host,
        evidence=evidence,
        remedy=log_in(host),
    )


def _rejected(host: str, failed: Step, login: RegistryLogin, evidence: tuple[str, ...]) -> Finding:
    return fail(
        ARTIFACTORY_CREDENTIALS_REJECTED,
        f"{host} refuses {login.username or 'the login'} from {login.source}: {quoted(failed)}",
        subject=host,
        evidence=evidence,
        confidence="certain" if failed.message and "credential" in failed.message.lower() else "likely",
        rivals=(
            Rival(
                code="authorization-not-forwarded",
                would_be_excluded_by="the same login works on the Artifactory host itself",
                who="artifactory-admin",
                subject=host,
            ),
        ),
        remedy=log_in(host),
    )


def _denied(target: Target, failed: Step, control: ControlPull | None, evidence: tuple[str, ...]) -> Finding:
    subject = target.repository or target.registry_host
    same = control is not None and control.pull.failed is not None and control.pull.failed.status == 403
    return fail(
        ARTIFACTORY_PERMISSION_DENIED,
        f"this login may not read {subject}: {quoted(failed)}",
        subject=subject,
        evidence=evidence,
        confidence="certain" if same and failed.shape != "html" else "likely",
        rivals=()
        if same
        else (
            Rival(
                code="xray-blocked",
                would_be_excluded_by="another image of the repository is refused too",
                who="artifactory-admin",
                subject=subject,
            ),
        ),
        remedy=remedy.steps(
            ARTIFACTORY_PERMISSION_DENIED.fix,
            f"Administration > Identity and Access > Permissions: {subject} with Read and Deploy/Cache.",
        ),
    )


@check(
    "token.rest",
    title="Artifactory's REST API knows who is asking",
    codes=[ARTIFACTORY_CREDENTIALS_MISSING, ARTIFACTORY_CREDENTIALS_REJECTED],
)
def token_rest(target: Target, caller: Caller, through: PullThrough | None) -> Iterator[Finding]:
    """Missing is only a remark; refused is a fault of its own unless pulling works with another login."""
    host = caller.step.host
    if caller.step.failure is not None:
        raise Unobservable(f"{host} gives no answer")
    if caller.identity == "none" and caller.step.status in (401, 403):
        yield info(
            ARTIFACTORY_CREDENTIALS_MISSING,
            "no credential for the REST API: the remote's settings and its cache stay out of sight",
            subject=host,
            evidence=caller.exchanges,
            remedy=remedy.steps(ARTIFACTORY_CREDENTIALS_MISSING.fix),
        )
    elif caller.identity == "refused" and caller.step.status == 401:
        works = through is not None and through.works
        words = f"the REST API of {host} refuses the credential from {caller.source}: {quoted(caller.step)}"
        build = info if works else fail
        yield build(
            ARTIFACTORY_CREDENTIALS_REJECTED,
            words,
            subject=target.registry_host,
            evidence=caller.exchanges,
            remedy=log_in(target.registry_host),
        )

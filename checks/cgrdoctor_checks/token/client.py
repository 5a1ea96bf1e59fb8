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

import re
from collections.abc import Iterator

from msgspec.structs import replace

from cgrdoctor import Finding, Rival, Unobservable, check, fail
from cgrdoctor.net.authorization import Withheld
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import quoted
from cgrdoctor_checks.causes.rate_limit import UPSTREAM
from cgrdoctor_checks.causes.signs import REFUSED_UPSTREAM
from cgrdoctor_checks.causes.stored_login import BY_CHANCE, blemishes, fallen_back, line_break, nowhere
from cgrdoctor_checks.codes.token import (
    ARTIFACTORY_CREDENTIALS_REJECTED,
    AUTHORIZATION_NOT_FORWARDED,
    CREDENTIAL_HELPER_FAILED,
    DOCKER_CONFIG_INVALID,
    DOCKER_CREDENTIALS_MISSING,
    DOCKER_CREDENTIALS_OTHER_HOST,
)
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.wording import without_names
from cgrdoctor_checks.facts.direct.pulls import DirectPull
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.direct_docker_path import NOBODY, SecondRoute
from cgrdoctor_checks.facts.pull.kept_back import kept_back
from cgrdoctor_checks.facts.pull.through_artifactory import ControlPull, PullThrough
from cgrdoctor_checks.facts.reference.target import Target
from cgrdoctor_checks.facts.token.login import RegistryLogin
from cgrdoctor_checks.remedies.docker_login import log_in
from cgrdoctor_checks.remedies.refused_login import way_in
from cgrdoctor_checks.token.forwarding import not_forwarded

OF_A_RIGHT = re.compile(r"permission|not permitted|insufficient|entitle|capabilit", re.IGNORECASE)
"""What is said to a login that arrived and may not; one that is lost or wrong is told that it is missing or bad."""


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
    ],
)
def token_client(
    target: Target,
    through: PullThrough,
    login: RegistryLogin,
    caller: Caller | None,
    direct: DirectPull | None,
    control: ControlPull | None,
    second: SecondRoute | None,
) -> Iterator[Finding]:
    """Judges 401, and 403 of the token endpoint; what the manifest is refused with may be anybody's, and is weighed."""
    if login.present:
        yield from fallen_back(target.registry_host, login, evidence_of(through))
    failed = through.pull.failed
    if failed is None or failed.name not in ("token", "manifest"):
        return
    if failed.failure is not None or failed.shape == "html":
        raise Unobservable(f"no answer of Artifactory's came for the {failed.name}")
    evidence = evidence_of(through, caller)
    host = target.registry_host
    withheld = kept_back(through.pull)
    if withheld is not None:
        yield from _instead(host, login, withheld, evidence)
    elif login.kind == "identity-token" and failed.name == "token" and failed.status in EXCHANGE_REFUSED:
        yield _not_exchanged(host, failed, login, evidence)
    elif failed.status in (401, 403) and not login.present and _is_own_refusal(failed):
        yield from _no_login(host, failed, login, evidence)
    elif (failed.name == "token" or failed.status == 401) and _is_own_refusal(failed):
        if failed.name == "manifest" and _may_be_upstreams(failed, through, direct, control):
            return
        lost = not_forwarded(host, failed, login, through, caller, second, evidence)
        yield lost or _rejected(target, through, failed, login, evidence)


def _may_be_upstreams(
    failed: Step, through: PullThrough, direct: DirectPull | None, control: ControlPull | None
) -> bool:
    """Whether a 401 behind a token that was issued may be cgr.dev's, which Artifactory hands on.

    cgr.dev refuses the image itself, another image comes with this very login, or the words are for a login that
    arrived.
    """
    token = through.pull.step("token")
    if token is None or not token.ok:
        return False
    refused = direct is not None and not direct.pull.anonymous and direct.verdict in REFUSED_UPSTREAM
    passes = control is not None and control.works and not control.pull.anonymous
    said = without_names(failed.message, failed.path)
    arrived = NOBODY.search(said) is None and (OF_A_RIGHT.search(said) or UPSTREAM.search(said)) is not None
    return refused or passes or arrived


def _is_own_refusal(step: Step) -> bool:
    return symptom(step) in ("unauthorized", "forbidden")


def _instead(host: str, login: RegistryLogin, withheld: Withheld, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """What was not sent is not judged: only what docker's own configuration has wrong can still be said."""
    wrong = () if login.present else tuple(blemishes(host, login, "fail", evidence))
    if not wrong:
        raise Unobservable(f"no login was sent: {withheld.why}")
    yield from wrong


def _no_login(host: str, failed: Step, login: RegistryLogin, evidence: tuple[str, ...]) -> Iterator[Finding]:
    yield from blemishes(host, login, "fail", evidence)
    yield fail(
        DOCKER_CREDENTIALS_MISSING,
        f"{host} wants credentials and {_none(login)}: {quoted(failed)}{nowhere(login)}",
        subject=host,
        evidence=evidence,
        remedy=log_in(host),
    )


def _none(login: RegistryLogin) -> str:
    """Of a client whose logins are not read it is not said that it has none."""
    return "this run has none" if login.whose == "containerd" else "none are stored for it"


def _not_exchanged(host: str, failed: Step, login: RegistryLogin, evidence: tuple[str, ...]) -> Finding:
    """An identity token goes in a form: nobody on the way can lose a header, and no password was judged."""
    sure = failed.status in SAYS_NO
    return fail(
        ARTIFACTORY_CREDENTIALS_REJECTED,
        f"{host} gives no token for the identity token from {login.source}: {quoted(failed)}; "
        "docker sends it there too, and falls back to nothing",
        subject=host,
        evidence=evidence,
        confidence="certain" if sure else "likely",
        rivals=() if sure else (_NOT_ROUTED,),
        remedy=log_in(host),
    )


SAYS_NO = (400, 401, 403)
EXCHANGE_REFUSED = (*SAYS_NO, 404, 405, 501)
"""What a token endpoint answers to an exchange that it does not make; Artifactory and others differ."""

_NOT_ROUTED = Rival(
    code="docker-api-not-routed",
    would_be_excluded_by="GET of the same token endpoint with a user name and password is answered",
    who="artifactory-admin",
)


def _rejected(
    target: Target, through: PullThrough, failed: Step, login: RegistryLogin, evidence: tuple[str, ...]
) -> Finding:
    host = target.registry_host
    beside = "".join(f"; refused too: {one.source}" for one in through.refused)
    sure = all(trouble.kind not in BY_CHANCE for trouble in login.troubles)
    way = way_in(host, target.artifactory_url, login, failed.message, target.repository or "the remote")
    finding = fail(
        ARTIFACTORY_CREDENTIALS_REJECTED,
        f"{host} refuses {login.username or 'the login'} from {login.source}: {quoted(failed)}{line_break(login)}"
        f"{way.words}{beside}",
        subject=host,
        evidence=evidence,
        confidence="certain" if sure and failed.message and "credential" in failed.message.lower() else "likely",
        rivals=(
            Rival(
                code="authorization-not-forwarded",
                would_be_excluded_by="the same login works on the Artifactory host itself",
                who="artifactory-admin",
                subject=host,
            ),
        ),
        remedy=way.remedy,
    )
    return replace(finding, owner=way.owner) if way.owner is not None else finding

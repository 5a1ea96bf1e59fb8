"""Whether the Authorization header reaches Artifactory: by its words, and by its own path beside the proxy's."""

from __future__ import annotations

from cgrdoctor import Confidence, Finding, Rival, fail
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import quoted
from cgrdoctor_checks.codes.token import AUTHORIZATION_NOT_FORWARDED
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.pull.direct_docker_path import NOBODY, SecondRoute
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.facts.token.login import RegistryLogin
from cgrdoctor_checks.remedies import commands


def never_arrived(step: Step) -> bool:
    """401 to a request that carried a credential, in the words for one that carried none."""
    return step.status == 401 and step.authenticated and NOBODY.search(step.message) is not None


def not_forwarded(
    host: str,
    failed: Step,
    login: RegistryLogin,
    through: PullThrough,
    caller: Caller | None,
    second: SecondRoute | None,
    evidence: tuple[str, ...],
) -> Finding | None:
    """The header is lost on the way, as far as that can be told from a login that is refused."""
    token = through.pull.step("token")
    issued = failed.name == "manifest" and token is not None and token.ok
    if not issued and not never_arrived(failed):
        return None
    confidence, rivals = _how_sure(host, issued, second)
    who = login.username or "this login"
    summary = (
        f"{host} issues a token to {who} and then answers {quoted(failed)}"
        if issued
        else f"{host} answers a request that carries the login of {who} as if it carried none: {quoted(failed)}"
    )
    if confidence == "certain":
        summary += "; by Artifactory's own path the same login is accepted"
    elif not issued and caller is not None and caller.identity == "accepted":
        summary += "; the REST API accepts a login"
    return fail(
        AUTHORIZATION_NOT_FORWARDED,
        summary,
        subject=host,
        evidence=(*evidence, *(second.exchanges if second else ())),
        confidence=confidence,
        rivals=rivals,
        remedy=commands.steps(
            AUTHORIZATION_NOT_FORWARDED.fix,
            'nginx: neither clear the header (proxy_set_header Authorization "") nor put one of its own in its place.',
            "A gateway that signs users in itself: exempt /v2/ and /artifactory/api/docker/.",
            commands=(commands.look(f"https://{host}/v2/"),),
        ),
    )


def _how_sure(host: str, issued: bool, second: SecondRoute | None) -> tuple[Confidence, tuple[Rival, ...]]:
    """Certain where the second route accepts the same login."""
    step = second.manifest if second else None
    if step is not None and step.status not in (401, None) and step.authenticated:
        return "certain", ()
    code = "artifactory-permission-denied" if issued else "artifactory-credentials-rejected"
    excluded_by = "an admin's login fails in the same way" if issued else "the login works on the Artifactory host"
    return "likely", (Rival(code=code, would_be_excluded_by=excluded_by, who="artifactory-admin", subject=host),)

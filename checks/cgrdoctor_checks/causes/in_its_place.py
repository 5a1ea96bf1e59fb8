"""Findings about who answers in Artifactory's place. Their subject is the host that was asked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cgrdoctor import Finding, Rival, Severity, graded
from cgrdoctor.net.hosts import is_jfrog_cloud
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.codes.front import SIGN_IN_REQUIRED
from cgrdoctor_checks.facts.artifactory.front import wants_sign_in
from cgrdoctor_checks.remedies import commands

PLACES = {"ping": "/v2/", "token": "the token endpoint", "manifest": "the manifest", "rest": "the REST API"}

_BY_REDIRECT = (
    (
        r"/oauth2/(?:start|sign_in|auth)",
        'oauth2-proxy: skip_auth_routes = ["^/v2/", "^/artifactory/api/docker/"].',
    ),
    (
        r"cloudflareaccess\.com|/cdn-cgi/access/",
        "Cloudflare Access: a Bypass policy for the paths of the Docker API.",
    ),
    (
        r"accounts\.google\.com|_gcp_gatekeeper",
        "Google IAP: serve the Docker API by a backend service without IAP.",
    ),
    (
        r"amazoncognito\.com",
        "AWS load balancer: a rule without authenticate action for the paths of the Docker API.",
    ),
    (
        r"goauthentik\.io|authentik",
        "authentik: Unauthenticated Paths of the proxy provider.",
    ),
    (
        r"authelia|[?&]rd\b",
        "Authelia and other forward-auth: a bypass rule for the paths of the Docker API.",
    ),
)
"""Where each kind of sign-in proxy is told of an exception, by what its redirect looks like."""

EXEMPTIONS = tuple((re.compile(pattern, re.IGNORECASE), line) for pattern, line in _BY_REDIRECT)

BYPASS = "Paths that must reach Artifactory as they are: /v2/, /artifactory/api/docker/ and, of sub-domains, the same."


def sign_in(host: str, step: Step, evidence: tuple[str, ...], severity: Severity = "fail") -> Finding:
    """A sign-in for people answers at this step."""
    place = PLACES.get(step.name, "the manifest")
    cloud = is_jfrog_cloud(host)
    return graded(
        SIGN_IN_REQUIRED,
        severity,
        f"{host} sends {place} to a sign-in for people{_where(step, host)}, which no client of a registry can pass",
        subject=host,
        expected="200 or 401 from Artifactory itself",
        actual=_seen(step),
        evidence=evidence,
        confidence="likely",
        owner="network-team" if cloud else None,
        rivals=(_filter(host),),
        remedy=commands.steps(
            f"Exempt the Docker API on {host} from the sign-in; Artifactory checks every login there itself",
            *_exemptions(step),
            BYPASS,
            *(("JFrog's cloud asks nobody to sign in there: a gateway of your own network does.",) if cloud else ()),
            commands=(
                commands.shell("This must answer 401 or 200, not a page", "curl", "-sSI", f"https://{host}/v2/"),
            ),
        ),
    )


def _exemptions(step: Step) -> tuple[str, ...]:
    led = " ".join((*step.led_to, f"/{step.path}"))
    return tuple(line for pattern, line in EXEMPTIONS if pattern.search(led))[:1]


def _where(step: Step, host: str) -> str:
    """The place of the sign-in, as far as a redirect names it."""
    if not step.led_to:
        return f" ({step.title})" if step.title else ""
    sign_ins = [address for address in step.led_to if urlsplit(address).hostname != host]
    parts = urlsplit((sign_ins or step.led_to)[-1])
    return f" at {parts.netloc}{parts.path}"


def _seen(step: Step) -> str:
    if step.led_to:
        return f"a redirect to {step.led_to[-1]}"
    return f"{step.status} {step.title or step.content_type or 'a page'}"


def _filter(host: str) -> Rival:
    return Rival(
        code="unexpected-html",
        would_be_excluded_by="the page wants a sign-in of people who are to use Artifactory",
        who="network-team",
        subject=host,
    )


def signed_in(case: Case) -> Finding | None:
    """The sign-in that the pull ended at."""
    step = next((one for one in case.failures if wants_sign_in(one, case.target.registry_host)), None)
    return sign_in(case.target.registry_host, step, case.evidence) if step is not None else None

"""Judging a pull that a proxy in front of Artifactory ended before Artifactory had answered."""

from __future__ import annotations

from cgrdoctor import Finding, fail
from cgrdoctor.net.hosts import is_jfrog_cloud
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.artifactory import GATEWAY_TIMEOUT
from cgrdoctor_checks.facts.artifactory.symptom import IMPATIENT
from cgrdoctor_checks.facts.pull.retries import tallied
from cgrdoctor_checks.remedies import commands

FIRST = "The first pull goes on filling the cache while nobody waits for it; the next one is answered from there."
CLOUDS = (
    "What waits too short there is JFrog's load balancer (the proxy_read_timeout of nginx, or its like).",
    "If it goes on, give this report to JFrog support: nobody else can change that.",
)
OWN = (
    (
        "Let the proxy in front of Artifactory wait 300 s or more, longer than the remote's Socket Timeout: nginx "
        "proxy_read_timeout, Apache httpd ProxyTimeout, HAProxy timeout server, a load balancer's idle timeout."
    ),
    "Artifactory's own template for nginx has proxy_read_timeout 2400: Administration > General > HTTP Settings.",
)


def gave_up(case: Case) -> Finding:
    """With the tries that it was seen in; sure where the same node answered the same request well."""
    better = case.again.better if case.again is not None else None
    step = next((one for one in (case.failed, *case.failures) if one is not None and _impatient(one)), case.failed)
    host = case.target.registry_host
    if better is not None and case.failed is not None and case.again is not None:
        seen = tallied((case.failed, *case.again.tries))
        summary = f"a proxy in front of Artifactory broke off the first answer for {case.target.image}: {seen}"
    else:
        after = f" after {step.seconds:.0f} s" if step is not None and step.seconds >= 1 else ""
        summary = f"a proxy in front of Artifactory gave up waiting for {case.target.image}{after}: {quoted(step)}"
    cloud = is_jfrog_cloud(host)
    return fail(
        GATEWAY_TIMEOUT,
        summary,
        subject=host,
        evidence=case.evidence,
        confidence="certain" if better is not None and step is not None and _impatient(step) else "likely",
        owner="jfrog-support" if cloud else "artifactory-admin",
        remedy=commands.steps(
            GATEWAY_TIMEOUT.fix, FIRST, *(CLOUDS if cloud else OWN), commands=(commands.pull(case.target.image),)
        ),
    )


def _impatient(step: Step) -> bool:
    return step.status in IMPATIENT

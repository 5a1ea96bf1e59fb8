"""Findings about the login that docker or another client has stored, shared by all checks that meet one."""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Code, Finding, Severity, graded
from cgrdoctor_checks.codes.token import CREDENTIAL_HELPER_FAILED, DOCKER_CONFIG_INVALID, DOCKER_CREDENTIALS_OTHER_HOST
from cgrdoctor_checks.facts.token.login import Login, Trouble
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.docker_login import log_in

CHOSEN = ("environment CGRDOCTOR_REGISTRY", "asked for")
"""How the source of a login begins that somebody chose for this very run."""


def blemishes(host: str, login: Login, severity: Severity, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """What a client's configuration has in place of a usable login: broken places, and a login it does not use."""
    for trouble in login.troubles:
        if trouble.kind.startswith("helper"):
            yield _trouble(CREDENTIAL_HELPER_FAILED, host, trouble, severity, evidence)
        elif trouble.kind == "config-invalid":
            yield _trouble(DOCKER_CONFIG_INVALID, host, trouble, severity, evidence)
    if login.near_misses:
        miss = login.near_misses[0]
        yield graded(
            DOCKER_CREDENTIALS_OTHER_HOST,
            severity,
            f"{login.whose} has a login under {miss.key} in {miss.place} ({miss.why}), "
            f"and none that it uses for {host}",
            subject=host,
            expected=host,
            actual=miss.key,
            evidence=evidence,
            remedy=log_in(host),
        )


def _trouble(code: Code, host: str, trouble: Trouble, severity: Severity, evidence: tuple[str, ...]) -> Finding:
    return graded(
        code,
        severity,
        f"{trouble.place} {trouble.message}",
        subject=trouble.place,
        evidence=evidence,
        remedy=commands.steps(
            f"Mend {trouble.place}, or remove it, then log in to {host} again", commands=log_in(host).commands
        ),
    )


def line_break(login: Login) -> str:
    """What is likely wrong with a refused login that ends with a line break, for the end of a sentence; else empty."""
    if not login.ends_with_line_break:
        return ""
    return (
        f"; what is stored there ends with a line break, which {login.whose} sends too "
        "(echo adds one, printf %s does not)"
    )


def places(login: Login) -> str:
    """Where a login was looked for and what was there, for the end of a sentence; of docker a report has the places."""
    return f"; looked at {', '.join(login.looked)}" if login.looked else ""

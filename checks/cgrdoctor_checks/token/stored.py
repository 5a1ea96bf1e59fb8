"""Findings about the login that docker has stored, shared by all checks that meet one."""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Code, Finding, Severity, graded
from cgrdoctor_checks import remedy
from cgrdoctor_checks.token.codes import (
    CREDENTIAL_HELPER_FAILED,
    DOCKER_CONFIG_INVALID,
    DOCKER_CREDENTIALS_OTHER_HOST,
)
from cgrdoctor_checks.token.login import Login, Trouble


def blemishes(host: str, login: Login, severity: Severity, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """What docker's configuration has in place of a usable login: broken places, and a login it does not use."""
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
            f"docker has a login under {miss.key} in {miss.place} ({miss.why}), and none that it uses for {host}",
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
        remedy=remedy.steps(code.fix, commands=log_in(host).commands),
    )


def log_in(host: str) -> remedy.Remedy:
    """Log in to exactly this host, the token on standard input."""
    return remedy.Remedy(
        summary=f"Log in to {host}",
        steps=("In Artifactory: Set Me Up > Docker > Generate Token.",),
        commands=(
            remedy.Command(
                description="With the token on standard input",
                command=f'printf %s "$ARTIFACTORY_TOKEN" | docker login -u "$ARTIFACTORY_USER" --password-stdin {host}',
                kind="shell",
                changes=True,
            ),
        ),
    )

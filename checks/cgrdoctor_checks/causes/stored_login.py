"""Findings about the login that docker or another client has stored, shared by all checks that meet one."""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Code, Finding, Rival, Severity, graded
from cgrdoctor_checks.codes.token import CREDENTIAL_HELPER_FAILED, DOCKER_CONFIG_INVALID, DOCKER_CREDENTIALS_OTHER_HOST
from cgrdoctor_checks.facts.token.login import Login, Trouble
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.docker_login import log_in

CHOSEN = ("environment CGRDOCTOR_REGISTRY", "asked for")
"""How the source of a login begins that somebody chose for this very run."""


AMBIGUOUS = "ambiguous"
"""The kind of trouble that several logins of one host are: which of them docker sends is chance."""

INVALID = "config-invalid"
AT_TIMES = "config-invalid-at-times"
"""Kinds of trouble of a file that docker warns of: the login of this host is lost always, or at times."""

BY_CHANCE = (AMBIGUOUS, AT_TIMES)
"""Kinds with which docker may send another login the next time."""

OF_A_FILE = "docker config "
"""How the source of a login begins that stands in a file of docker's, and came from no helper."""

NOTES = ("no-login", "encrypted", AMBIGUOUS)
"""Kinds of troubles that are no fault of a file, and say why there is no login in it."""


def blemishes(host: str, login: Login, severity: Severity, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """What a client's configuration has in place of a usable login: broken places, and a login it does not use."""
    for trouble in login.troubles:
        if trouble.kind.startswith("helper"):
            yield _trouble(CREDENTIAL_HELPER_FAILED, host, trouble, severity, evidence)
        elif trouble.kind in (INVALID, AT_TIMES):
            yield _trouble(DOCKER_CONFIG_INVALID, host, trouble, severity, evidence)
    if login.near_misses:
        miss = login.near_misses[0]
        yield graded(
            DOCKER_CREDENTIALS_OTHER_HOST,
            severity,
            f"{login.whose} has a login under {miss.key} in {miss.place} ({miss.why}), "
            f"and none that it uses for {host}",
            subject=host,
            expected=host if miss.key != host else None,
            actual=miss.key if miss.key != host else None,
            evidence=evidence,
            remedy=log_in(host),
        )


def fallen_back(host: str, login: Login, evidence: tuple[str, ...]) -> Iterator[Finding]:
    """What is broken beside a login that docker has in its files: who goes on with it, and who does not."""
    if not login.source.startswith(OF_A_FILE):
        return
    for trouble in login.troubles:
        if trouble.kind.startswith("helper"):
            yield graded(
                CREDENTIAL_HELPER_FAILED,
                "warn",
                f"BuildKit (docker build, buildx, compose) stops where docker pull goes on with {login.source}: "
                f"{trouble.place} {trouble.message}",
                subject=trouble.place,
                evidence=evidence,
                remedy=_mended(trouble.place, host),
            )
        elif trouble.kind in (INVALID, AT_TIMES, AMBIGUOUS):
            went_on = f"; docker warns, and goes on with {login.source}" if trouble.kind != AMBIGUOUS else ""
            yield graded(
                DOCKER_CONFIG_INVALID,
                "warn",
                f"{trouble.place} {trouble.message}{went_on}",
                subject=trouble.place,
                evidence=evidence,
                remedy=_mended(trouble.place, host),
            )


def nowhere(login: Login) -> str:
    """What is stored in place of a login, and where was looked, for the end of a sentence."""
    return f"{notes(login)}{places(login)}"


def notes(login: Login) -> str:
    """What files say of the host that is no login, for the end of a sentence."""
    told = (f"; {trouble.place} {trouble.message}" for trouble in login.troubles if trouble.kind in NOTES)
    return "".join(dict.fromkeys(told))


def _mended(place: str, host: str) -> commands.Remedy:
    return commands.steps(f"Mend {place}, or remove it, then log in to {host} again", commands=log_in(host).commands)


def _trouble(code: Code, host: str, trouble: Trouble, severity: Severity, evidence: tuple[str, ...]) -> Finding:
    return graded(
        code,
        severity,
        f"{trouble.place} {trouble.message}",
        subject=trouble.place,
        evidence=evidence,
        confidence="likely" if trouble.kind == AT_TIMES else "certain",
        rivals=(_ANOTHER_TIME,) if trouble.kind == AT_TIMES else (),
        remedy=_mended(trouble.place, host),
    )


_ANOTHER_TIME = Rival(
    code="artifactory-credentials-rejected",
    would_be_excluded_by="docker pull works at times: then it did decode the login, and Artifactory takes it",
    who="developer",
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
    """Where a login was looked for and what was there, for the end of a sentence."""
    return f"; looked at {', '.join(login.looked)}" if login.looked else ""

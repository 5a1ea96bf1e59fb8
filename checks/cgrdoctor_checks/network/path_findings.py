"""Findings about a way to a host: at the stage that fails, and what else could look like it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from cgrdoctor import Code, Finding, Rival, Severity, graded, info, warn
from cgrdoctor.config.settings import Invocation
from cgrdoctor.model import Leg
from cgrdoctor.net.failure import Failure
from cgrdoctor.net.hosts import is_jfrog_cloud
from cgrdoctor.net.path import Certificate, Path
from cgrdoctor_checks.codes import network as codes
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_UNHEALTHY, NOT_ARTIFACTORY
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_TLS_UNTRUSTED,
)
from cgrdoctor_checks.facts.artifactory.upstream_stages import NAMED, inferred_without
from cgrdoctor_checks.facts.network.failure_codes import code_of, words
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.way_upstream import egress

OUTSIDE = ("expired", "not-yet-valid")
"""Kinds of a certificate that is refused for its dates, which the clock of this machine decides."""


class Clock(msgspec.Struct, frozen=True):
    """The right time as other hosts of the run tell it; None where none told."""

    told: datetime | None

    def bears_out(self, path: Path | None) -> bool:
        """Whether the certificate is outside its dates by that clock too."""
        shown = [tried.certificate for tried in path.addresses if tried.certificate] if path else []
        return self.told is not None and bool(shown) and not any(within_dates(one, self.told) for one in shown)


def within_dates(certificate: Certificate, moment: datetime) -> bool:
    """Whether a certificate is valid at a moment; one whose dates cannot be read is not."""
    try:
        begins, ends = (datetime.fromisoformat(text) for text in (certificate.not_before, certificate.not_after))
        return begins <= moment <= ends
    except (ValueError, TypeError):
        return False


def path_finding(
    code: Code,
    host: str,
    failure: Failure,
    path: Path | None,
    invocation: Invocation,
    severity: Severity,
    leg: Leg | None,
    evidence: tuple[str, ...],
    clock: Clock | None = None,
) -> Finding:
    """One finding about a host at the stage that failed, with what else could look like it."""
    rivals = _rivals(code, failure, invocation, host)
    if clock is not None and failure.kind in OUTSIDE and not clock.bears_out(path):
        rivals = (*rivals, _our_clock())
    return graded(
        code,
        severity,
        words(host, failure) + _certificate(path),
        subject=host,
        evidence=evidence,
        leg=leg,
        confidence="likely" if rivals else "certain",
        rivals=rivals,
        owner="network-team" if _ours_to_look_at(code, host) else None,
        remedy=commands.steps(
            code.fix if not _ours_to_look_at(code, host) else f"Find out who answers here in place of {host}",
            *((JFROG_ANSWERS,) if _ours_to_look_at(code, host) else ()),
            commands=(commands.shell("Look for yourself", "curl", "-vI", f"https://{host}/v2/"),),
        ),
    )


JFROG_ANSWERS = (
    "JFrog serves it with TLS and renews its certificate itself: a gateway of your own network or a wrong address in "
    "DNS or the hosts file answers. If the same comes from another network, tell JFrog support."
)


def _ours_to_look_at(code: Code, host: str) -> bool:
    """Whether what Artifactory's administrator would mend elsewhere cannot be his on a host that JFrog runs."""
    return code.owner == "artifactory-admin" and is_jfrog_cloud(host)


def _rivals(code: Code, failure: Failure, invocation: Invocation, host: str) -> tuple[Rival, ...]:
    """What else could make a conversation end like this; nothing where the stage itself says it."""

    def rival(other: Code, excluded_by: str) -> Rival:
        return Rival(code=other.name, would_be_excluded_by=excluded_by, who="network-team", subject=host)

    early = failure.kind == "timeout" and failure.seconds < invocation.timeout * 0.9
    found = []
    if failure.stage == "body":
        found.append(rival(codes.CONNECTION_TIMEOUT, "a small answer of the host arrives whole"))
    if (failure.stage, failure.kind) == ("tls", "timeout"):
        found.append(rival(codes.PATH_MTU, "a small answer of the host arrives whole"))
    if failure.kind in ("protocol", "truncated", "handshake"):
        found.append(rival(NOT_ARTIFACTORY, "what listens on this port is Artifactory or its reverse proxy"))
    if (failure.stage, failure.kind) == ("connect", "unreachable"):
        found.append(rival(codes.CONNECTION_TIMEOUT, "packets to the address have a way to go, and nobody answers"))
    if failure.stage == "headers" or failure.kind == "slow" or early:
        found.append(rival(ARTIFACTORY_UNHEALTHY, "another client gets an answer at once, or with a longer --timeout"))
    return tuple(one for one in found if one.code != code.name)


def _our_clock() -> Rival:
    excluded_by = "the Date of another host agrees with this machine's clock"
    return Rival(code=codes.CLOCK_SKEW.name, would_be_excluded_by=excluded_by, who="developer", subject="this machine")


def _certificate(path: Path | None) -> str:
    seen = next((tried.certificate for tried in path.addresses if tried.certificate), None) if path else None
    if seen is None or (path is not None and path.works):
        return ""
    return f"; issued by {seen.issuer} for {', '.join(seen.names[:5]) or seen.subject}, valid until {seen.not_after}"


AT_ONCE = 1.0
"""Seconds within which this machine itself says that it has no way to an address: nobody waits for it."""


def _left_at_once(failure: Failure) -> bool:
    """A family of addresses that this machine does not have: every client goes on to the other one."""
    return (failure.stage, failure.kind) == ("connect", "unreachable") and failure.seconds < AT_ONCE


def dead_addresses(
    path: Path | None, severity: Severity, leg: Leg | None, evidence: tuple[str, ...]
) -> Iterator[Finding]:
    """Addresses that fail while another of the same host works, unless that costs no client anything."""
    if path is None or not path.works:
        return
    failed = [tried for tried in path.addresses if tried.failure is not None and code_of(tried.failure) is not None]
    if all(_left_at_once(tried.failure) for tried in failed if tried.failure is not None):
        return
    listed = ", ".join(tried.address for tried in failed)
    build = warn if severity == "warn" else info
    yield build(
        codes.IPV6_BROKEN,
        f"{path.host}: {len(failed)} of {len(path.addresses)} addresses fail ({listed})",
        subject=path.host,
        evidence=evidence,
        leg=leg,
        remedy=commands.steps(codes.IPV6_BROKEN.fix),
    )


def chainguard_host(invocation: Invocation, path: Path, evidence: tuple[str, ...], blocked: Code) -> Iterator[Finding]:
    """A remark on a host of Chainguard, a failure where the command runs where Artifactory does."""
    at_artifactory = invocation.vantage == "artifactory"
    leg: Leg = "artifactory-to-upstream" if at_artifactory else "client-to-upstream"
    trouble = path.trouble
    if trouble is None:
        yield from dead_addresses(path, "info", leg, evidence)
        return
    code_here = code_of(trouble)
    if code_here is None:
        return
    if at_artifactory:
        found = path_finding(
            _at_artifactory(trouble, blocked), path.host, trouble, path, invocation, "fail", leg, evidence
        )
        solution = egress(blocked.fix, invocation.image or "IMAGE", stage=stage_of(trouble), host=path.host)
        yield replace(found, explains=inferred_without(path.host), remedy=solution)
        return
    yield path_finding(code_here, path.host, trouble, path, invocation, "info", leg, evidence)


def stage_of(trouble: Failure) -> str:
    """The stage of Artifactory's way that ends as this machine's does, by its name in `upstream_stages`; else empty."""
    if trouble.stage == "connect":
        return "connect-timeout" if trouble.kind == "timeout" else trouble.kind if trouble.kind in NAMED else ""
    if trouble.stage == "tls":
        untrusted = trouble.kind in ("untrusted", "expired", "not-yet-valid", "name-mismatch")
        return "untrusted" if untrusted else "reset" if trouble.kind == "reset" else "tls"
    if trouble.kind == "timeout":
        return "read-timeout"
    return trouble.stage if trouble.stage in NAMED else ""


def _at_artifactory(trouble: Failure, blocked: Code) -> Code:
    """What this machine meets, Artifactory meets: a foreign certificate, a proxy that refuses, else no way at all."""
    if trouble.stage == "tls" and trouble.kind in ("untrusted", "expired", "not-yet-valid", "name-mismatch"):
        return UPSTREAM_TLS_UNTRUSTED
    return UPSTREAM_PROXY_REFUSED if trouble.stage == "proxy" else blocked

"""Whether the Docker engine trusts Artifactory's certificate.

## What it looks at
The certificate against what the engine has: the system store and certs.d/<host[:port]> of its configuration. Asked only
where this command trusts more than that (--cacert, SSL_CERT_FILE, SSL_CERT_DIR), or where such a directory exists.

## Why it matters
curl and this command get through, docker does not. Only files that end in .crt are read there, and a client certificate
without its key breaks every pull from that host.

## How it fails
`x509: certificate signed by unknown authority`, `missing key ... for client certificate`.

## How to fix
Put the issuing CA into certs.d/<host[:port]>/ca.crt. No restart is needed for that; the system store needs one.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, Rival, Severity, check, graded, info
from cgrdoctor.config.settings import Invocation
from cgrdoctor_checks.codes.docker import DOCKER_CA_MISSING
from cgrdoctor_checks.codes.network import TLS_UNTRUSTED
from cgrdoctor_checks.facts.docker.pulled import DockerPull
from cgrdoctor_checks.facts.docker.trust import DockerTrust
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands


@check("docker.ca", title="The engine trusts Artifactory's certificate", codes=[DOCKER_CA_MISSING, TLS_UNTRUSTED])
def engine_trusts(trust: DockerTrust, invocation: Invocation, pulled: DockerPull | None) -> Iterator[Finding]:
    """Certain only where the engine says so itself: its service may have variables of its own."""
    if not trust.here and trust.failure is None:
        yield _docker_alone(trust)
        return
    untrusted = trust.failure is not None and trust.failure.kind == "untrusted"
    if not untrusted and not trust.keyless:
        return
    if pulled is not None and pulled.outcome == "pulled":
        return
    proved = pulled is not None and pulled.outcome == "failed" and pulled.mechanism == "trust"
    refuted = pulled is not None and not proved
    severity: Severity = "info" if refuted else "fail" if invocation.pull else "warn"
    yield graded(
        DOCKER_CA_MISSING,
        severity,
        _summary(trust),
        subject=trust.host,
        expected=f"the issuing CA in {trust.directory}/ca.crt or the system store",
        actual=", ".join((*trust.used, *trust.unread)) or "no file there",
        evidence=evidence_of(trust, pulled),
        confidence="certain" if proved else "likely",
        rivals=() if proved or refuted else (_RIVAL,),
        remedy=_remedy(trust),
    )


def _docker_alone(trust: DockerTrust) -> Finding:
    """What this command stops at is no obstacle to docker."""
    file = f"{trust.directory}/{trust.used[0]}" if trust.used else trust.directory
    return info(
        TLS_UNTRUSTED,
        f"docker itself trusts {trust.host} by {file}; with --cacert this command gets further, too",
        subject=trust.host,
        evidence=trust.exchanges,
        remedy=commands.steps(f"Run this again with --cacert {file}"),
    )


_RIVAL = Rival(
    code="docker-pull-failed",
    would_be_excluded_by="cgrdoctor --pull: the engine pulls, or says x509 itself",
    who="developer",
)


def _summary(trust: DockerTrust) -> str:
    if trust.keyless:
        return f"{trust.directory} holds {', '.join(trust.keyless)} without a key, at which the engine gives up"
    words = f"neither the system store nor {trust.directory} holds the CA that signed {trust.host}'s certificate"
    if trust.unread:
        words += f"; docker does not read {', '.join(trust.unread)} there, CA files end in .crt"
    elif trust.similar:
        words += f"; there is a directory for {', '.join(trust.similar)}, but names are compared letter by letter"
    elif trust.used:
        words += f"; {', '.join(trust.used)} there is another one"
    return words


def _remedy(trust: DockerTrust) -> commands.Remedy:
    if trust.keyless:
        lines = tuple(f"Put the key of {name} beside it, or rename it if it is a CA." for name in trust.keyless)
        return commands.steps(DOCKER_CA_MISSING.fix, *lines)
    return commands.steps(
        DOCKER_CA_MISSING.fix,
        commands=(
            commands.shell("Make the directory", "mkdir", "-p", trust.directory, changes=True),
            commands.shell("Put the CA there", "cp", "CA.pem", f"{trust.directory}/ca.crt", changes=True),
        ),
    )

"""The way to Artifactory, and to Chainguard's hosts from here.

## What it looks at
Every address of each host: name, TCP, TLS, certificate; and how the requests of this run fared on the way.

## Why it matters
What fails here fails for every image, and no setting of Artifactory mends it. What fails towards Chainguard from this
machine says nothing about Artifactory, unless the command runs where Artifactory does.

## How it fails
Time-outs, refusals, `x509` errors, `server gave HTTP response to HTTPS client`.

## How to fix
At the stage that fails: resolver, firewall, proxy, certificate.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cgrdoctor import Code, Finding, Rival, Severity, check, fail, graded, info, warn
from cgrdoctor.config.settings import Invocation
from cgrdoctor.model import Leg
from cgrdoctor.net.failure import Failure
from cgrdoctor.net.path import AddressPath, Path
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes import network as codes
from cgrdoctor_checks.codes.artifactory import ARTIFACTORY_UNHEALTHY, DOWNLOAD_HOST_UNREACHABLE, NOT_ARTIFACTORY
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_BLOB_HOST_BLOCKED,
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_TLS_UNTRUSTED,
    UPSTREAM_UNREACHABLE,
)
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.network.failure_codes import code_of, words
from cgrdoctor_checks.facts.network.paths import ArtifactoryPath, BlobHostPath, UpstreamPath
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.remedies import commands

DOWNLOADS = ("config", "layer")
"""Steps that a host of Artifactory's own choice may answer; wherever else a redirect leads, somebody stands in between."""

INFERRED: dict[str, tuple[str, ...]] = {
    UPSTREAM_UNREACHABLE.name: (
        "upstream-blob-host-blocked",
        "upstream-tls-untrusted",
        "upstream-proxy-refused",
        "upstream-content-blocked",
        "upstream-unreachable",
        "upstream-failed",
        "remote-assumed-offline",
        "missed-retrieval-cached",
        "pull-token-rejected",
        "pull-token-wrong-organization",
        "image-not-in-catalog",
        "image-not-found",
        "tag-not-found",
        "digest-not-found",
        "free-tag-unavailable",
        "image-not-free",
        "cache-stale",
        "cache-incomplete",
        "pull-through-failed",
    ),
    UPSTREAM_BLOB_HOST_BLOCKED.name: ("cache-incomplete", "upstream-failed", "pull-through-failed"),
}
"""What is only inferred from Artifactory's answers, and yields where the way itself was looked at from its place."""


@check(
    "network.artifactory",
    title="Artifactory can be reached from here",
    codes=[*codes.PATH_CODES, DOWNLOAD_HOST_UNREACHABLE],
)
def reach_artifactory(
    invocation: Invocation,
    path: ArtifactoryPath | None,
    pinged: RegistryPing,
    caller: Caller | None,
    through: PullThrough | None,
) -> Iterator[Finding]:
    """Judges the requests of this run first; the path tells which address and which stage.

    A pull that works is on a way that works. Where only the REST API does not answer, the way is not to blame either.
    """
    evidence = evidence_of(pinged, path)
    if through is not None and through.works:
        yield from _some_addresses(path.path if path else None, "warn", None, evidence)
        return
    found = path.path if path else None
    pulled = next(
        (step for step in (pinged.step, *(through.pull.steps if through else ())) if _is_ours(step, pinged)), None
    )
    rest = caller.step if caller is not None and _is_ours(caller.step, pinged) else None
    if pulled is not None and pulled.failure is not None:
        asked = invocation.registry_host or pinged.step.host
        yield from _broken(pulled, pulled.failure, found, invocation, asked, evidence)
    elif rest is not None and rest.failure is not None:
        yield from _remark_on_rest(rest, rest.failure, invocation, evidence)
    else:
        yield from _some_addresses(found, "warn", None, evidence)


def _is_ours(step: Step, pinged: RegistryPing) -> bool:
    """Whether a failed step speaks of our way to Artifactory.

    An answer that is late at a resource for which Artifactory asks upstream speaks of its way to cgr.dev, a token
    realm on another host of Artifactory's settings.
    """
    if step.failure is None or code_of(step.failure) is None:
        return False
    if step.name == "token" and step.host != pinged.step.host:
        return False
    waiting = step.failure.stage == "headers" and step.failure.kind == "timeout"
    return not (waiting and step.name not in ("ping", "token", "rest") and pinged.step.status is not None)


def _broken(
    step: Step,
    failure: Failure,
    path: Path | None,
    invocation: Invocation,
    asked: str,
    evidence: tuple[str, ...],
) -> Iterator[Finding]:
    if step.redirected_to and step.name not in DOWNLOADS:
        return
    if step.redirected_to and step.host != asked:
        yield fail(
            DOWNLOAD_HOST_UNREACHABLE,
            f"Artifactory sends downloads to {words(step.host, failure)}",
            subject=step.host,
            evidence=(step.exchange,),
            remedy=commands.steps(
                DOWNLOAD_HOST_UNREACHABLE.fix,
                f"For the network team: allow TCP 443 from the machines that pull to {step.host}.",
                "Or let Artifactory deliver itself: downloadRedirect and cdnRedirect of the remote are false.",
                commands=(commands.look(f"https://{step.host}/"),),
            ),
        )
        return
    code = code_of(failure)
    if code is not None:
        yield _finding(code, step.host, failure, path, invocation, "fail", None, (step.exchange, *evidence))


def _remark_on_rest(
    step: Step, failure: Failure, invocation: Invocation, evidence: tuple[str, ...]
) -> Iterator[Finding]:
    """The host answered `/v2/`, so the way is there: what the REST API does is a remark."""
    code = code_of(failure)
    if code is not None:
        yield _finding(code, step.host, failure, None, invocation, "info", None, (step.exchange, *evidence))


def _finding(
    code: Code,
    host: str,
    failure: Failure,
    path: Path | None,
    invocation: Invocation,
    severity: Severity,
    leg: Leg | None,
    evidence: tuple[str, ...],
) -> Finding:
    rivals = _rivals(code, failure, invocation, host)
    return graded(
        code,
        severity,
        words(host, failure) + _certificate(path),
        subject=host,
        evidence=evidence,
        leg=leg,
        confidence="likely" if rivals else "certain",
        rivals=rivals,
        remedy=commands.steps(
            code.fix, commands=(commands.shell("Look for yourself", "curl", "-vI", f"https://{host}/v2/"),)
        ),
    )


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
    if failure.stage == "headers" or failure.kind == "slow" or early:
        found.append(rival(ARTIFACTORY_UNHEALTHY, "another client gets an answer at once, or with a longer --timeout"))
    return tuple(one for one in found if one.code != code.name)


def _certificate(path: Path | None) -> str:
    seen = next((tried.certificate for tried in path.addresses if tried.certificate), None) if path else None
    if seen is None or (path is not None and path.works):
        return ""
    return f"; issued by {seen.issuer} for {', '.join(seen.names[:5]) or seen.subject}, valid until {seen.not_after}"


def _some_addresses(
    path: Path | None, severity: Severity, leg: Leg | None, evidence: tuple[str, ...]
) -> Iterator[Finding]:
    if path is None or not path.works:
        return
    failed = [tried for tried in path.addresses if tried.failure is not None and code_of(tried.failure) is not None]
    if not failed:
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


@check(
    "network.upstream",
    title="cgr.dev can be reached from here",
    codes=[
        *codes.PATH_CODES,
        UPSTREAM_UNREACHABLE,
        UPSTREAM_TLS_UNTRUSTED,
        UPSTREAM_PROXY_REFUSED,
        codes.HTTP2_UNAVAILABLE,
        codes.TLS_MINIMUM_UNMET,
    ],
    unlocked_by="a machine that reaches cgr.dev",
)
def reach_upstream(invocation: Invocation, seen: UpstreamPath) -> Iterator[Finding]:
    """Only a remark, unless the command runs where Artifactory does."""
    yield from _chainguard(invocation, seen.path, seen.exchanges, UPSTREAM_UNREACHABLE)
    for tried in seen.path.addresses:
        if tried.verified and tried.alpn != "h2" and not seen.path.proxy:
            yield _remark(
                codes.HTTP2_UNAVAILABLE, seen, f"cgr.dev offers {tried.alpn or 'no protocol'} by ALPN, not h2"
            )
        if tried.verified and not _strong(tried):
            words = f"the connection to cgr.dev uses {tried.tls_version} with {tried.cipher}"
            yield _remark(codes.TLS_MINIMUM_UNMET, seen, words)


def _strong(tried: AddressPath) -> bool:
    """TLS 1.3, or 1.2 with AES-256-GCM (Chainguard's network requirements); what is unknown is not blamed."""
    if tried.tls_version != "TLSv1.2":
        return tried.tls_version in (None, "TLSv1.3")
    return tried.cipher is None or "AES256-GCM" in tried.cipher


@check(
    "network.blob-host",
    title="The blob host of cgr.dev can be reached from here",
    codes=[*codes.PATH_CODES, UPSTREAM_BLOB_HOST_BLOCKED, UPSTREAM_TLS_UNTRUSTED, UPSTREAM_PROXY_REFUSED],
    unlocked_by="a machine that reaches the blob host",
)
def reach_blob_host(invocation: Invocation, seen: BlobHostPath) -> Iterator[Finding]:
    """Only a remark, unless the command runs where Artifactory does."""
    yield from _chainguard(invocation, seen.path, seen.exchanges, UPSTREAM_BLOB_HOST_BLOCKED)


def _chainguard(invocation: Invocation, path: Path, evidence: tuple[str, ...], blocked: Code) -> Iterator[Finding]:
    at_artifactory = invocation.vantage == "artifactory"
    leg: Leg = "artifactory-to-upstream" if at_artifactory else "client-to-upstream"
    trouble = path.trouble
    if trouble is None:
        yield from _some_addresses(path, "info", leg, evidence)
        return
    code_here = code_of(trouble)
    if code_here is None:
        return
    if at_artifactory:
        found = _finding(_at_artifactory(trouble, blocked), path.host, trouble, path, invocation, "fail", leg, evidence)
        solution = commands.egress(blocked.fix, invocation.image or "IMAGE")
        yield replace(found, explains=INFERRED[blocked.name], remedy=solution)
        return
    yield _finding(code_here, path.host, trouble, path, invocation, "info", leg, evidence)


def _at_artifactory(trouble: Failure, blocked: Code) -> Code:
    """What this machine meets, Artifactory meets: a foreign certificate, a proxy that refuses, else no way at all."""
    if trouble.stage == "tls" and trouble.kind in ("untrusted", "expired", "not-yet-valid", "name-mismatch"):
        return UPSTREAM_TLS_UNTRUSTED
    return UPSTREAM_PROXY_REFUSED if trouble.stage == "proxy" else blocked


def _remark(code: Code, seen: UpstreamPath, summary: str) -> Finding:
    return info(code, summary, subject="cgr.dev", evidence=seen.exchanges, remedy=commands.steps(code.fix))

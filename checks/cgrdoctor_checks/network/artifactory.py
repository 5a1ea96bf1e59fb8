"""The way to Artifactory from here.

## What it looks at
Every address of the host: name, TCP, TLS, certificate; and how the requests of this run fared on the way.

## Why it matters
What fails here fails for every image, and no setting of Artifactory mends it.

## How it fails
Time-outs, refusals, `x509` errors, `server gave HTTP response to HTTPS client`.

## How to fix
At the stage that fails: resolver, firewall, proxy, certificate.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cgrdoctor import Finding, check, fail
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.answer import parse_date
from cgrdoctor.net.failure import Failure
from cgrdoctor.net.path import Path
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes import network as codes
from cgrdoctor_checks.codes.artifactory import DOWNLOAD_HOST_UNREACHABLE
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.direct.pulls import UpstreamPing
from cgrdoctor_checks.facts.network.failure_codes import code_of, words
from cgrdoctor_checks.facts.network.paths import ArtifactoryPath
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.network.path_findings import Clock, dead_addresses, path_finding
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.download_redirect import by_itself

DOWNLOADS = ("config", "layer")
"""Steps that a host of Artifactory's own choice may answer; wherever else a redirect leads, somebody stands between."""


class Way(msgspec.Struct, frozen=True):
    """How the requests of this run fared on the way to Artifactory, and what it may be told to do otherwise."""

    invocation: Invocation
    path: ArtifactoryPath | None
    pinged: RegistryPing
    caller: Caller | None
    through: PullThrough | None
    settings: AdminView | None
    upstream: UpstreamPing | None

    @property
    def clock(self) -> Clock:
        """The time as cgr.dev tells it."""
        return Clock(parse_date(self.upstream.step.header("date")) if self.upstream else None)

    @property
    def seen(self) -> Path | None:
        """The addresses of the host, as far as they were looked at."""
        return self.path.path if self.path else None

    @property
    def asked(self) -> str:
        """The host that was asked, wherever its answers come from."""
        return self.invocation.registry_host or self.pinged.step.host

    @property
    def evidence(self) -> tuple[str, ...]:
        """The exchanges of the ping and of the look at the addresses."""
        return evidence_of(self.pinged, self.path)


@check(
    "network.artifactory",
    title="Artifactory can be reached from here",
    codes=[*codes.PATH_CODES, DOWNLOAD_HOST_UNREACHABLE],
)
def reach_artifactory(way: Way) -> Iterator[Finding]:
    """Judges the requests of this run first; the path tells which address and which stage.

    A pull that works is on a way that works. Where only the REST API does not answer, the way is not to blame either.
    """
    if way.through is not None and way.through.works:
        yield from dead_addresses(way.seen, "warn", None, way.evidence)
        return
    steps = (way.pinged.step, *(way.through.pull.steps if way.through else ()))
    pulled = next((step for step in steps if _is_ours(step, way.pinged)), None)
    rest = way.caller.step if way.caller is not None and _is_ours(way.caller.step, way.pinged) else None
    if pulled is not None and pulled.failure is not None:
        yield from _broken(way, pulled, pulled.failure)
    elif rest is not None and rest.failure is not None:
        yield from _remark_on_rest(way, rest, rest.failure)
    else:
        yield from dead_addresses(way.seen, "warn", None, way.evidence)


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


def _broken(way: Way, step: Step, failure: Failure) -> Iterator[Finding]:
    code = code_of(failure)
    if step.redirected_to and step.name not in DOWNLOADS:
        return
    if step.redirected_to and step.host != way.asked:
        yield _download_host(way, step, failure)
    elif code is not None:
        evidence = (step.exchange, *way.evidence)
        yield path_finding(code, step.host, failure, way.seen, way.invocation, "fail", None, evidence, way.clock)


def _download_host(way: Way, step: Step, failure: Failure) -> Finding:
    """Artifactory answered with a redirect, and the host that it names cannot be reached from here."""
    base = way.invocation.artifactory_url or f"https://{way.asked}/artifactory"
    lines, off = by_itself(base, way.settings.remotes if way.settings else ())
    return fail(
        DOWNLOAD_HOST_UNREACHABLE,
        f"Artifactory sends downloads to {words(step.host, failure)}",
        subject=step.host,
        evidence=(step.exchange, *evidence_of(way.settings if off else None)),
        remedy=commands.steps(
            f"Allow {step.host} for the machines that pull, or turn the redirect off",
            f"For the network team: allow TCP 443 from the machines that pull to {step.host}.",
            *lines,
            commands=(commands.look(f"https://{step.host}/"), *off),
        ),
    )


def _remark_on_rest(way: Way, step: Step, failure: Failure) -> Iterator[Finding]:
    """The host answered `/v2/`, so the way is there: what the REST API does is a remark."""
    code = code_of(failure)
    if code is not None:
        evidence = (step.exchange, *way.evidence)
        yield path_finding(code, step.host, failure, None, way.invocation, "info", None, evidence)

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

from cgrdoctor import Finding, check, fail
from cgrdoctor.config.settings import Invocation
from cgrdoctor.net.failure import Failure
from cgrdoctor.net.path import Path
from cgrdoctor.net.step import Step
from cgrdoctor_checks.codes import network as codes
from cgrdoctor_checks.codes.artifactory import DOWNLOAD_HOST_UNREACHABLE
from cgrdoctor_checks.facts.artifactory.caller import Caller
from cgrdoctor_checks.facts.network.failure_codes import code_of, words
from cgrdoctor_checks.facts.network.paths import ArtifactoryPath
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.facts.pull.registry_ping import RegistryPing
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.network.path_findings import dead_addresses, path_finding
from cgrdoctor_checks.remedies import commands

DOWNLOADS = ("config", "layer")
"""Steps that a host of Artifactory's own choice may answer; wherever else a redirect leads, somebody stands between."""


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
        yield from dead_addresses(path.path if path else None, "warn", None, evidence)
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
        yield from dead_addresses(found, "warn", None, evidence)


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
        yield path_finding(code, step.host, failure, path, invocation, "fail", None, (step.exchange, *evidence))


def _remark_on_rest(
    step: Step, failure: Failure, invocation: Invocation, evidence: tuple[str, ...]
) -> Iterator[Finding]:
    """The host answered `/v2/`, so the way is there: what the REST API does is a remark."""
    code = code_of(failure)
    if code is not None:
        yield path_finding(code, step.host, failure, None, invocation, "info", None, (step.exchange, *evidence))

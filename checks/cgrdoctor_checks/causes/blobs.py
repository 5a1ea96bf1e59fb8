"""Judging a pull whose manifest came and whose config or layer did not: blob host, cache, role, or a slow way."""

from __future__ import annotations

from cgrdoctor import Finding, Rival, fail
from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes import damaged_cache
from cgrdoctor_checks.causes.alternatives import ADMIN, INSPECTED_BLOBS, NETWORK, OWN_PROXY, ROLE, rival
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.upstream import at_stage, blob_host
from cgrdoctor_checks.causes.upstream_stage import Hint
from cgrdoctor_checks.codes.pull import UPSTREAM_SOCKET_TIMEOUT
from cgrdoctor_checks.facts.artifactory.upstream_stages import NAMED, PAGE, READ_TIMEOUT
from cgrdoctor_checks.facts.artifactory.wording import upstream_stage
from cgrdoctor_checks.facts.pull.connection_test import BLOBS
from cgrdoctor_checks.remedies import commands

CLOSED = ("unfound", "refused", "failed", "unavailable", "upstream-transport", "assumed-offline")
"""Symptoms of a blob that Artifactory does not have and could not fetch. A first one may open the offline state."""

INCOMPLETE = rival("cache-incomplete", "layers of an image never pulled before fail too", ADMIN)
LENIENT = rival("lenient-host-authentication-enabled", "Lenient Host Authentication is off", ADMIN)
SLOW = rival("upstream-socket-timeout", "small layers of other images fail too", "developer")
HOST = rival("upstream-blob-host-blocked", "curl to the blob host on the Artifactory host answers", NETWORK)


def blob_missing(case: Case) -> Finding | None:
    """The blob did not come: by the words of the answer, by Artifactory's own test, else by where blobs lie."""
    step = case.failed
    if step is None or step.name not in ("config", "layer") or case.symptom not in CLOSED:
        return None
    step = next((one for one in case.failures if upstream_stage(one.message, one.path)), step)
    stage = upstream_stage(step.message, step.path)
    if stage is READ_TIMEOUT:
        return _too_slow(case, step)
    if stage is not None:
        host = REGISTRY_HOST if REGISTRY_HOST in step.message and BLOB_HOST not in step.message else BLOB_HOST
        return at_stage(case, Hint(stage, quoted(step), (step.exchange,)), host)
    test = case.egress
    if test is not None and test.endpoint == BLOBS and test.reached is not None:
        return _tested(case)
    return damaged_cache.lost(case, (HOST,)) or blob_host(case, quoted(step), _rivals(case))


def _too_slow(case: Case, step: Step) -> Finding:
    """The connection stood, and the bytes did not come within the remote's Socket Timeout."""
    periods = [r.socket_timeout for r in (case.settings.remotes if case.settings else ()) if r.socket_timeout]
    span = f" of {max(periods)} ms" if periods else " (15000 ms unless set)"
    key = case.remote_key
    return fail(
        UPSTREAM_SOCKET_TIMEOUT,
        f"the {step.name} of {case.image} takes Artifactory longer than the Socket Timeout{span}: {quoted(step)}",
        subject=BLOB_HOST,
        evidence=case.evidence,
        confidence="likely",
        rivals=(HOST, INCOMPLETE, OWN_PROXY),
        remedy=commands.setting(
            key,
            case.target.artifactory_url,
            f"Raise Socket Timeout of {key}",
            ui="Advanced > Network > Socket Timeout = 60000",
            rest={"socketTimeoutMillis": 60000},
            terraform="socket_timeout_millis = 60000",
            steps=(
                "Look whether an inspecting proxy stands between Artifactory and the blob host; exempt the host there.",
            ),
        ),
    )


def _tested(case: Case) -> Finding | None:
    test = case.egress
    if test is None or not test.reached:
        words = f"Artifactory, asked to connect to it, says {test.said}" if test else ""
        stage = NAMED.get((test.stage if test else None) or "", PAGE)
        return at_stage(case, Hint(stage, words, case.evidence), BLOB_HOST)
    words = f"Artifactory reaches the blob host, and does not serve a blob of {case.image}: {quoted(case.failed)}"
    return damaged_cache.incomplete(case, words, _rivals(case, HOST))


def _rivals(case: Case, *more: Rival) -> tuple[Rival, ...]:
    """A manifest that came from upstream just now, or a blob of which only the marker is there, was never cached;
    settings that were read are judged.
    """
    way = (INSPECTED_BLOBS, OWN_PROXY) if not more else ()
    fresh = case.through.fetched_afresh() is True or (case.parts is not None and case.parts.blob_state == "marked")
    lenient = () if case.settings is not None else (LENIENT,)
    role = () if case.same_credential and case.verdict == "works" else (ROLE,)
    slow = (SLOW,) if case.failed is not None and case.failed.name == "layer" else ()
    lost = () if fresh and not more else (INCOMPLETE,)
    return (*lost, *lenient, *(role if case.private else ()), *way, *slow, *more)

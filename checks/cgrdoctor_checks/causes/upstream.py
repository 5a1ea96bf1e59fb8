"""Judging Artifactory's way to Chainguard, which this machine cannot see: inferred from what Artifactory answered."""

from __future__ import annotations

from cgrdoctor import Code, Finding, fail
from cgrdoctor.model import Owner
from cgrdoctor.net.hosts import BLOB_HOST, REGISTRY_HOST
from cgrdoctor_checks.causes.chainguard_service import passing
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.row import BLOBS
from cgrdoctor_checks.causes.upstream_stage import Hint, hints
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_CONTENT_BLOCKED,
    UPSTREAM_FAILED,
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_UNREACHABLE,
)
from cgrdoctor_checks.facts.artifactory.upstream_stages import PAGE, STAGES, UpstreamStage
from cgrdoctor_checks.remedies.way_upstream import egress


def unreachable(case: Case) -> Finding:
    """A stage that is named or told by the clock, or no answer."""
    found = _hint(case, *(stage for stage in STAGES if stage.code is UPSTREAM_UNREACHABLE))
    if found is None and case.failed is not None and case.failed.failure is not None:
        span = f"within {case.failed.failure.seconds:.0f} s, as if it waited for cgr.dev"
        return _upstream(case, UPSTREAM_UNREACHABLE, f"Artifactory gives no answer for {case.image} {span}")
    if found is None:
        return _upstream(case, UPSTREAM_UNREACHABLE, f"Artifactory seems not to reach cgr.dev: {quoted(case.failed)}")
    summary = f"{found.stage.sentence.format(host=REGISTRY_HOST)}: {found.words}"
    return _upstream(case, UPSTREAM_UNREACHABLE, summary, found.evidence, stage=found.stage.name)


def at_stage(stage: UpstreamStage, case: Case) -> Finding:
    """The way ends at this stage, towards cgr.dev or its blob host, in the words in which it was told."""
    found, host = _hint(case, stage), _far_host(case)
    summary = f"{stage.sentence.format(host=host)}: {found.words if found else quoted(case.failed)}"
    return _upstream(case, stage.code, summary, found.evidence if found else (), host, stage.name)


def content_blocked(case: Case) -> Finding:
    """A page came in place of the content, and Artifactory refused it."""
    found = _hint(case, PAGE)
    words = found.words if found else quoted(case.failed)
    summary = f"{PAGE.sentence.format(host=REGISTRY_HOST)}: {words}"
    return _upstream(case, UPSTREAM_CONTENT_BLOCKED, summary, found.evidence if found else (), stage=PAGE.name)


def somehow(case: Case) -> Finding:
    """The umbrella: the leg is known, the cause is not; or it passed while this run looked."""
    failed = case.failed
    came = (*case.through.pull.steps, *(case.again.tries if case.again is not None else ()))
    if failed is not None and failed.name in BLOBS and any(step.ok and step.name in BLOBS for step in came):
        return passing(case)
    host = _far_host(case)
    words = f"Artifactory could not talk to {host}: {quoted(case.failed)}"
    if case.trace is not None and case.trace.said == "missed" and case.verdict == "works":
        words = f"{host} serves the image here, and Artifactory remembers another answer: {quoted(case.failed)}"
    return _upstream(case, UPSTREAM_FAILED, words, (), host)


def _hint(case: Case, *stages: UpstreamStage) -> Hint | None:
    """The best hint that names one of these stages."""
    return next((found for found in hints(case) if found.stage in stages), None)


def _far_host(case: Case) -> str:
    """Whom Artifactory tried to reach: for a blob that is the blob host, unless its answer names cgr.dev."""
    step = case.failed
    if step is None or step.name not in BLOBS:
        return REGISTRY_HOST
    return REGISTRY_HOST if REGISTRY_HOST in step.message and BLOB_HOST not in step.message else BLOB_HOST


def _upstream(
    case: Case,
    code: Code,
    summary: str,
    evidence: tuple[str, ...] = (),
    subject: str = REGISTRY_HOST,
    stage: str = "",
) -> Finding:
    return fail(
        code,
        summary,
        subject=subject,
        evidence=tuple(dict.fromkeys((*evidence, *case.evidence))),
        confidence="likely",
        owner=_chosen_by(case, code),
        remedy=egress(code.fix, case.target.image, stage=stage, host=subject),
    )


def _chosen_by(case: Case, code: Code) -> Owner | None:
    """A proxy that was chosen on the remote is a setting of it; the instance's own belongs to its network."""
    remotes = case.settings.remotes if case.settings is not None else ()
    chosen = code is UPSTREAM_PROXY_REFUSED and any(remote.proxy for remote in remotes)
    return "artifactory-admin" if chosen else None

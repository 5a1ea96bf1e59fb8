"""Whether a question that costs a request could still change the answer."""

from __future__ import annotations

from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.wording import upstream_stage
from cgrdoctor_checks.facts.direct.pulls import DirectPull

SETTLED = (
    "organization-unknown",
    "tag-not-found",
    "image-not-found",
    "platform-missing",
    "policy-denied",
    "token-expired",
    "outage",
)
"""Verdicts of cgr.dev itself after which Artifactory's network need not be doubted."""

OPEN = ("unfound", "upstream-transport", "assumed-offline", "failed", "unavailable")
"""Symptoms that the way upstream may lie behind."""


def settled(direct: DirectPull | None) -> bool:
    """Whether cgr.dev itself said why this image does not pull."""
    return direct is not None and direct.verdict in SETTLED


def without_a_cause(step: Step) -> bool:
    """Whether a failed step could be the network's fault and does not say where it ends."""
    return symptom(step) in OPEN and upstream_stage(step.message, step.path) is None

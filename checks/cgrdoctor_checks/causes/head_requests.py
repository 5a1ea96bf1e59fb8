"""Judging an Artifactory whose HEAD requests to cgr.dev fail where GET would pass (JFrog knowledge base 000007144)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgrdoctor import Finding, fail
from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.privacy.truncate import cut
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.pull import UPSTREAM_HEAD_UNUSABLE
from cgrdoctor_checks.facts.artifactory.wording import upstream_stage, without_names
from cgrdoctor_checks.remedies import commands

METHOD = re.compile(r"\bHEAD\b|(?i:\b405\b|method (?:is )?not (?:allowed|supported|implemented))")
SIZE = re.compile(r"\bbytes\b.{0,80}\b(?:different|differ|mismatch|than expected)", re.IGNORECASE)


def head_unusable(case: Case) -> Finding:
    """Words about the method or the size of what HEAD announced, and none about a stage of the connection."""
    words, evidence = next(_telling(case), (quoted(case.failed), ()))
    key = case.spelled(case.remote_key)
    return fail(
        UPSTREAM_HEAD_UNUSABLE,
        f"Artifactory's HEAD request to {REGISTRY_HOST} fails: {words}",
        subject=REGISTRY_HOST,
        evidence=tuple(dict.fromkeys((*evidence, *case.evidence))),
        confidence="likely",
        remedy=commands.change(
            key,
            case.target.artifactory_url,
            f"Check Bypass HEAD Requests of {key}, so that it asks cgr.dev by GET alone",
            {"bypass_head_requests": True},
            steps=("On the Artifactory host: curl -I https://cgr.dev/v2/ and curl https://cgr.dev/v2/ must agree.",),
        ),
    )


def _telling(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    for step in case.failures:
        yield from _told(step.message, step.path, (step.exchange,))
    if case.trace is not None and case.trace.said == "transport" and case.trace.stage is None:
        yield from _told(f"HEAD: {case.trace.why}", "", case.trace.exchanges)


def speaks_of_head(message: str, path: str) -> bool:
    """Whether a text speaks of the method or of the size that HEAD announced, and of no stage of the connection."""
    text = without_names(message, path)
    told = METHOD.search(text) or SIZE.search(text)
    return told is not None and upstream_stage(message, path) is None


def _told(message: str, path: str, evidence: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if speaks_of_head(message, path):
        yield cut(" ".join(message.split()), 200), evidence

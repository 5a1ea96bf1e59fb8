"""What a field of the remote makes of the pull, as a finding beside that of the check that looks at the field."""

from __future__ import annotations

from cgrdoctor import Code, Confidence, Finding, fail
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.fields import URL_MISMATCH
from cgrdoctor_checks.facts.artifactory.departures import describe
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands


def of_field(code: Code, case: Case) -> Finding:
    """Named by the field where it was read, else by what Artifactory's answer or its trace says of it."""
    shown = case.settings is not None
    said = case.trace is not None and case.trace.said in ("upstream-status", "denied") and not shown
    words = f"; Artifactory's own trace says {case.trace.why or case.trace.said}" if said and case.trace else ""
    confidence: Confidence = "certain" if shown and not _read_right(case, code) else "likely"
    return fail(
        code,
        f"{case.image} does not come through {case.subject}: {quoted(case.failed)}{words}",
        subject=case.remote_key if shown else case.subject,
        evidence=tuple(dict.fromkeys((*evidence_of(case.settings, case.trace), *case.evidence))),
        confidence=confidence,
        remedy=commands.steps(code.fix, commands=(commands.pull(case.target.image),)),
    )


def _read_right(case: Case, code: Code) -> bool:
    """Whether the URL was read and is the right one, so that an answer speaks against what the settings say."""
    urls = [remote.url for remote in (case.settings.remotes if case.settings else ())]
    return code is URL_MISMATCH and all(url is None or describe(url)[1] for url in urls)

"""Judging a refusal by the organization's own container policies at cgr.dev (Chainguard docs: container policies).

Status and body of such a refusal are not documented. Two mechanisms show it: the words of the answer, or that the same
credential gets a token for the image, sees it in the organization's catalog and pulls another one beside it.
"""

from __future__ import annotations

from cgrdoctor import Confidence, Finding, fail
from cgrdoctor_checks.causes.chainguard_finding import LAG, sure
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.policy import CONTAINER_POLICY_DENIED
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands


def denied(case: Case) -> Finding:
    """cgr.dev's answer speaks of a policy, or nothing else is left: listed, granted a token, while another pulls."""
    if case.verdict == "policy-denied" or case.organization is None:
        return _denied(case, f"cgr.dev refuses {case.image} by a policy: {_words(case)}", sure(case))
    summary = (
        f"cgr.dev lists {case.path} for this credential and serves {case.organization.other_image}, "
        f"and refuses {case.image} without a word of a lacking capability: {_words(case)}"
    )
    return _denied(case, summary, "likely")


def _words(case: Case) -> str:
    return quoted(case.direct.pull.failed if case.direct else None)


def _denied(case: Case, summary: str, confidence: Confidence) -> Finding:
    reference = f"cgr.dev/{case.image}"
    repository = f"cgr.dev/{case.path}"
    return fail(
        CONTAINER_POLICY_DENIED,
        summary,
        subject=case.image,
        evidence=tuple(dict.fromkeys((*evidence_of(case.direct, case.organization), *case.evidence))),
        confidence=confidence,
        remedy=commands.steps(
            CONTAINER_POLICY_DENIED.fix,
            "Decisions are cached at Chainguard: a changed policy takes a while. One pull can be denied twice, for the "
            "index and for the platform's manifest.",
            LAG,
            commands=(
                commands.shell("Ask what the policies say of it", "chainctl", "policies", "check", reference),
                commands.shell(
                    "See the decisions",
                    *("chainctl", "policies", "decision", "list", "--result=DENIED", f"--repo={repository}"),
                ),
                commands.pull(case.target.image),
            ),
        ),
    )

"""Judging a refusal by the organization's own container policies at cgr.dev (Chainguard docs: container policies).

Status and body of such a refusal are not documented. Two mechanisms show it: the words of the answer, or that the same
credential gets a token for the image, sees it in the organization's catalog and pulls another one beside it.
"""

from __future__ import annotations

from cgrdoctor import Confidence, Finding, Rival, fail
from cgrdoctor_checks.causes.alternatives import CATALOG
from cgrdoctor_checks.causes.chainguard_finding import LAG, sure
from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.codes.policy import CONTAINER_POLICY_DENIED
from cgrdoctor_checks.facts.pull.cache_or_upstream import evidence_of
from cgrdoctor_checks.remedies import commands


def named(case: Case) -> Finding | None:
    """cgr.dev's answer speaks of a policy."""
    if case.verdict != "policy-denied" or case.direct is None or not case.private:
        return None
    return _denied(case, f"cgr.dev refuses {case.image} by a policy: {_words(case)}", sure(case), (CATALOG,))


def left_over(case: Case) -> Finding | None:
    """Listed for the credential, granted a token, refused for no lack of a capability, while another image pulls."""
    step = case.direct.pull.failed if case.direct else None
    other = case.organization
    if step is None or other is None or case.verdict != "capability-missing" or "capabilit" in step.message.lower():
        return None
    if step.name not in ("manifest", "platform-manifest") or not other.listed or other.other_verdict != "works":
        return None
    summary = (
        f"cgr.dev lists {case.path} for this credential and serves {other.other_image}, "
        f"and refuses {case.image} without a word of a lacking capability: {_words(case)}"
    )
    return _denied(case, summary, "likely", (CATALOG,))


def _words(case: Case) -> str:
    return quoted(case.direct.pull.failed if case.direct else None)


def _denied(case: Case, summary: str, confidence: Confidence, rivals: tuple[Rival, ...]) -> Finding:
    reference = f"cgr.dev/{case.image}"
    repository = f"cgr.dev/{case.path}"
    return fail(
        CONTAINER_POLICY_DENIED,
        summary,
        subject=case.image,
        evidence=tuple(dict.fromkeys((*evidence_of(case.direct, case.organization), *case.evidence))),
        confidence=confidence,
        rivals=() if confidence == "certain" else rivals,
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

"""One answer of Artifactory's registry as a row."""

from __future__ import annotations

from cgrdoctor.net.failure import OWN
from cgrdoctor.net.step import Step
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.origin import speaker
from cgrdoctor_checks.causes.row import BLOBS, Arm, Image, Outcome, Role, Row
from cgrdoctor_checks.causes.rows.marks import marks
from cgrdoctor_checks.facts.artifactory.symptom import speaks_for_itself, symptom
from cgrdoctor_checks.facts.artifactory.wording import quoted_realm, quoted_status, upstream_stage
from cgrdoctor_checks.facts.pull.retries import NODE

OUTCOMES: dict[str, Outcome] = {
    "ok": "works",
    "unfound": "missing",
    "not-registry": "missing",
    "unsupported-route": "missing",
    "unauthorized": "refused",
    "forbidden": "refused",
    "xray": "refused",
    "curation": "refused",
    "refused": "refused",
    "html": "page",
    "page": "page",
    "mime": "page",
    "transport": "silent",
    "wrong-content": "damaged",
    "rate-limited": "limited",
}
"""Outcomes by symptom; any other is an error."""


def answered(
    case: Case,
    step: Step,
    arm: Arm,
    image: Image,
    role: Role,
    *,
    beside: set[str] | frozenset[str] = frozenset(),
    fresh: bool | None = None,
) -> Row:
    """The row of a step; `beside` are marks that the answer itself does not hold."""
    meaning = symptom(step)
    stage = None if step.ok or speaks_for_itself(step) else upstream_stage(step.message, step.path)
    asked = case.target.registry_host
    return Row(
        arm=arm,
        role=role,
        step=step.name,
        image=image,
        outcome="unasked" if _held_back(step) else OUTCOMES.get(meaning, "error"),
        mechanism=meaning,
        stage=stage.name if stage is not None else None,
        status=step.status,
        quoted=quoted_status(step.message) if not step.ok else None,
        realm=quoted_realm(step.message) if not step.ok else "",
        marks=frozenset({*beside, *marks(case, step)}),
        repository=case.subject,
        guessed=guessed(case),
        asked=asked,
        answered=step.host,
        speaker=speaker(step, asked),
        fresh=fresh,
        login="sent" if step.authenticated else "withheld" if step.withheld is not None else "none",
        node=step.header(NODE) or "",
        evidence=(step.exchange,),
    )


def _held_back(step: Step) -> bool:
    """Whether it was this tool that refused to go on: what was not sent is neither refused nor lost.

    A host that keeps blobs gets no login from anybody: it is sent to with a signature in the URL.
    """
    own = step.failure is not None and step.failure.kind in OWN
    presigned = step.name in BLOBS and bool(step.redirected_to)
    return own or (step.withheld is not None and step.status in (401, 403) and not presigned)


def guessed(case: Case) -> bool:
    """Whether a member is looked at whose membership was not shown."""
    return case.behind is not None and case.behind.members is not None and not case.behind.members.known

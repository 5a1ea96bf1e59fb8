"""One row of the grid: a world examined, and whether what the doctor said is right."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import msgspec

from cgrdoctor.lab import World, running
from cgrdoctor.model import Report

UNSURE = ("likely", "possible")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run said, as far as the grid judges it. `summary` is the first entry's, `seconds` the run's duration."""

    codes: tuple[str, ...]
    legs: tuple[str, ...]
    confidences: tuple[str, ...]
    rivals: tuple[str, ...]
    umbrella: bool
    status: str
    broken: tuple[str, ...]
    summary: str
    requests: int
    seconds: float


def examine(world: World, umbrellas: frozenset[str], *, deadline: float = 30.0) -> Answer:
    """Runs the doctor in this process against the world, whose CA is all that this machine trusts.

    The system's own store would only be loaded, once a run.
    """
    from cgrdoctor.cli.demo import settings_in
    from cgrdoctor.cli.worlds import isolated
    from cgrdoctor.doctor import Examination

    reports: list[Report] = []

    def keep(report: Report) -> Report:
        reports.append(report)
        return report

    with running(world) as lab, isolated({**lab.environment, "SSL_CERT_FILE": str(lab.cacert), "SSL_CERT_DIR": ""}):
        started = time.monotonic()
        Examination(settings_in(lab, {"deadline": deadline}), keep).run()
        seconds = time.monotonic() - started
    return _answer(reports[-1], umbrellas, seconds)


def _answer(report: Report, umbrellas: frozenset[str], seconds: float) -> Answer:
    told: dict[str, Any] = msgspec.to_builtins(report)
    first = report.diagnosis[0] if report.diagnosis else None
    return Answer(
        codes=tuple(entry.code for entry in report.diagnosis),
        legs=tuple(entry.leg for entry in report.diagnosis),
        confidences=tuple(entry.confidence for entry in report.diagnosis),
        rivals=tuple(rival.code for rival in first.rivals) if first else (),
        umbrella=first is not None and first.code in umbrellas,
        status=report.status,
        broken=tuple(check["id"] for check in told["checks"] if check["status"] == "error")
        + tuple(name for name, fact in told["facts"].items() if fact["status"] == "broken"),
        summary=first.summary if first else "",
        requests=sum(report.run.requests.values()),
        seconds=round(seconds, 3),
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """`exact`: the true code is first; `leg`: the right leg is; `passed`: right for what the caller could see."""

    exact: bool
    leg: bool
    passed: bool
    wrongly_certain: bool


def judge(answer: Answer, truths: tuple[str, ...], leg: str, *, visible: bool) -> Verdict:
    """Compares with the truth. Where the discriminator is hidden, an umbrella or the truth must be first, unsure, and
    the truth first or among the rivals."""
    if not answer.codes:
        return Verdict(exact=False, leg=False, passed=False, wrongly_certain=False)
    exact = answer.codes[0] in truths
    named = exact or any(truth in answer.rivals for truth in truths)
    honest = answer.confidences[0] in UNSURE
    hidden_pass = exact or (named and honest)
    return Verdict(
        exact=exact,
        leg=exact or answer.legs[0] == leg,
        passed=exact if visible else hidden_pass,
        wrongly_certain=not exact and not honest,
    )

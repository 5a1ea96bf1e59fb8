"""A run that was interrupted says so, wherever it says why something was not looked at."""

from pathlib import Path

from msgspec.structs import replace

from cgrdoctor.engine.board import DEADLINE, INTERRUPTED
from cgrdoctor.engine.interruption import reworded
from cgrdoctor.model import Unverified
from cgrdoctor.report import json

KEPT = Path(__file__).parents[1] / "report" / "of_1_0" / "incomplete.json"


def test_the_deadline_is_not_blamed_for_an_interruption():
    report = json.decode(KEPT.read_bytes())
    name = next(iter(report.facts))
    before = replace(
        report,
        facts={**report.facts, name: replace(report.facts[name], status="unobservable", reason=DEADLINE)},
        checks=(replace(report.checks[0], status="skip", reason="deadline", summary=DEADLINE), *report.checks[1:]),
        unverified=(Unverified(subject="The image", why=DEADLINE, unlocked_by="a longer --deadline"),),
    )

    after = reworded(before)

    assert (after.facts[name].reason, after.checks[0].summary) == (INTERRUPTED, INTERRUPTED)
    assert (after.unverified[0].why, after.unverified[0].unlocked_by) == (INTERRUPTED, "a run that is let end")
    assert DEADLINE.encode() not in json.encode(after)
    assert replace(after, facts=before.facts, checks=before.checks, unverified=before.unverified) == before

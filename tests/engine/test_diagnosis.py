"""Consequences stand in the entry of their cause; what must be mended first comes first."""

import itertools

from cgrdoctor import Code, Rival, fail, info, warn
from cgrdoctor.engine.diagnosis import diagnose
from cgrdoctor.model import CheckResult


def code(name, leg, **more):
    return Code(name=name, title=name, leg=leg, owner="developer", meaning="m", fix="f", **more)


CAUSE = code("cause", "artifactory", explains=("symptom", "umbrella"))
SYMPTOM = code("symptom", "image", explains=("leaf",))
LEAF = code("leaf", "cache")
UMBRELLA = code("umbrella", "artifactory", umbrella=True, yields_to=("image", "upstream-account"))
ACCOUNT = code("account", "upstream-account")
MUTUAL = code("mutual", "policy", explains=("cause",))
CODES = {c.name: c for c in (CAUSE, SYMPTOM, LEAF, UMBRELLA, ACCOUNT, MUTUAL)}


def results(*findings):
    return [
        CheckResult(id=f"toy.{place}", title="t", status="fail", findings=(finding,))
        for place, finding in enumerate(findings)
    ]


def names(*findings):
    return [entry.code for entry in diagnose(results(*findings), CODES)]


def test_a_consequence_is_no_entry_of_its_own():
    (entry,) = diagnose(results(fail(SYMPTOM, "s", subject="x"), fail(CAUSE, "c", subject="y")), CODES)

    assert (entry.code, [item.code for item in entry.explains]) == ("cause", ["symptom"])


def test_consequences_of_consequences_belong_to_the_root():
    (entry,) = diagnose(
        results(fail(LEAF, "l", subject="x"), fail(SYMPTOM, "s", subject="x"), fail(CAUSE, "c", subject="y")), CODES
    )

    assert sorted(item.code for item in entry.explains) == ["leaf", "symptom"]


def test_a_warning_does_not_explain_a_failure():
    assert names(warn(CAUSE, "c", subject="y"), fail(SYMPTOM, "s", subject="x")) == ["symptom", "cause"]


def test_an_umbrella_steps_back_behind_an_exact_cause():
    assert names(fail(UMBRELLA, "u", subject="k"), fail(ACCOUNT, "a", subject="t")) == ["account"]


def test_of_two_that_explain_each_other_one_remains():
    left = code("left", "client", explains=("right",))
    right = code("right", "image", explains=("left",))
    entries = diagnose(
        results(fail(right, "r", subject="x"), fail(left, "l", subject="x")), {"left": left, "right": right}
    )

    assert [entry.code for entry in entries] == ["left"]


def test_information_is_no_diagnosis():
    assert names(info(CAUSE, "c", subject="y")) == []


def test_the_order_of_the_findings_does_not_matter():
    findings = [
        fail(LEAF, "l", subject="x"),
        fail(CAUSE, "c", subject="y"),
        fail(ACCOUNT, "a", subject="z"),
        warn(SYMPTOM, "s", subject="w"),
    ]

    assert len({tuple(names(*order)) for order in itertools.permutations(findings)}) == 1


def test_of_equals_the_one_that_explains_more_comes_first():
    plain = code("a-plain", "artifactory")
    found = results(fail(plain, "p", subject="k"), fail(CAUSE, "c", subject="y"), fail(SYMPTOM, "s", subject="x"))

    assert [entry.code for entry in diagnose(found, {**CODES, "a-plain": plain})] == ["cause", "a-plain"]


def test_a_trouble_without_a_remedy_of_its_own_has_that_of_its_code():
    (entry,) = diagnose(results(fail(CAUSE, "c", subject="y")), CODES)

    assert entry.remedy is not None
    assert entry.remedy.summary == CAUSE.fix


def test_what_is_not_certain_keeps_a_rival_even_if_that_was_found_too():
    """A rival that is a consequence is no rival any more, unless nothing else says why the cause is not certain."""
    found, open_ = (Rival(code=name, would_be_excluded_by="e", who="developer") for name in ("symptom", "leaf"))
    symptom = fail(SYMPTOM, "s", subject="x")

    def rivals(*given):
        cause = fail(CAUSE, "c", subject="y", confidence="likely", rivals=given)
        (entry,) = diagnose(results(symptom, cause), CODES)
        return [rival.code for rival in entry.rivals]

    assert rivals(found, open_) == ["leaf"]
    assert rivals(found) == ["symptom"]

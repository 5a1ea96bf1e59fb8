"""The grid covers what it says, and a fixed sample of it is right."""

from itertools import combinations, product

import pytest

from benchmarks.accuracy.__main__ import PAGE, agree
from benchmarks.accuracy.axes import AXES, PLAIN, covering
from benchmarks.accuracy.catalogue import ABSENT, FAULT_NUMBERS, numbers
from benchmarks.accuracy.discriminators import DISCRIMINATORS, HEALTHY_FIXED
from benchmarks.accuracy.grid import result_of, rows
from benchmarks.accuracy.lookalikes import GROUPS, SAID
from benchmarks.accuracy.row import Answer, judge
from benchmarks.accuracy.worlds import world_of
from cgrdoctor.lab import FAULTS, HEALTHY

ROWS = rows()
SAMPLE = ROWS[5::263]
STORED = PAGE.read_text(encoding="utf-8")


def test_every_fault_says_what_tells_it_apart():
    unsaid = sorted(set(FAULTS) - set(DISCRIMINATORS))

    assert unsaid == [], f"say in benchmarks/accuracy/discriminators.py what tells {', '.join(unsaid)} apart"
    assert sorted(set(DISCRIMINATORS) - set(FAULTS)) == []
    assert set(HEALTHY_FIXED) <= set(HEALTHY)


def test_every_fault_of_the_catalogue_has_a_world_or_a_reason():
    worlds = numbers()

    assert [number for number in FAULT_NUMBERS if number not in worlds and number not in ABSENT] == []
    assert [number for number in ABSENT if number in worlds] == []


def test_look_alikes_are_worlds():
    worlds = {**FAULTS, **HEALTHY}

    assert len(GROUPS) >= 28
    for title, names in GROUPS.items():
        truths = {(worlds[name].code, SAID[name].pattern if name in SAID else "") for name in names}
        assert len(truths) == len(names), title


@pytest.mark.parametrize("turn", range(0, 40, 13))
@pytest.mark.parametrize("fixed", [frozenset(), frozenset({"route", "reference"}), frozenset(AXES)])
def test_every_pair_of_values_is_covered(fixed, turn):
    found = covering(fixed, turn)
    names = [name for name in AXES if name not in fixed]

    assert found[0] == PLAIN
    for left, right in combinations(names, 2):
        pairs = {(getattr(one, left), getattr(one, right)) for one in found}
        assert pairs == set(product(AXES[left], AXES[right]))
    assert all(getattr(one, name) == AXES[name][0] for one in found for name in fixed)


@pytest.mark.parametrize("name", FAULTS)
def test_the_page_is_that_of_this_grid(name):
    """What a whole run wrote is of these worlds, rows and visibilities; `make accuracy-check` compares the figures."""
    found = [row for row in ROWS if row.name == name]
    visible = sum(DISCRIMINATORS[name].visible(world_of(row.fault, row.variation)) for row in found)

    assert f"\n| {name} | `{FAULTS[name].code}` | {len(found)} | {visible} |" in STORED, "run `make accuracy`"


def test_the_page_has_every_group_and_every_healthy_world():
    assert [title for title, names in GROUPS.items() if f"\n| {title} | {', '.join(names)} |" not in STORED] == []
    assert f"| healthy worlds without a false alarm | {len(HEALTHY)} | {len(HEALTHY)} |" in STORED


def answer(code, confidence, *rivals):
    return Answer((code,), ("artifactory",), (confidence,), rivals, False, "faulty", (), "", 20, 0.5)


def test_what_the_grid_calls_right():
    exact = judge(answer("truth", "certain"), ("truth",), "artifactory", visible=True)
    assert (exact.exact, exact.leg, exact.passed, exact.wrongly_certain) == (True, True, True, False)

    honest = judge(answer("umbrella", "likely", "truth"), ("truth",), "artifactory", visible=False)
    assert (honest.exact, honest.leg, honest.passed, honest.wrongly_certain) == (False, True, True, False)

    assert not judge(answer("umbrella", "likely", "truth"), ("truth",), "artifactory", visible=True).passed
    assert not judge(answer("umbrella", "likely", "other"), ("truth",), "artifactory", visible=False).passed
    assert judge(answer("other", "certain", "truth"), ("truth",), "artifactory", visible=False).wrongly_certain


@pytest.mark.parametrize("row", SAMPLE, ids=lambda row: f"{row.name}: {row.variation}")
def test_a_sample_of_the_grid(row):
    result = result_of(row)

    assert result.answer.broken == ()
    assert not result.verdict.wrongly_certain
    assert result.verdict.passed, (result.visible, result.answer)


def test_pages_agree_whatever_the_machine_was_busy_with():
    page = "| requests per diagnosis, median | 9 | 21 |\n| seconds per diagnosis, median | 9 | 0.4 |\n| exact | 9 |\n"

    assert agree(page.replace("0.4", "2.7"), page)
    assert agree(page.replace("| 21 |", "| 22 |"), page)
    assert not agree(page.replace("| 21 |", "| 40 |"), page)
    assert not agree(page.replace("exact | 9", "exact | 8"), page)

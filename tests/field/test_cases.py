"""The kept cases: right, or on the list of those that are not right yet.

A seeded sample of them; `make field` plays all, by the installed command.
"""

import os
import random
from pathlib import Path

import pytest
from typed import typed

from benchmarks.field.__main__ import PAGE
from benchmarks.field.case import KEPT, load
from benchmarks.field.evidence import UNSTATED, evidence
from benchmarks.field.page import TITLE, described, spliced
from benchmarks.field.play import installed, play

CASES = load([KEPT])
OPEN = [line for line in (KEPT.parent / "open.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
WHOLE = os.environ.get("CGRDOCTOR_FIELD") == "whole"
PLAYED = CASES if WHOLE else random.Random(11).sample(CASES, 14)


class NotRight(Exception):
    """What a case on the list must come to; any other end of it is a failure."""


def forked(words, environment, folder: Path):
    """The command line in a process that has loaded it already."""
    return typed(*words, env=environment)[:2]


def marks(name):
    return [pytest.mark.xfail(raises=NotRight, strict=True, reason="take it off open.txt")] if name in OPEN else []


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name, marks=marks(case.name)) for case in PLAYED])
def test_a_case_is_right(case):
    played = play(case, installed if WHOLE else forked)

    broken = [check["id"] for check in played.said.report["checks"] if check["status"] == "error"]
    assert broken == []
    if not played.verdict.right:
        raise NotRight(f"{played.said.first.get('code')}: {'; '.join(played.verdict.wrong)}")


def test_the_list_names_cases():
    names = [case.name for case in CASES]

    assert sorted(set(OPEN) - set(names)) == []
    assert sorted(OPEN) == OPEN
    assert len(set(names)) == len(names)


def test_every_case_says_how_it_is_known():
    assert [case.name for case in CASES if evidence(case.source)[0] == UNSTATED] == []


def test_the_page_shows_them_apart_from_the_grid():
    page = PAGE.read_text("utf-8")
    shown = page.partition(TITLE)[2]
    rows = [f"{described(case)} {'not yet' if case.name in OPEN else 'yes'} |" for case in CASES]

    assert [row for row in rows if row not in shown] == [], "run `python -m benchmarks.field --write`"
    assert shown.count("\n| fs-") == len(CASES)
    assert f"| right | {len(CASES) - len(OPEN)} |" in shown


def test_their_part_of_the_page_is_written_without_the_grid():
    grid = "# Accuracy\n\n| a | b |\n"

    once = spliced(grid, f"{TITLE}\n\none\n")
    assert once == f"{grid}\n{TITLE}\n\none\n"
    assert spliced(once, f"{TITLE}\n\ntwo\n") == f"{grid}\n{TITLE}\n\ntwo\n"

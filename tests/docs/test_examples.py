"""What `explain` shows of simulated faults: one source, readable, and of worlds and codes that are there."""

import json

import msgspec
import pytest
from typed import typed

from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS
from cgrdoctor.report.examples import Example, examples, fixes, numbered, same, shown
from cgrdoctor.report.pages import EXAMPLE, page
from docs.render import stored

CATALOGUE = load()
KEPT = examples()
CODE = "token-authentication-disabled"


def test_every_simulated_fault_has_one():
    assert {*KEPT} == {*FAULTS}


def is_command(row):
    """A command is shown in one piece, on two rows of a screen at most."""
    return row.strip().startswith("kubectl ") and len(row) <= 160


@pytest.mark.parametrize("name", KEPT)
def test_an_example_is_of_a_world_and_its_code(name):
    one = KEPT[name]

    assert one.code in (FAULTS[name].code, *FAULTS[name].accept)
    assert one.seen
    assert one.fix
    assert all(len(row) <= 80 or " " not in row.strip() or is_command(row) for row in one.rows), one.rows


@pytest.mark.parametrize("code", sorted({one.code for one in KEPT.values()}))
def test_page_and_explain_show_the_same_example_and_each_fix(code):
    rows, made = shown(code), page(CATALOGUE, code)
    written = stored()[f"codes/{code}.md"]
    section = next(one for one in made.sections if one.title == "How to fix it")

    assert rows[0].startswith(("FAIL  ", "WARN  "))
    assert "\n".join(rows) in written
    assert [one.rows for one in made.sections if one.title == EXAMPLE] == [rows]
    assert [label for label, _ in section.items] == [one.seen for one in fixes(code)]
    assert len({one.fix for one in fixes(code)}) == len(fixes(code))


def test_explain_prints_the_example():
    status, stdout, _ = typed("explain", CODE)
    data = json.loads(typed("explain", CODE, "-f", "json")[1])

    assert status == 0
    assert "\n".join(shown(CODE)) in stdout
    assert data["example"] == list(shown(CODE))
    assert data["fixes"][0]["fix"] in stdout.replace("\n    ", " ")


def test_the_name_of_a_world_leads_to_its_code():
    status, stdout, stderr = typed("explain", "remote-url-path")

    assert (status, stdout, stderr.count("\n")) == (2, "", 1)
    assert stderr.rstrip().endswith("cgrdoctor explain remote-url-mismatch")


def test_a_check_shows_the_example_of_its_code():
    made = page(CATALOGUE, "fields.token-authentication")

    assert [one.rows for one in made.sections if one.title == EXAMPLE] == [shown(CODE)]


def test_exchanges_are_numbered_as_they_are_named():
    assert numbered(["  Seen    x14 one, see x9 and x14", "          x9  two"]) == [
        "  Seen    x1  one, see x2 and x1",
        "          x2  two",
    ]


def test_what_differs_from_run_to_run_is_no_difference():
    one = Example(code="a", owner="developer", seen="silent for 4.02 s", fix="Wait until 14:32", rows=("after 3 s",))
    changed = msgspec.structs.replace

    assert same(one, changed(one, seen="silent for 4.1 s", fix="Wait until 15:00", rows=("after 12 s",)))
    assert same(one, changed(one, rows=()))
    assert not same(one, changed(one, fix="Do not wait"))
    assert not same(one, changed(one, rows=("never",)))
    assert not same(one, changed(one, code="b"))

"""Every code has a page that answers what one asks of it, no page lacks its code, and none is stale."""

import pytest

from cgrdoctor.engine.discovery import load
from cgrdoctor.report.pages import code_page, told_apart
from docs.render import pages, stored

CATALOGUE = load()
MADE = pages(CATALOGUE)
STORED = stored()
QUESTIONS = ("What is looked at", "Why it matters", "How to fix it", "Sources")


def test_every_code_has_its_page_and_every_page_its_code():
    assert sorted(MADE.keys() - STORED.keys()) == [], "they lack a page: run `make docs`"
    assert sorted(STORED.keys() - MADE.keys()) == [], "pages of what is gone: run `make docs`"
    assert {f"codes/{name}.md" for name in CATALOGUE.codes} <= set(STORED)


@pytest.mark.parametrize("name", sorted(MADE))
def test_no_page_is_stale(name):
    assert STORED.get(name) == MADE[name], "run `make docs`"


@pytest.mark.parametrize("code", CATALOGUE.codes.values(), ids=lambda code: code.name)
def test_a_page_answers_what_one_asks_of_a_code(code):
    page = code_page(CATALOGUE, code)
    titles = [section.title for section in page.sections]

    assert [question for question in QUESTIONS if question not in titles] == []
    assert page.sections[0].paragraphs[0] == code.meaning
    assert set(code.told_apart) <= set(code.look_alikes)


@pytest.mark.parametrize("code", CATALOGUE.codes.values(), ids=lambda code: code.name)
def test_look_alikes_are_told_apart_from_both_sides(code):
    assert code.why
    for name in told_apart(CATALOGUE.codes, code):
        other = CATALOGUE.codes[name]
        assert code.told_apart.get(name) or other.told_apart.get(code.name), f"{code.name} and {name}"
        assert code.name in told_apart(CATALOGUE.codes, other)

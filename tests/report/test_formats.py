"""Markdown, JUnit and HTML say what the text says, in its order; a page holds on a telephone, on paper and by keyboard."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import msgspec
import pytest
from test_screen import DIRECT, IMAGE, PING, THROUGH, cause, exchange, kept, report, rivals

from cgrdoctor.model import CheckResult, Command, Explained, Finding, Remedy, Report, RuledOut, Unverified
from cgrdoctor.report import html, junit, markdown, text
from cgrdoctor.report.page import Style

LONG = Command(
    description="By REST", command="curl -sS " + "https://acme.jfrog.io/a-part/" * 9, kind="rest", changes=True
)
PULL = Command(description="Try again", command=f"docker pull {IMAGE}", kind="shell", changes=False)
ZAP = Remedy(
    summary="Zap the cache of cgr-private", steps=("Open its menu", "Choose Zap Caches"), commands=(LONG, PULL)
)
CAUSE = "Artifactory remembers a miss: cgr-private answers 404 out of its memory"
ORDER = (
    CAUSE,
    "you --ok-- acme.jfrog.io (cache) --X-- cgr.dev --?-- blob host",
    "you --ok-- cgr.dev --?-- blob host",
    "manifest 3.12 through Artifactory: 404 MANIFEST_UNKNOWN: not known",
    "manifest 3.12 from cgr.dev: 200",
    "Zap the cache of cgr-private",
    "Open its menu",
    f"docker pull {IMAGE}",
    "Artifactory administrator. Likely; 1 other cause ruled out",
    "rival-0",
    "unless a look at 0",
    "rival-2",
    "curl -sS https",
)


def one(**changes) -> Report:
    """A cause that one check found, and a consequence that another did."""
    found = cause(
        remedy=ZAP, rivals=rivals(5), ruled_out=(RuledOut(code="tag-not-found", by="it is there"),), **changes
    )
    return with_checks(report(found))


def with_checks(found: Report) -> Report:
    findings = [
        Finding(code=entry.code, leg=entry.leg, severity="fail", summary=entry.summary, subject=entry.subject)
        for entry in found.diagnosis
    ]
    further = Finding(code="tag-stale", leg="cache", severity="fail", summary="3.12 is old", subject="3.12")
    checks = [
        CheckResult(id=f"cache.check-{number}", title="t", status="fail", summary="s", findings=(one,))
        for number, one in enumerate([*findings, further])
    ]
    return msgspec.structs.replace(found, checks=tuple(checks))


class Seen(HTMLParser):
    """The elements of a page with their attributes, its text, and what stands in each cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.parts: list[str] = []
        self.style = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            self.style += data
        elif "main" in self.open:
            self.parts.append(data)
        else:
            assert not data.strip() or "title" in self.open, data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


def as_markdown(found: Report) -> str:
    return markdown.render(found).replace("\\", "")


def as_html(found: Report) -> str:
    return Seen(html.render(found)).text


def as_junit(found: Report) -> str:
    return failures(found)[0].text or ""


def failures(found: Report) -> list[ET.Element]:
    return ET.fromstring(junit.render(found)).findall(".//failure")


@pytest.mark.parametrize("form", [as_markdown, as_html, as_junit])
def test_every_format_tells_a_cause_in_the_same_order(form):
    shown = form(one())

    places = [shown.find(part) for part in ORDER]
    assert [part for part, place in zip(ORDER, places, strict=True) if place < 0] == []
    assert places == sorted(places)


@pytest.mark.parametrize("form", [as_markdown, as_html, as_junit])
def test_what_is_routine_is_no_proof(form):
    shown = form(one()).partition("Fix")[0]

    assert "x1 " not in shown
    assert ["x2 " in shown, "x3 " in shown] == [True, True]


@pytest.mark.parametrize("form", [as_markdown, as_junit])
def test_at_most_three_alternatives_and_how_many_more(form):
    shown = form(one())

    assert [f"rival-{number}" in shown for number in range(5)] == [True, True, True, False, False]
    assert "and 2 more" in shown


def test_a_page_has_every_alternative_and_what_was_ruled_out():
    shown = as_html(one())

    assert [shown.count(f"rival-{number}") for number in range(5)] == [1] * 5
    assert "tag-not-found: it is there" in shown


@pytest.mark.parametrize("form", [as_markdown, as_html, as_junit])
def test_the_pull_that_shows_whether_it_worked_is_said_once(form):
    assert form(one()).count(PULL.command) == 1


@pytest.mark.parametrize("name", ["faulty", "healthy", "incomplete", "interrupted", "warning"])
def test_the_word_for_a_report_is_that_of_the_text(name):
    found = kept(name)
    last = text.render(found, Style()).rstrip().splitlines()[-1]

    assert last in as_markdown(found)
    assert last in as_html(found)
    assert last in (ET.fromstring(junit.render(found)).findtext(".//testsuite/system-out") or "")
    assert Seen(html.render(found)).parts[1] == last.split(":")[0].split()[0]


def several(count: int) -> Report:
    codes = [
        cause(code=f"cause-{number}", title=f"Cause {number}", remedy=ZAP, rivals=rivals(3)) for number in range(count)
    ]
    return with_checks(report(*codes))


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_several_causes_stand_in_the_order_of_mending(count):
    found = several(count)

    for form in (as_markdown, as_html):
        shown = form(found)
        assert f"(1 of {count} causes)" in shown
        places = [shown.find(f"Cause {number}:") for number in range(count)]
        assert -1 not in places
        assert places == sorted(places)
    assert len(as_markdown(found).splitlines()) <= 60


def test_what_is_left_out_of_sixty_lines_is_no_cause():
    commands = tuple(msgspec.structs.replace(LONG, command="a\n" * 30) for _ in range(3))
    shown = markdown.render(report(cause(remedy=msgspec.structs.replace(ZAP, commands=commands))))

    assert len(shown.splitlines()) <= 60
    assert "More stands in the JSON report." in shown
    assert "**Owner:**" in shown
    assert "Checks: " in shown.splitlines()[-1]


def test_a_cut_run_says_so_before_any_cause_and_names_what_it_waited_for():
    waits = exchange(
        7, THROUGH.url, None, error="headers deadline: the run ended first (no complete answer after 4.0 s)"
    )
    base = kept("incomplete")
    found = msgspec.structs.replace(base, exchanges=(PING, waits), diagnosis=(cause(),))

    for form in (as_markdown, as_html):
        shown = form(found)
        parts = ("INCOMPLETE", base.summary, "manifest 3.12 through Artifactory, 4.0 s", CAUSE)
        places = [shown.find(part) for part in parts]
        assert -1 not in places
        assert places == sorted(places)


def test_a_consequence_names_its_cause_and_is_not_told_as_one():
    told = cause(remedy=ZAP, explains=(Explained(check="cache.check-1", code="tag-stale", subject="3.12"),))
    first, second = failures(with_checks(report(told)))

    assert (first.get("message"), first.get("type")) == (CAUSE, told.code)
    assert (second.get("message"), second.get("type")) == ("3.12 is old", "tag-stale")
    assert second.text == f"3.12 is old\nA consequence of {told.code}: {CAUSE}"


def test_a_cause_that_two_checks_found_is_told_once():
    again = Explained(check="cache.check-1", code="missed-retrieval-cached", subject="cgr-private")
    found = with_checks(report(cause(remedy=ZAP, explains=(again,)), cause(summary="the same, seen by another")))
    whole = [
        one
        for one in failures(msgspec.structs.replace(found, diagnosis=found.diagnosis[:1]))
        if "Owner" in (one.text or "")
    ]

    assert len(whole) == 1


def test_a_finding_without_a_cause_says_what_it_found():
    second = failures(one())[1]

    assert (second.get("message"), second.text) == ("3.12 is old", "3.12 is old")


def test_reasons_that_are_the_same_are_said_once():
    image = Unverified(subject="The image", why="nothing to compare", unlocked_by="a machine that reaches cgr.dev")
    fields = [
        Unverified(subject=f"Field {n}", why="only admins see it", unlocked_by="an admin's access token")
        for n in range(5)
    ]
    found = msgspec.structs.replace(kept("healthy"), unverified=(image, *fields), exchanges=(DIRECT,))

    assert as_markdown(found).count("only admins see it") == 1
    for form in (as_markdown, as_html):
        assert "a machine that reaches cgr.dev" not in form(found)


@pytest.fixture(name="page", params=["faulty", "healthy", "incomplete", "interrupted", "warning", "made"])
def _page(request):
    return Seen(html.render(one() if request.param == "made" else kept(request.param)))


def test_a_page_has_one_main_part_and_one_title(page):
    assert [len(page.all(tag)) for tag in ("main", "h1", "title")] == [1, 1, 1]
    assert page.open == []


def test_every_header_of_a_table_says_what_it_heads(page):
    assert {header.get("scope") for header in page.all("th")} <= {"col", "row", "rowgroup"}
    tables, heads = page.all("table"), [name for name, _ in page.elements].count("thead")
    assert len(tables) == heads
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {table["aria-labelledby"] for table in tables} <= ids


def test_what_can_be_scrolled_can_be_reached_by_keyboard_and_has_a_name(page):
    for region in page.all("pre"):
        assert (region["role"], region["tabindex"]) == ("region", "0")
        assert region["aria-label"]


def test_the_made_page_has_a_region_to_scroll():
    assert len(Seen(html.render(one())).all("pre")) == 1


def declared(style: str, selector: str) -> str:
    return " ".join(
        body for names, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style) if selector in re.split(r"[,\s]+", names)
    )


def test_tables_keep_their_width_and_long_addresses_break(page):
    screen = page.style.partition("@media")[0]

    assert "table-layout: fixed" in declared(screen, "table")
    assert "width: 100%" in declared(screen, "table")
    for selector in ("td", "th", "dd", "li", "p", "h1", "h2"):
        assert "overflow-wrap: anywhere" in declared(screen, selector)
    assert "nowrap" not in page.style


def test_paper_cuts_nothing(page):
    paper = page.style.partition("@media print")[2]

    assert "white-space: pre-wrap" in declared(paper, "pre")
    assert "overflow-wrap: anywhere" in declared(paper, "pre")
    assert "overflow: visible" in declared(paper, "pre")
    assert "@media screen and (prefers-color-scheme: dark)" in page.style

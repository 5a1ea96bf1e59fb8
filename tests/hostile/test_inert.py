"""Whatever a peer, or whoever wrote a report, put into it: no format lets it act on a terminal, a browser or a renderer."""

import json
import re
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from xml.etree import ElementTree as ET

import msgspec
import pytest
from anything import Maker
from markdown_it import MarkdownIt
from runs import WHOLE

from cgrdoctor.fleet.collect import collect
from cgrdoctor.fleet.entry import Entry
from cgrdoctor.fleet.page import page as fleet_page
from cgrdoctor.fleet.summary import summarise
from cgrdoctor.fleet.text import as_text
from cgrdoctor.fleet.text import markdown as fleet_markdown
from cgrdoctor.model import SCHEMA_VERSION, Report
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.report import bundle, diff, html, junit, markdown, table, text
from cgrdoctor.report import json as report_json

SEEDS = range(150 if WHOLE else 12)
ACTIVE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
STYLE = re.compile(r"\x1b\[[0-9;]*m")
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "span", "code", "p", "dl", "dt", "dd"),
    *("small", "strong", "ol", "ul", "li", "pre", "table", "thead", "tbody", "tr", "th", "td", "br"),
    *("section", "div", "caption"),
}
ATTRIBUTES = {"id", "tabindex", "role", "scope", "colspan", "aria-label", "aria-labelledby"}
"""What steers neither a browser nor its style, whatever its value."""
CLASSES = {
    *("fail", "error", "warn", "info", "pass", "skip"),
    *("faulty", "incomplete", "interrupted", "warning", "healthy"),
    *("leg", "short", "third", "wide"),
}


def report(seed):
    return Maker(seed).of(Report)


def readable(one):
    return msgspec.structs.replace(one, schema_version=SCHEMA_VERSION)


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_text_steers_no_terminal(seed, colour):
    shown = text.render(report(seed), text.Style(colour=colour, loudness=2))

    assert ACTIVE.findall(STYLE.sub("", shown) if colour else shown) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_json_is_inert_and_says_the_same(seed):
    found = report(seed)
    document = report_json.encode(found)

    assert ACTIVE.findall(document.decode()) == []
    if json.loads(document)["truncated"] == found.truncated:
        assert json.loads(document) == json.loads(msgspec.json.encode(found))


@pytest.mark.parametrize("seed", SEEDS)
def test_markdown_renders_to_nothing_but_our_own_markup(seed):
    shown = markdown.render(report(seed))
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(shown)
    inner = [child for token in tokens for child in (token.children or ())]

    assert ACTIVE.findall(shown) == []
    assert {token.type for token in (*tokens, *inner)} & {"html_block", "html_inline", "link_open", "image"} == set()
    assert all(token.tag in ("h2", "h3") for token in tokens if token.type == "heading_open")


class Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self):
        super().__init__()
        self.strange = []

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            self.strange.append(tag)
        for name, value in attributes:
            known = tag in ("meta", "html") or name in ATTRIBUTES or (name == "class" and value in CLASSES)
            if not known:
                self.strange.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("seed", SEEDS)
def test_html_holds_no_tag_but_ours(seed):
    shown = html.render(report(seed))
    page = Page()
    page.feed(shown)

    assert page.strange == []
    assert ACTIVE.findall(shown) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_junit_is_xml(seed):
    shown = junit.render(report(seed))

    assert ET.fromstring(shown).tag == "testsuites"
    assert ACTIVE.findall(shown) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_made_of_several_reports_is_inert(seed):
    first, second = report(seed), report(seed + 1)
    difference = diff.compare(first, second)
    given = zip(("a\x1b[31m.json", "b\u202e.json"), (first, second), strict=True)
    summary = summarise(collect(Entry(name, report_json.encode(readable(one))) for name, one in given))
    shown = [
        diff.render(difference),
        table.render(first, second, difference),
        as_text(summary),
        fleet_markdown(summary),
    ]

    assert len(summary.reports) == 2
    assert [ACTIVE.findall(one) for one in shown] == [[]] * 4
    page = Page()
    page.feed(fleet_page(summary))
    assert page.strange == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bundle_is_read_back(seed):
    found = report(seed)
    data = bundle.encode(found)

    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.read("report.json") == report_json.encode(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_redaction_keeps_a_report_a_report_whatever_the_secret(seed):
    """A password may be an ordinary word, even one of ours."""
    found = report(seed)
    redaction = Redaction()
    for word in ("fail", "certain", "http", "text", "artifactory", "developer", "observed", "status", "latest"):
        redaction.learn(word, "password")

    clean = redaction.struct(found)

    assert msgspec.convert(msgspec.to_builtins(clean), Report) == clean
    assert "latest" not in clean.summary

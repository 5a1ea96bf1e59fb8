"""A report pasted into a ticket: what a peer wrote is no link, no mention and no list there, and stays readable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cgrdoctor.report.markdown import plain

LINKED = re.compile(r"[\w.+-]@[\w-]|(?:https?|ftp|mailto|xmpp):|www\.|(?:^|\s)@\w", re.IGNORECASE)
"""What GitHub, GitLab and Jira make a link or a mention of wherever it stands in rendered text outside of code."""


def spoken(markdown):
    """The text of rendered Markdown, code spans apart, in the pieces that a renderer looks for links in."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    inner = [child for token in tokens for child in (token.children or ())]
    return [child.content for child in inner if child.type == "text"], [
        child.content for child in inner if child.type == "code_inline"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "alice@acme.com is refused",
        "login as a@b, or as user@host:",
        "@admin please look",
        "(mailto:alice@acme.com)",
        "see <alice@acme.com>",
        "a`b@c`d and `x@y`",
        "alice@acme.com|bob@acme.com",
        "xmpp:alice@acme.com/there",
        "x@y",
    ],
)
def test_a_mail_address_is_code_and_no_link(text):
    texts, codes = spoken(plain(text))

    assert [piece for piece in texts if "@" in piece] == []
    assert "".join(codes).count("@") == text.count("@")


@pytest.mark.parametrize("text", ["www.acme.com", "WWW.acme.com", "https://acme.com/x", "http://a ftp://b HTTP://c"])
def test_an_address_is_escaped_where_a_renderer_looks_for_one(text):
    """GitHub's renderer looks in the source: neither `www.` nor a colon that is no escape before `//` stands there."""
    shown = plain(text)

    assert re.search(r"www\.|(?<!\\)://", shown, re.IGNORECASE) is None
    assert "".join(spoken(shown)[0]) == text


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" @`|\\.-+1)#"), max_size=80)
)
def test_nothing_is_lost_and_nothing_becomes_markup(text):
    shown = plain("x " + text)
    texts, codes = spoken(shown)

    assert [piece for piece in texts if "@" in piece] == []
    assert sum(piece.count("@") for piece in codes) == text.count("@")
    assert "".join(texts + codes).replace(" ", "").replace("\n", "") != ""

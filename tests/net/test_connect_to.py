"""`--connect-to` as curl reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.errors import UsageProblem
from cgrdoctor.net.connect_to import ConnectTo, mapped, parse_connect_to


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("a.test:443:127.0.0.1:8443", ConnectTo("a.test", 443, "127.0.0.1", 8443)),
        ("A.Test.:443:127.0.0.1:8443", ConnectTo("a.test", 443, "127.0.0.1", 8443)),
        ("::b.test:", ConnectTo("", None, "b.test", None)),
        (":443::8443", ConnectTo("", 443, "", 8443)),
        ("[::1]:443:[fe80::1%2]:1", ConnectTo("::1", 443, "fe80::1%2", 1)),
    ],
)
def test_mappings(text, mapping):
    assert parse_connect_to(text) == mapping
    assert parse_connect_to(str(mapping)) == mapping


@pytest.mark.parametrize(
    "text",
    ["", "a", "a:443", "a:443:b", "a:x:b:1", "a:0:b:1", "a:70000:b:1", "::1:443:b:1", "a:443:b:1:c", "u@a:1:b:1"],
)
def test_what_is_no_mapping(text):
    with pytest.raises(UsageProblem):
        parse_connect_to(text)


def test_the_first_that_matches_is_taken():
    first, second = parse_connect_to("a.test:443:x:1"), parse_connect_to(":::2")
    assert mapped((first, second), "A.test.", 443) is first
    assert mapped((first, second), "a.test", 444) is second
    assert mapped((first,), "b.test", 443) is None
    assert second.applied("b.test", 443) == ("b.test", 2)
    assert parse_connect_to("::x:").applied("b.test", 443) == ("x", 443)


@given(st.text(max_size=60))
def test_any_text_is_a_mapping_or_a_usage_problem(text):
    try:
        parse_connect_to(text)
    except UsageProblem:
        pass

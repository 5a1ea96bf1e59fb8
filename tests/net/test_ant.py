"""Ant patterns on cache paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.ant import allowed, matches

PATH = "acme.com/python/3.12/list.manifest.json"


@pytest.mark.parametrize(
    ("pattern", "yes"),
    [
        ("**/*", True),
        ("**", True),
        ("acme.com/**", True),
        ("acme.com/", True),
        ("acme.com/*", False),
        ("*/python/**", True),
        ("**/python/**/list.manifest.json", True),
        ("chainguard/**", False),
        ("acme.???/**", True),
        ("Acme.com/**", False),
        ("/acme.com/**", True),
        ("acme.com/python/3.12/list.manifest.json", True),
        ("", False),
    ],
)
def test_patterns(pattern, yes):
    assert matches(pattern, PATH) is yes


@pytest.mark.parametrize(
    ("includes", "excludes", "which"),
    [
        ("**/*", "", None),
        ("chainguard/**", "", "include"),
        ("**/*", "acme.com/**", "exclude"),
        ("", "", None),
        ("a/**, acme.com/**", "", None),
    ],
)
def test_which_list_rejects(includes, excludes, which):
    assert allowed(PATH, includes, excludes).which == which


@given(st.text(alphabet="ab*?/", max_size=30), st.text(alphabet="ab/", max_size=40))
def test_any_pattern_is_matched_in_bounded_time(pattern, path):
    assert matches(pattern, path) in (True, False)


def test_a_pattern_made_to_be_slow_is_not():
    assert matches("*a" * 400 + "b", "a" * 4000) is False
    assert matches("**/" * 300 + "b", "a/" * 3000) is False

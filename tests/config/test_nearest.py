"""The name that was meant: what goes on where one stopped, then a slip, then what holds the word, then the likest."""

import time

import pytest

from cgrdoctor.config.nearest import mistakes, nearest

NAMES = (
    "upstream-head-unusable",
    "upstream-failed",
    "upstream-tls-untrusted",
    "pull-token-expired",
    "pull-token-rejected",
    "remote-url-mismatch",
    "fields.url",
    "fields.url-slashes",
    "token.rest",
    "tls-expired",
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("upstream", "upstream-failed"),
        ("upstream-t", "upstream-tls-untrusted"),
        ("pull-token-expird", "pull-token-expired"),
        ("fields.ulr", "fields.url"),
        ("tls-exipred", "tls-expired"),
        ("REMOTE_URL", "remote-url-mismatch"),
        ("untrusted", "upstream-tls-untrusted"),
        ("mismatch", "remote-url-mismatch"),
        ("tokens.*", "token.rest"),
        ("expired", "tls-expired"),
    ],
)
def test_the_name_that_was_meant(typed, meant):
    assert nearest(typed, NAMES) == meant


def test_a_beginning_counts_before_a_slip():
    assert nearest("chec", ["check", "chew", "checks"]) == "check"
    assert nearest("--out", ["--our", "--output"]) == "--output"


@pytest.mark.parametrize("typed", ["", "-", "--", "*", "zzz", "é", "x" * 10_000])
def test_whatever_was_typed_some_name_is_given(typed):
    assert nearest(typed, NAMES) in NAMES


@pytest.mark.parametrize(
    ("typed", "meant", "count"),
    [("ulr", "url", 1), ("url", "url", 0), ("ur", "url", 1), ("urll", "url", 1), ("uri", "url", 1), ("", "url", 3)],
)
def test_mistakes_are_counted(typed, meant, count):
    assert mistakes(typed, meant) == count


def test_a_long_word_costs_no_more_than_a_short_one():
    def spent(word):
        before = time.process_time()
        for _ in range(20):
            nearest(word, NAMES)
        return time.process_time() - before

    spent("warm")
    assert spent("y" * 1_000_000) < 50 * max(spent("y" * 40), 0.001)

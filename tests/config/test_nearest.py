"""The name that was meant: what goes on where one stopped, then a slip, what holds the word, the likest; or none."""

import time

import pytest

from cgrdoctor.cli import COMMANDS
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


@pytest.mark.parametrize("typed", ["", "-", "--", "*", "zzz", "é", "q" * 10_000, "foo", "bar", "o", "pizza", "--foo"])
def test_no_name_is_given_for_a_word_that_is_like_none(typed):
    assert nearest(typed, NAMES) is None
    assert nearest(typed, []) is None


@pytest.mark.parametrize("typed", ["foo", "quux", "banana", "kubernetes", "hello", "mirror", "xyz", "conference"])
def test_no_command_is_given_for_a_word_that_is_like_none(typed):
    assert nearest(typed, list(COMMANDS)) is None


@pytest.mark.parametrize("typed", ["--fuu", "--foo", "--bar", "--user", "--xyz"])
def test_dashes_make_no_option_like_another(typed):
    assert nearest(typed, ["--fault", "--format", "--cacert", "--config", "--timeout"]) is None


@pytest.mark.parametrize(("typed", "meant"), [("chekc", "check"), ("comparison", "compare"), ("reprot", "report")])
def test_the_command_that_was_meant(typed, meant):
    assert nearest(typed, list(COMMANDS)) == meant


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

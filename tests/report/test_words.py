"""Sentences are shortened by whole words, durations said as a person says them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.report.words import MORE, brief, lasting, repeats

WORDS = st.lists(st.from_regex(r"[a-z/:.,]{1,30}", fullmatch=True), min_size=1, max_size=30).map(" ".join)


@given(WORDS, st.integers(1, 200))
def test_no_word_is_cut(text, room):
    found = brief(text, room)

    assert found == text or found.endswith(MORE)
    kept = found.removesuffix(MORE).split(" ")
    whole = text.split(" ")
    assert [one.rstrip(" ,;:-(") for one in whole[: len(kept)]][:-1] == [one.rstrip(" ,;:-(") for one in kept][:-1]
    assert whole[len(kept) - 1].startswith(kept[-1])
    assert len(found) <= max(room, len(whole[0]) + len(MORE))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"),
        (0.42, "0.4 s"),
        (12.3, "12 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (90000, "1 day 1 h"),
        (864000, "10 days"),
    ],
)
def test_durations(seconds, said):
    assert lasting(seconds) == said


def test_a_summary_that_only_repeats_its_title_is_known():
    assert repeats("Enable Token Authentication of cgr-private is off", "Enable Token Authentication is off")
    assert not repeats("acme.jfrog.io answers 502", "Artifactory is not well")

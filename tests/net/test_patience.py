"""Whose fault a silence is, by the time the peer was given."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net import absence
from cgrdoctor.net.failure import OWN, excused, failure
from cgrdoctor.net.patience import LEAST, Patience

SECONDS = st.floats(0.01, 100)


def test_a_run_without_an_end_gives_every_step_its_time():
    patience = Patience(10.0)

    assert patience.allotted() == 10.0
    assert patience.allotted(35.0) == 35.0
    assert patience.silence(10.0) == "timeout"
    assert not patience.cut_short


@given(step=SECONDS, wanted=st.none() | SECONDS, left=SECONDS)
def test_no_step_lasts_until_the_end_of_the_run(step, wanted, left):
    patience = Patience(step, time.monotonic() + left)

    assert 0 < patience.allotted(wanted) <= min(wanted or step, 0.76 * left)


@pytest.mark.parametrize(
    ("waited", "kind", "cut"),
    [(10.0, "timeout", False), (5.5, "timeout", True), (4.5, "deadline", True), (0.0, "deadline", True)],
)
def test_the_end_of_the_run_is_no_silence_of_a_peer(waited, kind, cut):
    patience = Patience(10.0, time.monotonic() + 10)
    patience.allotted()

    assert (patience.silence(waited), patience.cut_short) == (kind, cut)


@given(left=st.floats(0.0, 1.0))
def test_the_shortest_run_blames_nobody_for_less_than_a_moment(left):
    patience = Patience(10.0, time.monotonic() + left)
    patience.allotted()

    assert patience.silence(LEAST * 0.99) == "deadline"


def test_briefer_steps_belong_to_the_same_run():
    patience = Patience(10.0, time.monotonic() + 10)
    brief = patience.briefer(2.0)
    brief.allotted()

    assert (brief.step, patience.briefer(math.inf).step) == (2.0, 10.0)
    assert brief.silence(1.0) == "deadline"
    assert patience.cut_short


def test_a_silence_while_we_were_away_is_ours(monkeypatch):
    patience = Patience(10.0)
    monkeypatch.setattr(absence, "_last", time.monotonic() - 5)

    assert (patience.silence(4.0, 4.0), patience.silence(6.0, 6.0)) == ("timeout", "stopped")
    assert not patience.cut_short


@pytest.mark.parametrize("kind", ["timeout", "reset", "closed", "refused", "servfail", "protocol"])
def test_what_failed_while_we_were_away_is_nobodys_fault(monkeypatch, kind):
    found = failure("headers", kind, 3.0, address="10.0.0.1")
    monkeypatch.setattr(absence, "_last", time.monotonic() - 5)

    assert excused(found, time.monotonic() - 3) == found
    away = excused(found, time.monotonic() - 6)
    assert (away.kind, away.stage, away.address) == ("stopped", "headers", "10.0.0.1")
    assert away.kind in OWN


@pytest.mark.parametrize("kind", [*OWN, "too-large"])
def test_what_is_ours_anyway_stays_what_it_is(monkeypatch, kind):
    monkeypatch.setattr(absence, "_last", time.monotonic())

    assert excused(failure("body", kind, 3.0), time.monotonic() - 6).kind == kind

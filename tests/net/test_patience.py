"""Whose fault a silence is, by the time the peer was given."""

import math
import time
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cgrdoctor.net import absence
from cgrdoctor.net.failure import OWN, excused, failure
from cgrdoctor.net.patience import LEAST, Patience
from cgrdoctor.net.wire import Limits, Watch

SECONDS = st.floats(0.01, 100)


def test_a_run_without_an_end_gives_every_step_its_time():
    patience = Patience(10.0)

    assert patience.allotted() == 10.0
    assert patience.allotted(35.0) == 35.0
    assert patience.silence(10.0) == "timeout"
    assert not patience.cut_short


@given(step=SECONDS, wanted=st.none() | SECONDS, left=SECONDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_step_lasts_until_the_end_of_the_run(clock, step, wanted, left):
    patience = Patience(step, clock.now + left)

    assert 0 < patience.allotted(wanted) <= min(wanted or step, 0.76 * left)


@pytest.mark.parametrize(
    ("waited", "kind", "cut"),
    [(10.0, "timeout", False), (5.5, "timeout", True), (4.5, "deadline", True), (0.0, "deadline", True)],
)
def test_the_end_of_the_run_is_no_silence_of_a_peer(clock, waited, kind, cut):
    patience = Patience(10.0, clock.now + 10)
    patience.allotted()

    assert (patience.silence(waited), patience.cut_short) == (kind, cut)


@given(left=st.floats(0.0, 1.0))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_shortest_run_blames_nobody_for_less_than_a_moment(clock, left):
    patience = Patience(10.0, clock.now + left)
    patience.allotted()

    assert patience.silence(LEAST * 0.99) == "deadline"


def test_briefer_steps_belong_to_the_same_run(clock):
    patience = Patience(10.0, clock.now + 10)
    brief = patience.briefer(2.0)
    brief.allotted()

    assert (brief.step, patience.briefer(math.inf).step) == (2.0, 10.0)
    assert brief.silence(1.0) == "deadline"
    assert patience.cut_short


def fate(clock, gaps, piece, *, keep, patience):
    """How a body ends whose pieces come after these gaps (s): the kind of failure, None if it is whole."""
    limits = Limits(patience, patience.step)
    watch = Watch(limits, SimpleNamespace(deadline=math.inf))
    scope = SimpleNamespace(deadline=math.inf)
    watch.enter_body(scope)
    ends = limits.whole_body(0 if keep else 1024 * 1024)
    for number, gap in enumerate(gaps):
        clock.now += gap
        if clock.now > scope.deadline:
            clock.now = scope.deadline
            return watch.silence().kind
        watch.heard(number * piece, ends)
    return None


PACE = [0.02] * 40


@pytest.mark.parametrize(("piece", "kept", "counted"), [(1024, "slow", None), (1, "slow", "slow")])
def test_a_slow_body_ends_unless_it_is_only_counted_and_no_mere_dribble(clock, piece, kept, counted):
    found = [fate(clock, PACE, piece, keep=keep, patience=Patience(0.1)) for keep in (True, False)]

    assert found == [kept, counted]


@pytest.mark.parametrize("keep", [True, False])
def test_a_body_that_stops_is_silent_not_slow(clock, keep):
    assert fate(clock, [0.02, 0.02, 5], 65536, keep=keep, patience=Patience(0.1)) == "timeout"
    assert fate(clock, [0.02, 0.02, 5], 65536, keep=keep, patience=Patience(10, clock.now + 0.5)) == "deadline"


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

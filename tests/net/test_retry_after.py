"""Retry-After is read as RFC 9110 writes it, and never waits for what cannot be meant."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from cgrdoctor.net.retry_after import LONGEST, delay

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@given(st.integers(1, LONGEST))
def test_seconds_and_the_moment_they_mean_are_the_same(seconds):
    until = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert delay(str(seconds), None) == delay(until, NOW) == seconds


@given(st.text(max_size=60) | st.integers().map(str) | st.datetimes().map(format_datetime))
def test_whatever_is_answered_is_a_wait_or_none(value):
    seconds = delay(value, NOW)

    assert seconds is None or 0 < seconds <= LONGEST


def test_a_moment_without_a_clock_to_read_it_by_is_none():
    assert delay(format_datetime(NOW, usegmt=True), None) is None

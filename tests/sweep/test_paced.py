"""How fast a host is asked, and what is forgotten between two batches."""

import math
import time

import anyio
import pytest

from cgrdoctor.net.paced import FIRST_RATE, SLOWEST, Pace
from cgrdoctor.privacy.redact import Redaction


def test_a_rate_spreads_the_turns():
    async def seconds():
        pace, begin = Pace(100.0), time.monotonic()
        async with anyio.create_task_group() as group:
            for _ in range(21):
                group.start_soon(pace.turn)
        return time.monotonic() - begin

    assert anyio.run(seconds) >= 0.19


@pytest.mark.parametrize(("given", "rates"), [(math.inf, [50, 25, 12.5]), (60, [50, 25, 12.5]), (10, [5, 2.5, 1.25])])
def test_each_429_halves_the_rate(given, rates):
    pace = Pace(given)
    found = []
    for _ in rates:
        pace.slow_down(time.monotonic(), 0)
        found.append(pace.rate)
    assert found == rates
    assert rates[0] <= FIRST_RATE


def test_answers_that_were_under_way_count_once():
    pace = Pace(math.inf)
    asked = time.monotonic()
    for _ in range(6):
        pace.slow_down(asked, 0)
    assert pace.rate == FIRST_RATE
    for _ in range(20):
        pace.slow_down(time.monotonic(), 0)
    assert pace.rate == SLOWEST


def test_who_waits_already_waits_for_a_pause_too():
    async def seconds():
        pace = Pace(50.0)
        begin = time.monotonic()
        async with anyio.create_task_group() as group:
            await pace.turn()
            group.start_soon(pace.turn)
            await anyio.lowlevel.checkpoint()
            pace.slow_down(time.monotonic(), 0.2)
        return time.monotonic() - begin

    assert anyio.run(seconds) >= 0.19


def test_a_branch_knows_what_was_known_and_keeps_what_it_learns():
    base = Redaction()
    base.learn("first-secret-0123456789", "credential")
    branch = base.branch()
    branch.learn("second-secret-9876543210", "token")
    text = "first-secret-0123456789 and second-secret-9876543210"
    assert "secret-" not in branch.text(text)
    assert "second-secret-9876543210" in base.text(text)
    assert "first-secret" not in base.text(text)
    again = base.branch()
    assert "second-secret-9876543210" in again.text(text)

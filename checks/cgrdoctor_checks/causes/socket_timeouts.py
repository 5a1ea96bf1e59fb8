"""Reading a dropped connection off the clock.

A firewall that drops packets makes Artifactory wait for its socket timeout, once or a few times (15 s and one retry
unless set: Terraform provider, Artifactory OSS 6.20). One such answer is chance, two are not.
"""

from __future__ import annotations

from collections.abc import Sequence

from cgrdoctor.net.step import Step
from cgrdoctor_checks.facts.artifactory.configuration import usual

DEFAULT: float = usual("socket_timeout") / 1000
"""Seconds of a remote's Socket Timeout unless set."""

MOST = 4
"""Timeouts in a row that are looked for: two requests, each with a retry."""

SLACK = 0.12
"""Part of the timeout by which each of them may last longer."""


def timeouts(step: Step, period: float) -> int | None:
    """How many socket timeouts of `period` seconds an answer took, None if it took no whole number of them."""
    count = round(step.seconds / period)
    if step.status is None or not 1 <= count <= MOST:
        return None
    late = step.seconds - count * period
    return count if -0.02 * period <= late <= SLACK * period * count else None


def stalled(steps: Sequence[Step], period: float) -> tuple[Step, ...]:
    """The answers that took whole socket timeouts, where at least two did; else none."""
    found = tuple(step for step in steps if timeouts(step, period) is not None)
    return found if len(found) >= 2 else ()

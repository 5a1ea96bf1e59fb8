"""At which stage Artifactory's way to Chainguard ends, as far as anything in this run tells.

The most direct observation counts: the words of an answer, Artifactory's own log, its own connection test, and last
the clock.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cgrdoctor_checks.causes.observations import Case, quoted
from cgrdoctor_checks.causes.socket_timeouts import DEFAULT, stalled
from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.artifactory.upstream_stages import (
    CONNECT_TIMEOUT,
    NAMED,
    PAGE,
    PROXY,
    UpstreamStage,
)
from cgrdoctor_checks.facts.artifactory.wording import upstream_stage


class Hint(msgspec.Struct, frozen=True):
    """A stage, the sentence that shows it, and the exchanges that prove it."""

    stage: UpstreamStage
    words: str
    evidence: tuple[str, ...]


def hints(case: Case) -> Iterator[Hint]:
    """Every hint there is, the most direct first."""
    for step in case.failures:
        if symptom(step) == "mime":
            yield Hint(PAGE, quoted(step), (step.exchange,))
        closed = symptom(step) == "upstream-transport" or step.name in ("config", "layer")
        stage = upstream_stage(step.message, step.path) if closed else None
        if stage is not None:
            yield Hint(stage, quoted(step), (step.exchange,))
    told = told_by_artifactory(case)
    if told is not None:
        yield told
    yield from _from_the_clock(case)


def told_by_artifactory(case: Case) -> Hint | None:
    """What Artifactory's own log, or its own connection test, says of its way upstream."""
    log = case.trace
    test = next((one for one in (case.egress, case.blob_test) if one is not None and one.reached is False), None)
    if log is not None and log.said == "transport" and log.stage in NAMED:
        return Hint(NAMED[log.stage], f"Artifactory logs {log.why}", log.exchanges)
    if log is not None and (log.said == "page" or log.mechanism == "mime"):
        return Hint(PAGE, f"Artifactory logs {log.why}{_answered(case)}", log.exchanges)
    if log is not None and log.status == 407:
        return Hint(PROXY, "Artifactory logs status 407", log.exchanges)
    if test is not None and test.reached is False:
        words = f"Artifactory, asked to connect to {test.endpoint}, says {test.said}"
        return Hint(NAMED.get(test.stage or "", PAGE), words, test.exchanges)
    return None


def _answered(case: Case) -> str:
    """What its own test adds: a success where cgr.dev has 401 for everybody."""
    odd = case.egress is not None and case.egress.succeeded
    return "; asked to connect to cgr.dev it succeeds, where cgr.dev itself says 401 to everybody" if odd else ""


def _from_the_clock(case: Case) -> Iterator[Hint]:
    """Where the words tell nothing: at least two answers that took whole socket timeouts."""
    periods = [r.socket_timeout for r in (case.settings.remotes if case.settings else ()) if r.socket_timeout]
    period = max(periods) / 1000 if periods else DEFAULT
    slow = stalled(case.failures, period)
    if slow:
        spans = " and ".join(f"{step.seconds:.1f} s" for step in slow)
        words = f"answers come after {spans}, whole multiples of the socket timeout of {period:g} s"
        yield Hint(CONNECT_TIMEOUT, words, tuple(step.exchange for step in slow))

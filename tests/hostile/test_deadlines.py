"""A run ends in time, and what it says of a peer rests on the time it gave that peer."""

import asyncio
import subprocess
import sys

import pytest
from acts import ACTS
from beneath import RAW, without_backlog
from front import Plan
from oracle import held
from runs import EVIL, HOST, NAMES, prepared, ran, sampled

from cgrdoctor.lab.world import BLOBS, CGR

NEAR = frozenset({"client-to-artifactory"})
LONG = ("--timeout", "10", "--upstream-timeout", "35")
STAGES = {
    "connect": "TCP connection",
    "tls": "TLS handshake",
    "headers": "HTTP response header",
    "body": "HTTP response body",
    "proxy": "proxy",
}
CASES = [(stage, deadline) for stage in STAGES for deadline in (2, 3, 5, 10)]


def everything(_asked):
    return True


def silent(nursery, authority, stage, deadline):
    """A run in a world in which every host is silent at this stage."""
    acts = {"headers": ACTS["silent-header"], "body": ACTS["silent-body"]}
    plan = Plan(when=everything, act=acts.get(stage), raw=RAW["silent"], proxy=ACTS["silent-header"])
    below = NAMES if stage == "tls" else ()
    with prepared(authority, plan, below=below, proxied=stage == "proxy") as setup:
        full = without_backlog() if stage == "connect" else None
        for host in (HOST, CGR, BLOBS, EVIL) if full else ():
            setup = setup.towards(host, full.getsockname()[1])
        return ran(nursery, setup, *LONG, "--deadline", str(deadline))


@pytest.mark.parametrize(("stage", "deadline"), sampled(CASES, 4))
def test_silence_everywhere_is_named_by_its_stage(nursery, authority, stage, deadline):
    for _ in range(2):
        seen = silent(nursery, authority, stage, deadline)
        if seen.seconds <= deadline + 1:
            break
    else:
        pytest.fail("twice longer than the deadline plus one second")

    held(seen, NEAR, certain=frozenset())
    assert STAGES[stage] in seen.report["diagnosis"][0]["summary"]
    assert (seen.status, seen.report["status"], seen.report["complete"]) == (1, "faulty", False)


def late(seconds):
    async def act(talk):
        await asyncio.sleep(seconds)
        await talk.send((await talk.honest()).bytes())

    return act


@pytest.mark.parametrize("host", [HOST, CGR])
def test_an_answer_that_the_end_of_the_run_cut_off_blames_nobody(nursery, authority, host):
    with prepared(authority, Plan(when=lambda asked: asked.host == host, act=late(1.2))) as setup:
        seen = ran(nursery, setup, *LONG, "--deadline", "3")

    held(seen, frozenset())
    assert (seen.status, seen.report["status"], seen.report["complete"]) == (3, "incomplete", False)
    assert seen.report["diagnosis"] == []


@pytest.fixture
def busy():
    """Four programs that compute all the time."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)]
    yield
    for loop in loops:
        loop.kill()
        loop.wait()


@pytest.mark.parametrize(("stage", "deadline"), sampled([("headers", 3), ("tls", 2), ("body", 5), ("connect", 3)], 4))
def test_deadlines_hold_beside_four_busy_programs(nursery, authority, busy, stage, deadline):
    for _ in range(2):
        seen = silent(nursery, authority, stage, deadline)
        if seen.seconds <= deadline + 1:
            break
    else:
        pytest.fail("twice longer than the deadline plus one second")

    held(seen, NEAR, certain=frozenset())
    assert seen.report["complete"] is False

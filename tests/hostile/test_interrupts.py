"""SIGINT and SIGTERM at any moment: a report of what was known by then, or no report yet, never a traceback."""

import json
import os
import pty
import random
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from acts import ACTS
from front import Plan
from oracle import nothing_broke
from published import conforms
from runs import WHOLE, prepared

SIGNALS = (signal.SIGINT, signal.SIGTERM)
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143}
AFTER = 200 if WHOLE else 10
BEFORE = 40 if WHOLE else 4
LONGEST = 0.8
"""Seconds after the first sign of life within which a signal comes; an undisturbed run takes about as long."""

WORLDS = {
    "healthy": Plan(),
    "silent": Plan(when=lambda _asked: True, act=ACTS["silent-header"]),
    "dripping": Plan(when=lambda _asked: True, act=ACTS["drip-body"]),
}
OUTPUTS = ("json", "md", "html", "xml", "zip")


@contextmanager
def terminal():
    """A terminal's two ends: the one that shows, and the path of the one to write to."""
    shows, writes = pty.openpty()
    try:
        yield shows, os.ttyname(writes)
    finally:
        os.close(shows)
        os.close(writes)


def heard(shows: int, seconds: float) -> bytes:
    """What appears on the terminal within so many seconds; the first piece of it."""
    return os.read(shows, 65536) if select.select([shows], [], [], seconds)[0] else b""


def drained(shows: int, until: float) -> bytes:
    """Everything that appears until a moment; a terminal nobody reads would hold the run up."""
    shown = b""
    while (left := until - time.monotonic()) > 0:
        shown += heard(shows, left)
    return shown


@pytest.fixture(scope="module", name="worlds")
def _worlds(authority):
    """Each world stands for all runs of this module."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield {name: stack.enter_context(prepared(authority, plan)) for name, plan in WORLDS.items()}


@pytest.mark.parametrize("seed", range(AFTER))
def test_a_signal_after_the_first_sign_of_life_leaves_a_valid_report(nursery, worlds, tmp_path, seed):
    chance = random.Random(seed)
    number = SIGNALS[seed % 2]
    setup = worlds[[*WORLDS][seed // 2 % len(WORLDS)]]
    stdout, file = tmp_path / "stdout", tmp_path / f"report.{OUTPUTS[seed % len(OUTPUTS)]}"
    argv = [setup.lab.image, *setup.arguments, "-f", "json", "-o", str(file)]
    with terminal() as (shows, name):
        pid = nursery.begin(argv, setup.environ, stdout, name)
        shown = heard(shows, 20)
        assert shown
        shown += drained(shows, time.monotonic() + chance.uniform(0, LONGEST))
        sent = alive(pid) and struck(pid, number)
        told = nursery.end()
        shown += drained(shows, time.monotonic() + 0.02)

    report = json.loads(stdout.read_text())
    conforms(report)
    assert b"Traceback" not in shown
    assert told["status"] == report["exit_status"]
    assert nothing_broke(report) == []
    assert file.stat().st_size > 0
    interrupted = report["status"] == "interrupted"
    assert told["status"] == STATUS[number] if interrupted else told["status"] in (0, 1, 3)
    assert not (interrupted and report["complete"])
    assert sent or not interrupted
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def struck(pid: int, number: int) -> bool:
    """Whether the signal found a process."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def alive(pid: int) -> bool:
    """Whether the run still works: one that has ended is not reaped before it is asked for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def takes(process: "subprocess.Popen[bytes]", number: int) -> bool:
    """Whether the process handles a signal itself, as the kernel lists it; the interpreter leaves SIGTERM alone."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    caught = next((line.split()[1] for line in lines if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (number - 1) & 1)


@pytest.mark.parametrize("seed", range(BEFORE))
def test_a_signal_before_that_ends_with_its_status(worlds, seed):
    chance = random.Random(seed)
    number, setup = SIGNALS[seed % 2], worlds["silent"]
    process = subprocess.Popen(
        [sys.executable, "-m", "cgrdoctor", setup.lab.image, *setup.arguments, "-f", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=setup.environ,
    )
    while not takes(process, signal.SIGTERM):
        assert process.poll() is None
    try:
        process.communicate(timeout=chance.uniform(0, 0.5))
    except subprocess.TimeoutExpired:
        process.send_signal(number)
    stdout, stderr = process.communicate(timeout=20)

    assert process.returncode == STATUS[number]
    assert stderr == b""
    assert not stdout or json.loads(stdout)["status"] == "interrupted"

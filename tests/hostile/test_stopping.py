"""A run that is stopped and goes on: what peers left undone meanwhile is nobody's fault but ours."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from front import Plan
from oracle import nothing_broke, pull_works
from published import conforms
from runs import prepared

SHORT = ("--timeout", "1", "--upstream-timeout", "1")
STOPPED = 1.4
"""Seconds for which a run is stopped: longer than it waits for a peer."""


def state(pid):
    """How the kernel names what a process does; `T` is stopped."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


class Meanwhile:
    """Peers that leave undone what was asked before or during the stop, and answer what is asked after it."""

    def __init__(self, how):
        self._how = how
        self.stopped, self.over = threading.Event(), threading.Event()

    async def __call__(self, talk):
        if self.over.is_set():
            await talk.send((await talk.honest()).bytes())
        elif self._how == "silence":
            await talk.silence()
        else:
            while not self.stopped.is_set():  # noqa: ASYNC110 - the flag is set by another thread
                await asyncio.sleep(0.005)
            talk.writer.transport.abort()


def stopped(nursery, setup, meanwhile, folder, *options, seconds=STOPPED):
    """A run that is stopped once the peers have heard of it: its status and report."""
    argv = [setup.lab.image, *setup.arguments, "-f", "json", *SHORT, *options]
    pid = nursery.begin(argv, setup.environ, folder / "stdout", folder / "stderr")
    while not setup.front.heard:
        time.sleep(0.001)
    os.kill(pid, signal.SIGSTOP)
    while state(pid) != "T":
        time.sleep(0.001)
    meanwhile.stopped.set()
    time.sleep(seconds)
    meanwhile.over.set()
    os.kill(pid, signal.SIGCONT)
    status = nursery.end()["status"]
    report = json.loads((folder / "stdout").read_text())
    conforms(report)
    assert nothing_broke(report) == []
    assert (status, (folder / "stderr").read_text()) == (report["exit_status"], "")
    return status, report


@pytest.mark.parametrize("how", ["silence", "reset"])
def test_what_was_under_way_is_asked_for_again(nursery, authority, tmp_path, how):
    meanwhile = Meanwhile(how)
    with prepared(authority, Plan(when=lambda _asked: True, act=meanwhile)) as setup:
        status, report = stopped(nursery, setup, meanwhile, tmp_path)

    assert report["diagnosis"] == []
    assert (status, report["status"], report["complete"]) == (0, "healthy", True), report["summary"]
    assert pull_works(report)


@pytest.mark.parametrize("how", ["silence", "reset"])
def test_a_run_that_is_stopped_beyond_its_deadline_ends_and_blames_nobody(nursery, authority, tmp_path, how):
    meanwhile = Meanwhile(how)
    with prepared(authority, Plan(when=lambda _asked: True, act=meanwhile)) as setup:
        status, report = stopped(nursery, setup, meanwhile, tmp_path, "--deadline", "2", seconds=2.2)

    assert report["diagnosis"] == []
    assert (status, report["status"], report["complete"]) == (3, "incomplete", False)


KEY = """
import os, select, signal, subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], process_group=0)
while not select.select([sys.stdin], [], [], 0.05)[0]:
    if child.poll() is not None:
        sys.exit(child.returncode % 256)
os.kill(child.pid, signal.SIGTSTP)
_, status = os.waitpid(child.pid, os.WUNTRACED)
assert os.WIFSTOPPED(status), status
time.sleep(5.5)
os.kill(child.pid, signal.SIGCONT)
sys.exit(child.wait() % 256)
"""
"""A shell with job control: what it runs has a group of its own and can be stopped by the terminal's key."""

HELD = """
import sys
import cgrdoctor.process.alarm as alarm
alarm.HELD = 0.2
from cgrdoctor.__main__ import command
command()
"""


def test_the_stop_key_stops_the_timer_too(authority, tmp_path):
    meanwhile = Meanwhile("silence")
    with prepared(authority, Plan(when=lambda _asked: True, act=meanwhile)) as setup:
        run = [sys.executable, "-c", HELD, setup.lab.image, *setup.arguments, "-f", "json", "--deadline", "5"]
        shell = subprocess.Popen(
            [sys.executable, "-c", KEY, *run],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=setup.environ,
            start_new_session=True,
        )
        while not setup.front.heard:
            assert shell.poll() is None
            time.sleep(0.001)
        meanwhile.over.set()
        stdout, _ = shell.communicate(b"heard\n", timeout=30)

    assert shell.returncode == json.loads(stdout)["exit_status"]

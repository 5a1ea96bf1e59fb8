"""The deadline counts from the moment the command began: a slow start is part of the whole run."""

import json
import subprocess
import sys
import time

from cgrdoctor.process import own

LATE = """
import sys, time
from cgrdoctor.process import own
own._began = time.monotonic() - 100
from cgrdoctor.cli import run
sys.exit(run(sys.argv[1:]))
"""
WORDS = ("acme.jfrog.io/cgr/acme.com/python:3.12", "--connect-to", ":443:127.0.0.1:9", "--no-direct", "-f", "json")


def test_a_start_that_took_longer_than_the_deadline_leaves_no_time():
    command = [sys.executable, "-c", LATE, *WORDS, "--deadline", "5"]

    done = subprocess.run(command, capture_output=True, env={"HOME": "/nonexistent"}, check=False, timeout=60)

    report = json.loads(done.stdout)
    assert (done.returncode, report["status"], report["exit_status"]) == (3, "incomplete", 3)


def test_a_run_within_another_program_begins_when_it_is_called(monkeypatch):
    monkeypatch.setattr(own, "_began", None)
    before = time.monotonic()

    assert before <= own.began() <= time.monotonic()

"""Whoever reads standard output: slowly, late, not at all. The files are written first, and the run ends."""

import json
import os
import pty
import signal
import time
from contextlib import ExitStack, contextmanager

import pytest
from acts import ACTS
from front import Plan
from plugins import installed, node
from published import conforms
from runs import prepared, sampled

from cgrdoctor.lab import FAULTS, healthy

IDLE = "cgrdoctor.process.outlet:IDLE"
AFTER_SIGNAL = "cgrdoctor.process.watchdog:AFTER_SIGNAL"
LONG = 30.0
"""Seconds that nobody waits for here."""

PIECE = 64 * 1024
"""Bytes that a pipe holds; a report is larger."""

WORLDS = {
    "healthy": (Plan(), healthy()),
    "faulty": (Plan(), FAULTS["token-authentication-disabled"].scenario().world),
    "silent": (Plan(when=lambda _asked: True, act=ACTS["silent-header"]), healthy()),
}


@pytest.fixture(scope="module", name="worlds")
def _worlds(authority):
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(prepared(authority, plan, world=world)) for name, (plan, world) in WORLDS.items()
        }


@pytest.fixture(name="begun")
def _begun(nursery, worlds, tmp_path):
    """A run whose standard output is a pipe: its number, the end to read from, the file it writes."""

    @contextmanager
    def begin(*options, world="healthy", constants=(), environ=()):
        pipe, file, setup = tmp_path / "pipe", tmp_path / "report.json", worlds[world]
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        argv = [setup.lab.image, *setup.arguments, "-f", "json", "-o", str(file), *options]
        environ = {**setup.environ, **dict(environ)}
        pid = nursery.begin(argv, environ, pipe, tmp_path / "stderr", constants={IDLE: LONG, **dict(constants)})
        os.set_blocking(reader, True)
        try:
            yield pid, reader, file
        finally:
            os.close(reader)

    return begin


def rest(reader):
    """Everything that is still to come."""
    return b"".join(iter(lambda: os.read(reader, PIECE), b""))


def written(file):
    """Waits until the file is there, and gives what it says."""
    while not file.exists():
        time.sleep(0.01)
    return json.loads(file.read_text())


def bit_by_bit(reader, seconds):
    """What comes while one byte is read at a time, with pauses, for so long."""
    taken, until = b"", time.monotonic() + seconds
    while time.monotonic() < until:
        taken += os.read(reader, 1)
        time.sleep(0.05)
    return taken


@pytest.mark.parametrize("delivering", sampled(["watchdog", "main", "deadline"], 3))
def test_a_slow_reader_gets_the_whole_document(nursery, begun, tmp_path, delivering):
    """He takes a byte at a time for longer than the deadline allows a run, and than he may take nothing."""
    options = () if delivering == "main" else ("--deadline", "2")
    environ = installed(tmp_path / "site", one=node(1, "time.sleep(600)")) if delivering == "watchdog" else {}
    world = "healthy" if delivering == "main" else "silent"
    with begun(*options, world=world, constants={IDLE: 0.6}, environ=environ) as (_, reader, file):
        known = written(file)
        report = json.loads(bit_by_bit(reader, 1.5) + rest(reader))
        told = nursery.end()

    conforms(report)
    assert report == known
    assert told["status"] == report["exit_status"] == (0 if delivering == "main" else told["status"])
    assert (tmp_path / "stderr").read_text() == ""


@pytest.mark.parametrize("world", ["healthy", "faulty"])
def test_a_reader_who_takes_nothing_is_given_up_and_may_still_come(nursery, begun, tmp_path, world):
    with begun(world=world, constants={IDLE: 0.3}) as (_, reader, file):
        status = nursery.end()["status"]
        shown = rest(reader)

    told = (tmp_path / "stderr").read_text()
    assert (status, told.count("\n")) == (3, 1)
    assert told.startswith("cgrdoctor: standard output cannot be written: nobody has read it for 0.3 s")
    report = json.loads(file.read_text())
    conforms(report)
    assert (report["exit_status"], report["complete"]) == (3, False)
    assert json.loads(shown)["run"] == report["run"]


def test_a_reader_who_goes_away_changes_nothing(nursery, begun, tmp_path):
    with begun() as (_, reader, file):
        written(file)
        os.read(reader, 10)
    status = nursery.end()["status"]

    assert (status, json.loads(file.read_text())["exit_status"]) == (0, 0)
    assert (tmp_path / "stderr").read_text() == ""


def test_a_pipe_that_does_not_block_gets_the_whole_document(nursery, begun):
    with begun() as (pid, reader, file):
        writer = os.open(f"/proc/{pid}/fd/1", os.O_WRONLY)
        known = written(file)
        os.set_blocking(writer, False)
        os.close(writer)
        report = json.loads(bit_by_bit(reader, 0.5) + rest(reader))

    assert nursery.end()["status"] == 0
    assert report == known


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_waiting_for_a_reader_who_takes_nothing(nursery, begun, number):
    with begun(constants={AFTER_SIGNAL: 0.3}) as (pid, _, file):
        known = written(file)
        os.kill(pid, number)
        status = nursery.end()["status"]

    assert (status, known["exit_status"]) == (128 + number, 0)


def test_a_signal_cuts_nothing_off_for_a_reader_who_reads(nursery, begun):
    with begun() as (pid, reader, file):
        known = written(file)
        os.kill(pid, signal.SIGTERM)
        report = json.loads(rest(reader))

    assert (nursery.end()["status"], report) == (0, known)


def test_a_second_signal_does_not_wait_for_the_reader(nursery, begun):
    with begun(constants={AFTER_SIGNAL: LONG}) as (pid, _, file):
        written(file)
        os.kill(pid, signal.SIGTERM)
        time.sleep(0.1)
        os.kill(pid, signal.SIGINT)

        assert nursery.end()["status"] in (130, 143)


@pytest.mark.parametrize("streams", ["output", "both"])
def test_a_terminal_that_stands_still_is_given_up(nursery, worlds, tmp_path, streams):
    setup, file = worlds["healthy"], tmp_path / "report.json"
    shows, writes = pty.openpty()
    try:
        name = os.ttyname(writes)
        argv = [setup.lab.image, *setup.arguments, "-f", "json", "-o", str(file), "-q"]
        nursery.begin(
            argv, setup.environ, name, name if streams == "both" else tmp_path / "stderr", constants={IDLE: 0.3}
        )
        status = nursery.end()["status"]
    finally:
        os.close(shows)
        os.close(writes)

    assert status == 3
    conforms(json.loads(file.read_text()))


def test_nobody_waits_for_who_does_not_read_standard_error(nursery, worlds, tmp_path):
    """A package says more there than a pipe holds."""
    setup, pipe = worlds["healthy"], tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    chatter = "threading.Thread(target=lambda: [print('x' * 1000) for _ in range(1000)]).start()\n"
    environ = {**setup.environ, **installed(tmp_path / "site", one=chatter + node(1, "raise ValueError"))}
    argv = [setup.lab.image, *setup.arguments, "-f", "json", "-v"]
    nursery.begin(argv, environ, tmp_path / "stdout", pipe)
    status = nursery.end()["status"]
    os.close(reader)

    report = json.loads((tmp_path / "stdout").read_text())
    conforms(report)
    assert (status, report["exit_status"]) == (3, 3)

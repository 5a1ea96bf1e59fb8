"""The terminal of `--ask` is as it was, however the run ends while a secret is being typed."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

import pytest

PASSWORD = "typed-canary-secret"
IMAGE = "acme.test/cgr-private/acme.com/python:3.12"
OWN = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
{more}
from cgrdoctor.__main__ import main
sys.exit(main())
"""
"""Takes the terminal for its own, as a shell's child has it."""

HELD = """
import time, anyio
from cgrdoctor.net.transport import Http
async def get(self, url, **how):
    await anyio.sleep(2)
    time.sleep(60)
Http.get = get
"""
CRASH = """
import os
from cgrdoctor.engine.board import Board
put = Board.put
def broken(self, outcome):
    if os.path.exists(os.path.join(os.environ["HOME"], "now")):
        raise ArithmeticError("a secret of its own")
    put(self, outcome)
Board.put = broken
"""


@pytest.fixture(name="asked")
def _asked(everywhere, tmp_path):
    """Runs the command on a terminal of its own, up to the question for a password; then `end` ends it."""
    ours, theirs = pty.openpty()

    def run(end, *words, more=""):
        command = [
            sys.executable,
            "-c",
            OWN.format(more=more),
            IMAGE,
            "--ask",
            *everywhere.arguments,
            "--no-direct",
            *words,
        ]
        environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DOCKER_HOST": "unix:///nonexistent"}
        before = termios.tcgetattr(theirs)
        with subprocess.Popen(
            command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, env=environ, start_new_session=True
        ) as process:
            shown = _until(ours, b"for none): ", b"")
            os.write(ours, b"bob\n")
            shown = _until(ours, b"Password or token for", shown)
            _wait(lambda: not echoes(theirs))
            assert not echoes(theirs)
            end(process, ours)
            stdout = process.communicate(timeout=30)[0]
        _wait(lambda: echoes(theirs))
        assert termios.tcgetattr(theirs) == before
        return process.returncode, stdout.decode(), shown.decode("utf-8", "replace")

    yield run
    os.close(ours)
    os.close(theirs)


def echoes(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def _until(terminal, words, shown):
    while words not in shown:
        assert select.select([terminal], [], [], 30)[0], shown
        shown += os.read(terminal, 65536)
    return shown


def _wait(ready, seconds=15.0):
    until = time.monotonic() + seconds
    while not ready() and time.monotonic() < until:
        time.sleep(0.01)


def nothing(_process, _terminal):
    """The deadline comes by itself."""


def types(text):
    return lambda _process, terminal: os.write(terminal, text)


def sends(*numbers):
    def send(process, _terminal):
        for number in numbers:
            process.send_signal(number)

    return send


@pytest.mark.parametrize(
    ("end", "words", "status"),
    [
        (nothing, ("--deadline", "5"), (1, 3)),
        (types(b"\x03"), (), (130,)),
        (types(b"\x04\n\n\n"), (), (0, 1, 3)),
        (sends(signal.SIGTERM), (), (143,)),
        (sends(signal.SIGINT, signal.SIGINT), (), (130,)),
        (sends(signal.SIGALRM), (), (-14,)),
        (sends(signal.SIGKILL), (), (-9,)),
    ],
)
def test_the_echo_is_on_again_however_it_ends(asked, end, words, status):
    returned, stdout, _ = asked(end, "-f", "json", *words)

    assert returned in status
    if returned in (0, 1, 3, 143):
        assert json.loads(stdout)["exit_status"] == returned


@pytest.mark.parametrize("more", [HELD, CRASH])
def test_and_where_the_run_itself_is_stuck_or_breaks(asked, tmp_path, more):
    def breaks(_process, _terminal):
        (tmp_path / "now").touch()

    returned, stdout, _ = asked(breaks, "-f", "json", "--deadline", "5", more=more)

    assert returned in (1, 3)
    assert json.loads(stdout)


def test_what_was_typed_is_used_and_never_shown(asked, everywhere):
    _, stdout, shown = asked(types(PASSWORD.encode() + b"\n\n\n\n"), "-f", "json", "--only", "token.rest")

    assert PASSWORD not in stdout + shown
    assert everywhere.told(PASSWORD) == {"acme.test"}


def test_nobody_is_asked_for_a_host_that_only_a_report_names(everywhere, tmp_path):
    """The question itself would say to whom the secret is about to go."""
    from cgrdoctor.credentials.keyring import Hosts, Keyring, Places
    from cgrdoctor.privacy.redact import Redaction

    ring = Keyring(Places({}, tmp_path), Redaction(), hosts=Hosts("evil.test", "evil.test"), ask=True)

    async def asks(_what):
        raise AssertionError

    ring._terminal.ask = asks  # the question itself must not be put
    import anyio

    assert anyio.run(ring.rest).credential is None
    assert anyio.run(ring.registry).credential is None

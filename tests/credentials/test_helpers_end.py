"""Whatever a credential helper starts ends with it, and none of our secrets is in its environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import anyio
import pytest

from cgrdoctor.credentials import helper
from cgrdoctor.process import foreign, kept

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a session of its own is out of reach")
TELLS = """echo '{"ServerURL":"x","Username":"bob","Secret":"hunter22"}'"""
SLEEPER = """sh -c 'echo $$ >>"$0"; exec sleep 60' "$(dirname "$0")/left" >/dev/null 2>&1"""
KEEPS_OUTPUT = """sh -c 'echo $$ >>"$0"; exec sleep 60' "$(dirname "$0")/left" 2>/dev/null"""
WAIT = 'while [ ! -s "$(dirname "$0")/left" ]; do sleep 0.01; done'
CHAIN = """[ "$2" = 0 ] && exec sleep 60; sh "$0" "$1" $(($2 - 1)) & echo $! >>"$1"; exit 0"""


@pytest.fixture(name="asking")
def _asking(tmp_path, monkeypatch):
    """Makes a helper of a script, asks it, and gives the answer; what it left is in `left`, by process ids."""
    monkeypatch.setattr(helper, "SECONDS", 5.0)

    def ask(script, environ=None, seconds=None):
        if seconds is not None:
            monkeypatch.setattr(helper, "SECONDS", seconds)
        program = tmp_path / "docker-credential-odd"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        (tmp_path / "chain.sh").write_text(CHAIN)
        around = {"PATH": f"{tmp_path}:/usr/bin:/bin", **(environ or {})}
        return anyio.run(partial(helper.ask, "odd", "acme.test", around))

    return ask


def living(file):
    """The processes named in a file that still run."""
    pids = file.read_text().split() if file.exists() else []
    return [pid for pid in pids if runs(pid)]


def until_written(file):
    while not file.exists() or not file.read_text():
        time.sleep(0.01)


def runs(pid):
    try:
        state = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


LEFT = {
    "in-the-background": f"{SLEEPER} & {WAIT}; {TELLS}",
    "deaf": f"(trap '' HUP TERM INT; {SLEEPER}) & {WAIT}; {TELLS}",
    "in-a-session": f"setsid {SLEEPER} & {WAIT}; {TELLS}",
    "a-daemon": f"(setsid {SLEEPER} &) ; {WAIT}; {TELLS}",
    "a-daemon-without-an-environment": f"(setsid env -i PATH=/usr/bin:/bin {SLEEPER} &); {WAIT}; {TELLS}",
    "stopped": f'(setsid {SLEEPER} &) ; {WAIT}; kill -STOP $(cat "$(dirname "$0")/left"); {TELLS}',
    "a-chain": f"""setsid sh "$(dirname "$0")/chain.sh" "$(dirname "$0")/left" 30 >/dev/null 2>&1 & {WAIT}; {TELLS}""",
    "many": f"for i in 1 2 3 4 5 6 7 8; do (setsid {SLEEPER} &); done; {WAIT}; {TELLS}",
}
"""What a helper leaves behind before it answers as it should."""


@linux
@pytest.mark.parametrize("name", LEFT)
def test_nothing_that_a_helper_leaves_behind_survives_it(asking, tmp_path, name):
    answer = asking(LEFT[name])

    assert (answer.username, answer.secret) == ("bob", "hunter22")
    assert (tmp_path / "left").read_text().split()
    assert living(tmp_path / "left") == []


@linux
@pytest.mark.parametrize(
    "script",
    [f"{KEEPS_OUTPUT} & {TELLS}", f"setsid {KEEPS_OUTPUT} & {WAIT}; {TELLS}", f"setsid {SLEEPER} & {WAIT}; sleep 60"],
)
def test_nor_where_it_gives_no_answer_in_time(asking, tmp_path, script):
    """As for docker, an answer has come when nobody holds the output any more."""
    answer = asking(script, seconds=1.0)

    assert answer.problem.kind == "helper-timeout"
    assert living(tmp_path / "left") == []


@linux
@pytest.mark.parametrize("signal_name", ["KILL", "STOP", "TERM", "INT", "HUP"])
def test_nor_where_it_turns_on_its_keeper(asking, tmp_path, signal_name):
    script = (
        f"""setsid {SLEEPER} & {WAIT}; echo $$ >>"$(dirname "$0")/left"; kill -{signal_name} $PPID; {TELLS}; sleep 1"""
    )

    asking(script, seconds=2.0)

    assert len((tmp_path / "left").read_text().split()) == 2
    assert living(tmp_path / "left") == []


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nor_where_this_command_is_killed(tmp_path, number):
    """The keeper hears that nobody is there any more."""
    program = tmp_path / "docker-credential-odd"
    program.write_text(f'#!/bin/sh\nsetsid {SLEEPER} &\n{WAIT}\necho $$ >>"$(dirname "$0")/left"\nsleep 60\n')
    program.chmod(0o755)
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "odd"}))
    words = [
        sys.executable,
        "-m",
        "cgrdoctor",
        "acme.test/key/org/image:1",
        "--docker-config",
        str(tmp_path),
        "--no-direct",
    ]
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    left = tmp_path / "left"
    with subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not (left.exists() and len(left.read_text().split()) == 2):
            time.sleep(0.02)
        process.send_signal(number)
        process.wait(20)

    until = time.monotonic() + 5
    while living(left) and time.monotonic() < until:
        time.sleep(0.01)
    assert len(left.read_text().split()) == 2
    assert living(left) == []


def test_a_helper_gets_what_it_needs_and_nothing_of_ours(asking, tmp_path):
    ours = {
        "CGRDOCTOR_ARTIFACTORY_TOKEN": "canary-1",
        "CGRDOCTOR_ARTIFACTORY_USER": "canary-2",
        "CGRDOCTOR_ARTIFACTORY_PASSWORD": "canary-3",
        "CGRDOCTOR_REGISTRY_PASSWORD": "canary-4",
        "CGRDOCTOR_CHAINGUARD_PASSWORD": "canary-5",
        "cgrdoctor_registry_password": "canary-6",
        "JF_ACCESS_TOKEN": "canary-7",
        "JF_PASSWORD": "canary-8",
        "JF_URL": "https://u:canary-9@acme.test",
        "CHAINGUARD_TOKEN": "canary-10",
        "DOCKER_AUTH_CONFIG": "canary-11",
        "CGRDOCTOR_SOMETHING_NEW": "canary-12",
    }
    theirs = {
        "HOME": "/home/bob",
        "AWS_PROFILE": "prod",
        "AWS_SECRET_ACCESS_KEY": "the helper's own",
        "GOOGLE_APPLICATION_CREDENTIALS": "/home/bob/key.json",
        "HTTPS_PROXY": "http://bob:the-helper-s-own@proxy.test:3128",
        "NO_PROXY": "acme.test",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/bus",
        "XDG_RUNTIME_DIR": "/run/user/1",
        "CHAINGUARD_IDENTITY_ID": "an-identity",
    }
    asking(f"env >{tmp_path}/seen; {TELLS}", {**ours, **theirs})
    seen = dict(line.partition("=")[::2] for line in (tmp_path / "seen").read_text().splitlines())

    assert "canary" not in (tmp_path / "seen").read_text()
    assert {name: seen.get(name) for name in theirs} == theirs
    assert (seen["BROWSER"], seen["CHAINGUARD_DEFAULT_SKIP_AUTO_LOGIN"]) == ("false", "true")
    assert seen["PATH"].endswith(":/usr/bin:/bin")


def test_standard_input_is_the_host_and_then_closed(asking, tmp_path):
    asking(f"cat >{tmp_path}/heard; cat >>{tmp_path}/heard; {TELLS}")

    assert (tmp_path / "heard").read_text() == "acme.test"


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        ("exit 3", "helper-failed", "status 3"),
        ("kill -9 $$", "helper-failed", "status -9"),
        ("exec yes", "helper-failed", "more than"),
        ("exec 1>&-; sleep 0.2; exit 0", "helper-failed", "no JSON"),
        ("sleep 60", "helper-timeout", "within 1 s"),
    ],
)
def test_how_it_ended_is_told_with_and_without_a_keeper(asking, monkeypatch, alone, script, kind, words):
    if alone:
        monkeypatch.setattr(foreign.sys, "platform", "darwin")

    problem = asking(script, seconds=1.0).problem

    assert problem.kind == kind
    assert words in problem.message


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize(
    ("mode", "text", "words"),
    [
        (0o644, "#!/bin/sh\n", "Permission denied"),
        (0o755, "\x7fELF nothing", "Exec format"),
        (None, "", "is not on PATH"),
    ],
)
def test_what_cannot_be_started_is_told(tmp_path, monkeypatch, alone, mode, text, words):
    if alone:
        monkeypatch.setattr(foreign.sys, "platform", "darwin")
    program = tmp_path / "docker-credential-odd"
    if mode is not None:
        program.write_text(text)
        program.chmod(mode)

    answer = anyio.run(partial(helper.ask, "odd", "acme.test", {"PATH": str(tmp_path)}))

    assert answer.problem.kind == "helper-missing"
    assert words in answer.problem.message


@linux
def test_a_call_that_is_cancelled_leaves_nothing_either(tmp_path):
    script = f"setsid {SLEEPER} &\n{WAIT}\nsleep 60"
    program = tmp_path / "docker-credential-odd"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(helper.ask, "odd", "acme.test", {"PATH": f"{tmp_path}:/usr/bin:/bin"})
            await anyio.to_thread.run_sync(until_written, tmp_path / "left")
            group.cancel_scope.cancel()

    anyio.run(main)

    assert living(tmp_path / "left") == []


@linux
def test_without_descriptors_it_is_a_helper_that_cannot_be_started(monkeypatch):
    def full():
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(kept.os, "pipe", full)
    answer = anyio.run(partial(helper.ask, "odd", "acme.test", {"PATH": "/usr/bin"}))

    assert "Too many open files" in answer.problem.message

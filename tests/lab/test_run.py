"""How a run ends, whatever happens: interrupted, out of time, without network, in every format alike."""

import json
import signal
import subprocess
from typing import get_args

import pytest
from examine import command, environment, examine, examine_in
from typed import typed

from cgrdoctor.config.values import Format
from cgrdoctor.lab import FAULTS, HEALTHY, healthy, running
from cgrdoctor.report.validate import problems


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_a_partial_report(number, status):
    world = FAULTS["connection-timeout"].scenario().world
    with running(world) as lab:
        process = subprocess.Popen(
            command(lab, "-f", "json", "--deadline", "30", "-v"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(lab),
        )
        while not lab_is_asked(process):
            pass
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)

    report = json.loads(stdout)
    assert (process.returncode, report["exit_status"], report["status"]) == (status, status, "interrupted")
    assert "Traceback" not in stderr


def lab_is_asked(process: "subprocess.Popen[str]") -> bool:
    """Whether the run has opened a socket, as the kernel lists it."""
    with open(f"/proc/{process.pid}/net/tcp", encoding="ascii"):
        pass
    import os

    links = []
    for name in os.listdir(f"/proc/{process.pid}/fd"):
        try:
            links.append(os.readlink(f"/proc/{process.pid}/fd/{name}"))
        except OSError:
            continue
    return sum(link.startswith("socket:") for link in links) >= 4


@pytest.mark.parametrize("name", ["healthy", "token-authentication-disabled"])
def test_the_exit_status_is_the_same_in_every_format(name):
    scenario = (FAULTS.get(name) or HEALTHY[name]).scenario()
    with running(scenario.world) as lab:
        found = {form: typed(*command(lab, "-f", form)[3:], env=environment(lab))[0] for form in get_args(Format)}

    assert len(set(found.values())) == 1, found


def test_no_direct_sends_nothing_to_chainguard():
    with running(healthy()) as lab:
        seen = examine_in(lab, "--no-direct")
        asked = {request.host for request in lab.requests if "Artifactory/" not in str(request.headers)}

    assert asked == {"acme.jfrog.io"}
    assert seen.status == 0
    assert seen.report["unverified"]


def test_only_selects_checks_and_keeps_what_they_need():
    seen = examine(healthy(), "--only", "fields.url")

    judged = [check["id"] for check in seen.report["checks"] if check["status"] != "skip"]
    assert judged == ["fields.url"]
    assert problems(seen.stdout.encode(), "the report") == ()


def test_a_report_is_judged_again_offline(tmp_path):
    path = tmp_path / "report.json"
    seen = examine(FAULTS["remote-url-path"].scenario().world, "-o", str(path))

    status, stdout, _ = typed("report", "reanalyze", str(path), "-f", "json", env=environment(seen.lab))

    again = json.loads(stdout)
    assert [entry["code"] for entry in again["diagnosis"]] == seen.codes
    assert (status, path.stat().st_mode & 0o777) == (1, 0o600)

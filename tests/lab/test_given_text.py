"""A client's text in place of IMAGE: the reference in it is checked, and what it can mean is the first observation."""

import io
import json
import os
import subprocess
import sys

import pytest

from cgrdoctor.cli.pasting import standard_input
from cgrdoctor.config.encoded import decoded
from cgrdoctor.errors import UsageProblem
from cgrdoctor.lab import running, scenario

EVENT = (
    'Failed to pull image "{image}": rpc error: code = NotFound desc = failed to pull and unpack image "{image}": failed to '
    'resolve reference "{image}": {image}: not found'
)


def doctor(lab, *words, given="", **environment):
    command = [sys.executable, "-m", "cgrdoctor", *words, *lab.arguments, "-f", "json"]
    own = {**os.environ, **lab.environment, "HOME": "/nonexistent", **environment}
    done = subprocess.run(command, input=given.encode(), capture_output=True, env=own, timeout=90, check=False)
    return done.returncode, json.loads(done.stdout), done.stderr.decode().splitlines()


def test_an_event_leads_to_the_proven_cause():
    with running(scenario("pull-token-expired").world) as lab:
        named = ("--artifactory-url", f"https://{lab.image.partition('/')[0]}/artifactory")
        status, report, told = doctor(lab, "-", *named, given=EVENT.format(image=lab.image))

    assert (status, report["diagnosis"][0]["code"]) == (1, "pull-token-expired")
    assert told[0] == f"cgrdoctor: read {lab.image} from standard input"
    assert told[1].startswith("cgrdoctor: these words of kubelet can mean ")
    fact = report["facts"]["error-text"]
    assert (fact["observed_from"], fact["value"]["client"]) == ("ticket", "kubelet")
    assert "pull-token-expired" in fact["value"]["codes"]


def test_a_host_that_only_a_text_names_gets_no_secret():
    with running(scenario("healthy").world) as lab:
        command = [sys.executable, "-m", "cgrdoctor", "-", *lab.arguments, "-f", "json"]
        own = {**os.environ, **lab.environment, "HOME": "/nonexistent"}
        given = EVENT.format(image=lab.image).encode()
        done = subprocess.run(command, input=given, capture_output=True, env=own, timeout=90, check=False)

    sent = [header for request in lab.recorded for header in request.headers if "authorization" in str(header).lower()]
    assert "CGRDOCTOR_REGISTRY_PASSWORD" in done.stderr.decode()
    assert "--artifactory-url" in done.stderr.decode()
    assert not [header for header in sent if "YWxpY2U" in str(header)]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("a.io/b/c".encode("utf-16"), "UTF-16"),
        ("a.io/b/c".encode("utf-16-le"), "UTF-16 without a mark"),
        ("a.io/b/c".encode("utf-16-be"), "UTF-16 without a mark"),
        (b"\xef\xbb\xbfa.io/b/c", "UTF-8"),
        (b"\x93a.io/b/c\x94", "Windows-1252"),
        ("a.io/b/c".encode("utf-32"), "UTF-32"),
    ],
)
def test_foreign_encodings_are_read_and_named(data, encoding):
    text, named = decoded(data)

    assert ("a.io/b/c" in text, named) == (True, encoding)


def test_a_log_is_read_within_bounds(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("x" * (3 << 20)))

    text, lines = standard_input()

    assert (len(text), lines) == (1 << 20, ["only the first 1 MiB of standard input were read"])


def test_nothing_on_standard_input_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))

    with pytest.raises(UsageProblem, match="standard input is empty"):
        standard_input()

"""What a ticket holds is judged in place of REST: with no network, and beside what Artifactory shows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from examine import FOR_A_TEST, environment, examine
from typed import typed

from cgrdoctor.config import papers
from cgrdoctor.errors import UsageProblem
from cgrdoctor.lab import FAULTS, HEALTHY, running
from cgrdoctor.lab.world import BOB

sys.path.insert(0, str(Path(__file__).parents[1] / "given"))
from tickets import BLOCK, CANARY, INFO, KEY, as_json, rest

IMAGE = f"acme.jfrog.io/{KEY}/acme.com/python:3.12"
NO_NETWORK = ("--connect-to", ":::9", "--no-direct", *FOR_A_TEST)
ALONE = {"PATH": "/nonexistent", "HOME": "/nonexistent"}


def offline(tmp_path, content, *words):
    """The report of a run that reaches nobody, and its exit status."""
    paper = tmp_path / "ticket"
    paper.write_bytes(content if isinstance(content, bytes) else content.encode())
    status, stdout, stderr = typed(IMAGE, "--given", str(paper), *words, *NO_NETWORK, env=ALONE)
    assert stdout, stderr
    report = json.loads(stdout)
    assert [check["summary"] for check in report["checks"] if check["status"] == "error"] == []
    assert CANARY not in stdout + stderr
    return report, status


def named(report):
    return {entry["code"]: entry for entry in report["diagnosis"]}


@pytest.mark.parametrize("content", [as_json(rest(enableTokenAuthentication=False)), BLOCK], ids=["rest", "terraform"])
def test_a_fault_is_found_in_a_paper_with_no_network(tmp_path, content):
    report, status = offline(tmp_path, content, "--only", "fields.*")

    entry = named(report)["token-authentication-disabled"]
    (check,) = (one for one in report["checks"] if one["id"] == "fields.token-authentication")
    assert (status, list(named(report)), entry["confidence"]) == (1, ["token-authentication-disabled"], "certain")
    assert any("ticket says so" in reason["text"] for reason in entry["because"])
    assert check["observed_from"] == report["facts"]["admin-view"]["observed_from"] == "ticket"
    files = [one for one in report["exchanges"] if one["id"] in entry["because"][0]["evidence"]]
    assert [(one["kind"], one["url"]) for one in files] == [("file", str(tmp_path / "ticket"))]


def test_a_paper_in_which_all_is_well_is_decided(tmp_path):
    report, status = offline(tmp_path, as_json(rest()), "--only", "fields.*")

    assert (status, report["status"], report["diagnosis"]) == (0, "healthy", [])
    assert report["summary"].startswith("8 of 9 selected checks pass, 1 not applicable; the pull was not looked at")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"url": "https://cgr.dev/v2/"}, "remote-url-mismatch"),
        ({"offline": True}, "remote-offline"),
        ({"blackedOut": True}, "remote-blacked-out"),
        ({"blockMismatchingMimeTypes": False}, "mime-blocking-disabled"),
        ({"excludesPattern": "acme.com/**"}, "exclude-pattern-blocks"),
        ({"username": "", "password": ""}, "remote-credentials-missing"),
        ({"username": "someone@acme.com"}, "remote-username-malformed"),
        ({"storeArtifactsLocally": False}, "cache-disabled"),
    ],
)
def test_each_setting_is_judged_as_if_artifactory_showed_it(tmp_path, fields, code):
    report, _ = offline(tmp_path, as_json(rest(**fields)), "--only", "fields.*")

    assert list(named(report)) == [code]


def test_members_of_a_virtual_are_judged_with_it(tmp_path):
    virtual = {"key": KEY, "rclass": "virtual", "packageType": "docker", "repositories": ["local", "cgr-remote"]}
    member = rest(key="cgr-remote", enableTokenAuthentication=False)
    report, status = offline(tmp_path, as_json(virtual, member), "--only", "fields.*")

    assert (status, named(report)["token-authentication-disabled"]["subject"]) == (1, "cgr-remote")


def test_a_paper_about_another_repository_is_said_and_not_judged(tmp_path):
    report, status = offline(tmp_path, as_json(rest(key="other", offline=True)), "--only", "fields.*")

    assert (status, report["status"], report["diagnosis"]) == (3, "incomplete", [])
    (check,) = (one for one in report["checks"] if one["id"] == "fields.availability")
    assert f"is about other, not about {KEY}" in check["summary"]
    (remark,) = (one for check in report["checks"] for one in check["findings"])
    assert (remark["code"], remark["severity"]) == ("given-settings-differ", "info")


def test_the_key_of_the_paper_is_read_from_the_reference(tmp_path):
    paper = tmp_path / "repository.json"
    paper.write_bytes(as_json(rest(key="docker", enableTokenAuthentication=False)))
    image = "docker.acme.example/acme.com/python:3.12"
    status, stdout, _ = typed(image, "--given", str(paper), "--only", "fields.*", *NO_NETWORK, env=ALONE)

    target = json.loads(stdout)["facts"]["target"]["value"]
    assert (status, target["repository"], target["access_method"], target["known_by"]) == (
        1, "docker", "subdomain", "ticket",
    )  # fmt: skip


# Beside what Artifactory shows


def test_what_artifactory_shows_counts_and_a_difference_is_a_line(tmp_path):
    paper = tmp_path / "repository.json"
    paper.write_bytes(as_json(rest(enableTokenAuthentication=False, username="9" * 40 + "/" + "9" * 16)))
    seen = examine(HEALTHY["healthy"].scenario().world, "--given", str(paper))

    (remark,) = (f for check in seen.report["checks"] for f in check["findings"] if "given" in f["code"])
    assert (seen.status, seen.codes, remark["severity"]) == (0, [], "info")
    assert f"{paper.name} has other settings of {KEY}" in remark["summary"]
    assert "enableTokenAuthentication true, false there" in remark["summary"]
    assert seen.report["facts"]["admin-view"]["observed_from"] == "here"


def test_a_paper_shows_what_rest_does_not_show_this_caller(tmp_path):
    """The caller pulls, and may read no settings: what the pull cannot tell, the paper does."""
    paper = tmp_path / "repository.json"
    paper.write_bytes(as_json(rest(enableTokenAuthentication=False)))
    with running(FAULTS["token-authentication-disabled"].scenario().world) as lab:
        own = {name: value for name, value in environment(lab).items() if "ARTIFACTORY" not in name}
        pulls = {"CGRDOCTOR_REGISTRY_USER": BOB.name, "CGRDOCTOR_REGISTRY_PASSWORD": BOB.password}
        words = (lab.image, *lab.arguments, "--given", str(paper), *FOR_A_TEST)
        status, stdout, stderr = typed(*words, env={**own, **pulls})

    report = json.loads(stdout)
    entry = report["diagnosis"][0]
    assert (status, entry["code"], entry["confidence"]) == (1, "token-authentication-disabled", "certain"), stderr
    assert report["facts"]["admin-view"]["observed_from"] == "ticket"


def test_a_paper_that_says_the_same_is_no_line(tmp_path):
    paper = tmp_path / "repository.json"
    paper.write_bytes(as_json({"key": KEY, "rclass": "remote", "packageType": "docker", "url": "https://cgr.dev/"}))
    seen = examine(HEALTHY["healthy"].scenario().world, "--given", str(paper))

    (check,) = (one for one in seen.report["checks"] if one["id"] == "fields.given")
    assert (seen.status, check["status"], seen.found) == (0, "pass", seen.found - {"given-settings-differ"})


# docker info


def test_docker_info_tells_platform_and_proxy(tmp_path):
    report, _ = offline(tmp_path, INFO, "--only", "docker.*")

    facts = report["facts"]
    assert (facts["docker-engine"]["value"]["state"], facts["docker-engine"]["observed_from"]) == ("given", "ticket")
    assert facts["docker-engine"]["value"]["release"] == "24.0.7"
    (remark,) = (one for check in report["checks"] for one in check["findings"] if check["id"] == "docker.proxy")
    assert remark["severity"] == "info"
    assert "through http://proxy.acme.example:3128" in remark["summary"]
    assert "xxxxx" not in json.dumps(report)


# What is typed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--given", "-", "--pod", "-"], "at most one '-'"),
        (["--given", "-", "--given", "-"], "at most one '-'"),
        (["--given", "/nonexistent"], "cannot be read"),
        (["--given", str(Path(__file__).parent)], "cannot be read"),
        (["--given", "/dev/zero"], "is larger than"),
        (["--given", "/dev/null"], "is empty"),
        (["--given", __file__], "GET /api/repositories/KEY"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(words, said):
    status, stdout, stderr = typed(IMAGE, *words, env=ALONE)

    assert (status, stdout, stderr.count("\n")) == (2, "", 1)
    assert said in stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b'{"key": "a", ',
        b'resource "artifactory_remote_docker_repository" "x" {\n  key = "abc\n}\n',
        b'resource "artifactory_remote_docker_repository" "x" {\n',
        b"Client:\n Version: 28.2.2\n Debug Mode: false\n",
    ],
    ids=["nothing", "a mark alone", "half JSON", "a text without end", "a block without end", "no engine"],
)
def test_a_refusal_says_what_is_taken_here(content, tmp_path):
    (tmp_path / "file").write_bytes(content)
    status, stdout, stderr = typed(IMAGE, "--given", str(tmp_path / "file"), env=ALONE)

    assert (status, stdout, stderr.count("\n")) == (2, "", 1)
    assert "give " in stderr
    assert "GET /api/repositories/KEY" in stderr or "docker info" in stderr
    assert "kubectl" not in stderr


def test_a_pipe_that_nobody_writes_to_is_given_up(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(papers, "PATIENCE", 0.1)

    with pytest.raises(UsageProblem, match="nothing ends what is written there"):
        papers.take_papers({"ticket": (tmp_path / "pipe",)}, {})


def test_standard_input_is_read(tmp_path):
    command = [sys.executable, "-m", "cgrdoctor", IMAGE, "--given", "-", "--only", "fields.*", *NO_NETWORK]
    done = subprocess.run(command, input=as_json(rest()), capture_output=True, env=ALONE, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["facts"]["admin-view"]["observed_from"] == "ticket"


def test_a_password_is_in_no_file_that_is_written(tmp_path):
    outputs = [tmp_path / f"report{suffix}" for suffix in (".json", ".md", ".html", ".xml", ".ndjson")]
    paper = tmp_path / "repository.json"
    paper.write_bytes(as_json(rest(description=f"login {CANARY}", offline=True)))
    words = [word for one in outputs for word in ("-o", str(one))]
    status, _, stderr = typed(IMAGE, "--given", str(paper), *words, "-vv", *NO_NETWORK, env=ALONE)

    assert status == 1, stderr
    assert [one.name for one in outputs if CANARY in one.read_text()] == []


def test_a_run_again_over_the_report_judges_the_paper_again(tmp_path):
    report, _ = offline(tmp_path, as_json(rest(enableTokenAuthentication=False)), "--only", "fields.*")
    kept = tmp_path / "report.json"
    kept.write_text(json.dumps(report))
    status, stdout, _ = typed("report", "reanalyze", str(kept), "-f", "json", env=ALONE)

    again = json.loads(stdout)
    assert (status, [one["code"] for one in again["diagnosis"]]) == (1, ["token-authentication-disabled"])
    assert again["facts"]["admin-view"]["observed_from"] == "ticket"

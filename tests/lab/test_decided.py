"""Healthy is what was seen to be well: what was left out, could not be looked at or was not asked is none of it."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from examine import command, environment, examine, examine_in
from typed import typed

from cgrdoctor.lab import FAULTS, HEALTHY, healthy, running
from cgrdoctor.lab.engine import Engine

PULL = HEALTHY["healthy-docker-pull"].scenario().world
"""Where `--pull` is given."""

USER = replace(healthy(), caller="user")


def run(*words, env=None):
    """The command from outside: exit status, lines of standard output, standard error."""
    status, stdout, stderr = typed(*words, env=env)
    return status, stdout.rstrip().splitlines(), stderr


def alone(*words):
    """Without anybody's configuration and away from every network."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV", "LANG") if name in os.environ}
    return run(*words, "--no-direct", env={**kept, "HOME": "/nonexistent"})


def shown(world, *options):
    with running(world) as lab:
        return run(*command(lab, *options)[3:], env=environment(lab))


UNDECIDED = [
    ("a check that could not look", USER, ["--only", "fields.patterns"], "fields.patterns could not look"),
    ("one of several that could not look", USER, ["--only", "fields.patterns", "--only", "pull.*"], "1 of 4"),
    ("a check that does not apply", healthy(), ["--only", "docker.pull"], "only --pull lets the engine pull"),
    ("a warning", FAULTS["mime-blocking-disabled"].scenario().world, ["--only", "fields.mime-blocking"], "warns"),
    ("what the pull needs is left out", healthy(), ["--skip", "pull.*"], "pull.through was left out"),
    ("only the pull is left out", healthy(), ["--skip", "pull.through"], "pull.through was left out"),
    ("both, which leaves too little", healthy(), ["--only", "docker.*", "--skip", "docker.engine"], "selected checks"),
    ("an engine that goes elsewhere", replace(PULL, proxy="none"), [], "docker.pull could not look"),
    ("the engine's pull is left out", PULL, ["--skip", "docker.pull"], "docker.pull was left out"),
]


@pytest.mark.parametrize(
    ("world", "options", "told"), [row[1:] for row in UNDECIDED], ids=[row[0] for row in UNDECIDED]
)
def test_what_was_not_seen_is_not_healthy(world, options, told):
    seen = examine(world, *options)
    status, lines, _ = shown(world, *options)

    assert (seen.report["status"], seen.report["complete"], seen.status) == ("incomplete", False, 3)
    assert told in seen.report["summary"]
    assert status == 3
    assert lines[0].startswith("INCOMPLETE: ")
    assert told in lines[0]
    assert lines[-1].startswith("INCOMPLETE")
    assert "HEALTHY" not in "\n".join(lines)
    assert "every requirement" not in "\n".join(lines)


def test_a_warning_counts_where_warnings_do():
    world = FAULTS["mime-blocking-disabled"].scenario().world

    seen = examine(world, "--only", "fields.mime-blocking", "--fail-on", "warn")

    assert (seen.report["status"], seen.status) == ("incomplete", 1)


@pytest.mark.parametrize("options", [["--only", "fields.url"], ["--skip", "pull.*"], ["--skip", "network.*"]])
def test_a_failure_is_one_whatever_else_was_looked_at(options):
    seen = examine(FAULTS["remote-url-v2"].scenario().world, *options)

    assert (seen.report["status"], seen.status) == ("faulty", 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "No IMAGE was given"),
        (["check"], "No IMAGE was given"),
        (["check", "--skip", "network.*"], "No IMAGE was given"),
        (["check", "--only", "fields.*"], "None of"),
        (["check", "--only", "network.other-hosts"], "None of 1 selected checks passes: --no-direct"),
    ],
)
def test_without_an_image_nothing_is_healthy(words, told):
    status, lines, _ = alone(*words)

    assert status == 3
    assert lines[0].startswith("INCOMPLETE: ")
    assert told in lines[0]
    assert "HEALTHY" not in "\n".join(lines)


def test_a_decided_selection_is_counted_and_not_called_healthy(tmp_path):
    options = ["--only", "fields.url", "--only", "fields.patterns"]
    files = [str(tmp_path / f"report.{suffix}") for suffix in ("json", "md", "html")]
    outputs = [word for file in files for word in ("-o", file)]

    status, lines, _ = shown(healthy(), *options, *outputs)

    report = json.loads(Path(files[0]).read_text())
    assert (status, report["status"], report["complete"], report["exit_status"]) == (0, "healthy", True, 0)
    assert lines[0] == "2 of 2 selected checks pass; the pull was not looked at"
    assert lines[-1].startswith("PASS")
    said = "\n".join([*lines, *(Path(file).read_text() for file in files[1:])]).replace(".healthy {", "")
    assert "healthy" not in said.lower()
    assert "every requirement" not in said
    assert "docker itself was not tried" not in said


def test_a_selection_that_saw_the_pull_says_so():
    _, lines, _ = shown(healthy(), "--only", "pull.through")

    assert lines[0] == "1 of 1 selected checks pass; the image pulls"
    assert lines[-1].startswith("PASS")


def test_every_requirement_is_counted():
    whole = examine(healthy()).report
    less = examine(healthy(), "--skip", "fields.url").report
    user = examine(USER).report

    assert whole["status"] == less["status"] == user["status"] == "healthy"
    number = whole["summary"].rpartition("of ")[2].rstrip(").")
    assert f"every requirement of the guide was verified ({number} of {number})" in whole["summary"]
    assert [one["subject"] for one in less["unverified"]] == ["URL is exactly https://cgr.dev/"]
    assert f"1 of the guide's {number} requirements" in less["summary"]
    assert f"{len(user['unverified'])} of the guide's {number} requirements" in user["summary"]


def test_the_engine_s_pull_is_seen_or_nothing_is_well():
    silent = replace(PULL, docker=replace(PULL.docker, engine=Engine("silent")))

    assert [examine(PULL).status, examine(silent).status] == [0, 1]


@pytest.mark.parametrize("options", [["--only", "fields.patterns"], ["--skip", "pull.*"], []])
def test_a_false_green_of_an_earlier_version_is_none_any_more(tmp_path, options):
    """What version 1.0 wrote where nothing was seen: healthy, exit status 0, every requirement verified."""
    world = USER if options else replace(healthy(), image="acme.jfrog.io/cgr-private/acme.com/python:3.12")
    with running(world) as lab:
        written = json.loads(examine_in(lab, *(options or ["--skip", "pull.*"])).stdout)
    if not options:
        written["run"]["options"] = {}
        written["target"]["image"] = None
    said = "Nothing wrong was found, and every requirement of the guide was verified."
    written |= {"schema_version": "1.0", "status": "healthy", "complete": True, "exit_status": 0, "summary": said}
    old, good = tmp_path / "old.json", tmp_path / "good.json"
    old.write_text(json.dumps(written))
    examine(healthy(), "-o", str(good))

    status, lines, _ = run("report", "show", str(old))
    assert status == 0
    assert lines[0].startswith("INCOMPLETE: ")
    assert "every requirement" not in "\n".join(lines)
    status, lines, _ = run("report", "reanalyze", str(old))
    assert (status, lines[0].partition(":")[0]) == (3, "INCOMPLETE")
    assert run("report", "merge", str(old))[1][0].startswith("incomplete")
    status, lines, _ = run("report", "diff", str(good), str(old))
    assert (status, "status     healthy -> incomplete" in lines) == (1, True)
    assert run("report", "diff", str(old), str(good))[0] == 0
    assert run("report", "validate", str(old))[0] == 0


def test_a_good_report_stays_good(tmp_path):
    file = tmp_path / "good.json"
    examine(healthy(), "-o", str(file))

    assert run("report", "show", str(file))[1][0].startswith("HEALTHY")
    status, lines, _ = run("report", "reanalyze", str(file))
    assert (status, lines[0].partition(":")[0], lines[-1].partition(" ")[0]) == (0, "HEALTHY", "HEALTHY")


def test_a_report_of_a_selection_is_judged_again_as_one(tmp_path):
    file = tmp_path / "report.json"
    examine(healthy(), "--only", "fields.url", "-o", str(file))

    status, lines, _ = run("report", "reanalyze", str(file))

    assert (status, lines[0]) == (0, "1 of 1 selected checks pass; the pull was not looked at")
    assert run("report", "merge", str(file))[1][0].startswith("pass")


@pytest.mark.parametrize(
    ("fault", "options", "status"),
    [
        ("healthy", [], 0),
        ("healthy", ["--only", "fields.url"], 0),
        ("healthy", ["--skip", "pull.*"], 1),
        ("healthy-user", ["--only", "fields.patterns"], 1),
        ("healthy", ["--only", "no.such"], 2),
        ("token-authentication-disabled", ["--only", "network.*"], 1),
    ],
)
def test_a_demonstration_is_right_only_where_the_doctor_decided(fault, options, status):
    found, lines, told = run("demo", "--fault", fault, *options)

    assert found == status
    assert status != 1 or ": wrong, " in told
    assert status != 1 or "HEALTHY" not in "\n".join(lines)


def test_a_report_that_lacks_today_s_facts_is_judged_again_whole(tmp_path):
    """Every fact that a check names stands in the report, and one that an older version never made is no deadline."""
    file, again = tmp_path / "old.json", tmp_path / "again.json"
    examine(healthy(), "-o", str(file))
    report = json.loads(file.read_text())
    for name in ("control-content", "blob-host-test", "invocation"):
        del report["facts"][name]
    file.write_text(json.dumps(report))

    status, lines, _ = run("report", "reanalyze", str(file), "-o", str(again))

    assert (status, lines[0].partition(":")[0]) == (0, "HEALTHY")
    assert run("report", "validate", str(again))[0] == 0
    assert "deadline" not in again.read_text().replace('"deadline": 15', "")

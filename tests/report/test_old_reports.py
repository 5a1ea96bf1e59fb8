"""Reports of schema version 1.0, one of each status, as that version wrote them: they stay of use for good."""

import json
import os
from pathlib import Path

import pytest
from typed import typed

from cgrdoctor.engine.again import NOT_THERE

WRITTEN = sorted((Path(__file__).parent / "of_1_0").glob("*.json"))
AGAIN = {"healthy": 0, "warning": 0, "faulty": 1, "incomplete": None, "interrupted": None}
"""Exit status of judging it again, where the facts in it decide that."""


def run(*words):
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return typed(*words, env={**environment, "HOME": "/nonexistent"})[:2]


def test_there_is_one_of_each_status():
    told = {file.stem: json.loads(file.read_bytes()) for file in WRITTEN}

    assert {name: report["status"] for name, report in told.items()} == {name: name for name in AGAIN}
    assert {report["schema_version"] for report in told.values()} == {"1.0"}


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.stem)
def test_an_old_report_is_shown_validated_redacted_and_judged_again(file, tmp_path):
    redacted = tmp_path / "redacted.json"

    assert run("report", "show", str(file))[0] == 0
    assert run("report", "validate", str(file))[0] == 0
    assert run("report", "redact", str(file), "-o", str(redacted))[0] == 0
    status, stdout = run("report", "reanalyze", str(file), "-f", "json")

    again, before = json.loads(stdout), json.loads(file.read_bytes())["facts"]
    assert AGAIN[file.stem] in (None, status)
    assert [check["id"] for check in again["checks"] if check["status"] == "error"] == []
    added = {name: fact for name, fact in again["facts"].items() if name not in before}
    assert before.keys() <= again["facts"].keys()
    assert {(fact["status"], fact["reason"]) for fact in added.values()} <= {("unobservable", NOT_THERE)}


def test_how_a_judgement_came_about_is_shown_as_observations_against_causes(tmp_path):
    status, stdout = run("report", "show", "--explain", str(WRITTEN[0].parent / "faulty.json"))

    lines = stdout.splitlines()
    assert status == 0
    assert any("! through manifest target: missing, unfound" in line for line in lines)
    assert any(line.startswith("token-authentication-disabled") and "N" in line for line in lines)
    assert any("remote-offline" in line and "ruled out: Offline is unchecked" in line for line in lines)
    assert lines[-1].startswith("=> token-authentication-disabled, certain")

"""What is on a terminal of 80 x 24 when the prompt is back: cause, fix and owner of every fault, on one screen.

`make test` looks at some worlds, `make worlds` at all.
"""

import json
import os
import re
import statistics
from pathlib import Path

import pytest
from rows import rows
from screen import on_a_terminal

from cgrdoctor.lab import FAULTS, HEALTHY

EVERY = 1 if os.environ.get("CGRDOCTOR_WORLDS") == "whole" else 8


KEPT = Path(__file__).parent / "__snapshots__" / "test_worlds.ambr"
"""The text of every world, which `make worlds` holds against what the doctor says."""
WORLD = re.compile(r"^# name: test_(the_fault|a_healthy)\w*\[(\S+)\]\n  '''\n(.*?)\n  '''$", re.MULTILINE | re.DOTALL)


def kept(kind):
    """Rows at 80 columns of the kept texts, by world."""
    texts = {
        name: re.sub("^  ", "", text, flags=re.MULTILINE)
        for one, name, text in WORLD.findall(KEPT.read_text())
        if one == kind
    }
    return {name: rows(text, 80) for name, text in texts.items()}


def test_half_of_the_faults_take_at_most_18_rows_and_none_of_the_healthy_more_than_12():
    """Of what is kept, so that it is of all worlds: without the rows that count checks, which depend on the machine."""
    faulty, healthy = kept("the_fault"), kept("a_healthy")

    assert len(faulty) > 0.9 * len(FAULTS)
    assert len(healthy) > 0.9 * len(HEALTHY)
    assert statistics.median(faulty.values()) <= 18
    assert max(healthy.values()) <= 12


def demonstrated(name, tmp_path):
    """The screen after `demo`, and the report beside it."""
    file = tmp_path / "report.json"
    shown = on_a_terminal("demo", "--fault", name, "-o", str(file))
    return shown, json.loads(file.read_text())


@pytest.mark.parametrize("name", list(FAULTS)[::EVERY])
def test_cause_fix_and_owner_are_on_the_screen_when_the_prompt_is_back(name, tmp_path):
    shown, report = demonstrated(name, tmp_path)

    first, screen = report["diagnosis"][0], "\n".join(shown.rows)
    said = "FAIL" if first["severity"] == "fail" else "WARN"
    assert shown.status == 0, screen
    assert shown.rows[-1] == "$", screen
    assert shown.rows[-2].startswith(f"{said} {first['code']}: "), screen
    assert shown.rows[-2].endswith(")"), screen
    assert any(row.startswith("  Fix  ") for row in shown.rows), screen
    assert any(row.startswith("  Owner  ") for row in shown.rows), screen
    assert len(report["diagnosis"]) > 1 or any(row.startswith(f"{said}  ") for row in shown.rows), screen


@pytest.mark.parametrize("name", list(HEALTHY)[::EVERY])
def test_a_healthy_run_is_short_and_ends_with_its_verdict(name, tmp_path):
    shown, report = demonstrated(name, tmp_path)

    screen = "\n".join(shown.rows)
    assert report["status"] == "healthy", screen
    assert shown.rows[-2].startswith(("HEALTHY", "WARN", "PASS")), screen
    assert len(shown.rows) - 2 <= 12, screen

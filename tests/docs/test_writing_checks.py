"""docs/writing-checks.md is followed to the letter: its package is installed, found, planned, judged and explained."""

import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cgrdoctor.config.settings import Invocation
from cgrdoctor.engine.discovery import load
from cgrdoctor.engine.plan import plan_catalogue

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-checks.md").read_text(encoding="utf-8")
TOML = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
MODULE, TEST = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
DIFF = re.search(r"```diff\n(.*?)```", PAGE, re.DOTALL)[1]
EDITED = dict(re.findall(r"^\+\+\+ b/(\S+)\n(.*?)(?=^--- |\Z)", DIFF, re.MULTILINE | re.DOTALL))


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The page's package as pip would install it: its module, and the entry point its pyproject.toml names."""
    project = tomllib.loads(TOML[0])["project"]
    package = tmp_path / "acme_checks"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "quota.py").write_text(MODULE)
    info = tmp_path / f"{project['name']}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in project["entry-points"].items()
    ]
    (info / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("acme_checks")]:
        del sys.modules[name]


def test_the_package_is_found_and_can_run(installed):
    catalogue = load()
    plan = plan_catalogue(catalogue, seeds=(Invocation,), only=("acme/*",))

    assert (catalogue.problems, plan.problems) == ((), ())
    assert [check.id for check in plan.checks] == ["acme/pull.quota"]
    assert "quota" in {probe.function.__name__ for probe in plan.probes}


def test_its_test_passes(installed):
    scope = {"__name__": "acme_checks.test_quota"}
    exec(compile(TEST, "writing-checks.md", "exec"), scope)
    tests = [value for name, value in scope.items() if name.startswith("test_")]

    assert tests
    for test in tests:
        test()


@pytest.mark.parametrize(
    ("name", "words"), [("acme/quota-low", "At zero every pull fails"), ("acme/pull.quota", "There is quota left")]
)
def test_it_is_explained_like_ours(installed, name, words):
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "cgrdoctor", "explain", name]
    text = subprocess.run(command, capture_output=True, text=True, env=environ, check=True, timeout=30).stdout
    data = subprocess.run([*command, "-f", "json"], capture_output=True, text=True, env=environ, check=True, timeout=30)

    assert words in " ".join(text.split())
    assert json.loads(data.stdout)


def test_every_step_the_page_names_exists():
    """What the page tells an author to import is there."""
    for module, names in re.findall(r"^from (cgrdoctor[\w.]*) import ([\w, ]+)$", MODULE + TEST, re.MULTILINE):
        found = importlib.import_module(module)
        assert [name for name in names.split(", ") if not hasattr(found, name)] == []


# The commit that adds a check of a field


def test_a_check_of_a_field_is_four_edits():
    """Its row, the check, its test, its world."""
    assert [name.partition("/")[0] for name in sorted(EDITED)] == ["cgrdoctor", "checks", "checks", "tests"]


@pytest.mark.parametrize("name", EDITED)
def test_what_the_page_shows_is_what_stands_there(name):
    """Every line that was added, in its order; what others wrote between them since changes nothing."""
    left = iter((ROOT / name).read_text(encoding="utf-8").splitlines())
    added = [line[1:] for line in EDITED[name].splitlines() if line.startswith("+")]

    assert added
    for line in added:
        assert line in left, f"{name} has changed since: show what {line!r} is now in docs/writing-checks.md"


def test_its_check_judges_and_its_world_has_it():
    from cgrdoctor.lab import scenario

    catalogue = load()
    check = next(name for name in EDITED if name.startswith("checks/cgrdoctor_checks/fields/"))
    worlds = re.findall(r'^\+ +"([a-z-]+)",$', "".join(EDITED.values()), re.MULTILINE)

    assert [found.id for found in catalogue.checks if found.origin.endswith(Path(check).stem)] == ["fields.url-slashes"]
    assert [scenario(name).expected for name in worlds if name != "remote-url-mismatch"] == [
        "remote-url-mismatch",
        None,
    ]

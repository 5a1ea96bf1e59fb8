"""The installed wheel alone: no source tree on the path."""

import json
import subprocess
import sys
from pathlib import Path

import cgrdoctor


def run(*arguments, timeout=60):
    command = [sys.executable, "-I", "-m", "cgrdoctor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


def test_it_is_the_wheel_that_is_tested():
    assert "site-packages" in Path(cgrdoctor.__file__).parts


def test_the_version_is_told():
    assert cgrdoctor.__version__ in run("--version").stdout


def test_the_checks_are_found():
    listed = json.loads(run("checks", "-f", "json").stdout)

    assert "fields.url" in json.dumps(listed)


def test_the_demo_names_its_fault():
    done = run("demo", "--fault", "token-authentication-disabled", "-f", "json")

    assert json.loads(done.stdout)["diagnosis"][0]["code"] == "token-authentication-disabled"
    assert done.returncode == 0

"""Runs the doctor from outside against a world of the lab, as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from published import conforms
from typed import typed

from cgrdoctor.lab import Lab, World, running

FOR_A_TEST = ("-f", "json", "--deadline", "15", "--timeout", "4")
"""Peers that are silent cost a test four seconds."""


@dataclass(frozen=True)
class Examined:
    """What came out: the report, the exit status, what was printed, what the servers received."""

    report: dict[str, Any]
    status: int
    stdout: str
    stderr: str
    lab: Lab = field(repr=False)

    @property
    def codes(self) -> list[str]:
        return [entry["code"] for entry in self.report["diagnosis"]]

    @property
    def found(self) -> set[str]:
        """The codes that any check found, remarks included."""
        return {finding["code"] for check in self.report["checks"] for finding in check["findings"]}


def environment(lab: Lab) -> dict[str, str]:
    """An environment without anybody's own configuration."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV", "LANG") if name in os.environ}
    return {**kept, "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", **lab.environment}


def command(lab: Lab, *options: str, image: str | None = None) -> list[str]:
    """The command line that leads into the world."""
    return [sys.executable, "-m", "cgrdoctor", image or lab.image, *lab.arguments, *options]


def examine(world: World, *options: str) -> Examined:
    """One run against a fresh instance of the world; its report is validated against the schema."""
    with running(world) as lab:
        return examine_in(lab, *options)


def examine_in(lab: Lab, *options: str) -> Examined:
    """One run against a running world, forked from a process that has loaded the command already."""
    words = command(lab, *FOR_A_TEST, *options)[3:]
    return _examined(lab, *typed(*words, env=environment(lab)))


def examine_by(lab: Lab, *prefix: str) -> Examined:
    """The same as a process of its own, that another command runs."""
    words = [*prefix, *command(lab, *FOR_A_TEST)]
    done = subprocess.run(words, capture_output=True, text=True, env=environment(lab), timeout=90, check=False)
    return _examined(lab, done.returncode, done.stdout, done.stderr)


def _examined(lab: Lab, status: int, stdout: str, stderr: str) -> Examined:
    report = json.loads(stdout)
    conforms(report)
    return Examined(report, status, stdout, stderr, lab)

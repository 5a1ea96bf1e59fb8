"""Runs the doctor from outside against a world of the lab, as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonschema

from cgrdoctor.lab import Lab, World, running

DEADLINE = "15"
TIMEOUT = "4"
"""Seconds for a step with a peer, so that a world in which somebody is silent takes no longer."""


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


def examine_in(lab: Lab, *options: str, prefix: Sequence[str] = ()) -> Examined:
    """One run against a running world; `prefix` is a command that runs it."""
    done = subprocess.run(
        [*prefix, *command(lab, "-f", "json", "--deadline", DEADLINE, "--timeout", TIMEOUT, *options)],
        capture_output=True,
        text=True,
        env=environment(lab),
        timeout=90,
        check=False,
    )
    report = json.loads(done.stdout)
    jsonschema.validate(report, schema())
    return Examined(report, done.returncode, done.stdout, done.stderr, lab)


@cache
def schema() -> dict[str, Any]:
    """The published schema."""
    done = subprocess.run([sys.executable, "-m", "cgrdoctor", "schema"], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found

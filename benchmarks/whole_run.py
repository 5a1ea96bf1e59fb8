"""A whole run against the lab: as it is, and with 100 ms added to every answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from statistics import median
from typing import Any

from benchmarks.row import Row
from cgrdoctor.lab import World, healthy, running

RUNS = 5
LATENCY = 0.1
LONGEST_CHAIN = 9
"""Dependent requests that a run may need one after the other."""


def rows() -> list[Row]:
    """Seconds of a healthy run; and its duration with slow answers against the longest chain of requests."""
    quick = median(_duration(healthy()) for _ in range(RUNS))
    slow = median(_duration(replace(healthy(), latency=LATENCY)) for _ in range(RUNS))
    return [
        Row("healthy run against the lab", quick, 1.0, "s"),
        Row(
            f"run with {LATENCY * 1000:.0f} ms latency against {LONGEST_CHAIN} dependent requests",
            slow / (LATENCY * LONGEST_CHAIN),
            1.25,
        ),
    ]


def _duration(world: World) -> float:
    with running(world) as lab:
        command = [sys.executable, "-m", "cgrdoctor", lab.image, *lab.arguments, "-f", "json"]
        environment = {**os.environ, **lab.environment, "HOME": "/nonexistent"}
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        report: dict[str, Any] = json.loads(done.stdout)
        return float(report["run"]["duration"])

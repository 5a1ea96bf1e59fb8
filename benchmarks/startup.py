"""`--version` and `--help` against an empty click group with as many commands."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from benchmarks.row import Row

PAIRS = 15
EMPTY = """
import click
@click.group()
@click.version_option("1", prog_name="empty")
def group(): pass
for name in {names!r}:
    group.add_command(click.Command(name, help="Does " + name + "."))
group()
"""


def rows() -> list[Row]:
    """One row for each of the two options."""
    from cgrdoctor.cli import COMMANDS

    names = sorted(COMMANDS)
    peer = [sys.executable, "-c", EMPTY.format(names=names)]
    ours = [sys.executable, "-m", "cgrdoctor"]
    return [
        Row(f"`{option}` against an empty click group", _ratio([*ours, option], [*peer, option]), 1.3)
        for option in ("--version", "--help")
    ]


def _ratio(ours: list[str], peer: list[str]) -> float:
    _seconds(ours), _seconds(peer)
    return median(_seconds(ours) / _seconds(peer) for _ in range(PAIRS))


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start

"""Plays a case: its world on loopback, the installed command in it as a user would call it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.field.case import Case
from benchmarks.field.judge import Said, Verdict, judge
from cgrdoctor.lab import Lab, running

PATIENCE = 660
"""Seconds after which a command is ended that does not end by itself; the longest deadline is 600."""

Run = Callable[[Sequence[str], Mapping[str, str], Path], tuple[int, str]]
"""Words of the command line, environment, an empty folder: exit status and standard output."""


@dataclass(frozen=True, slots=True)
class Played:
    """A case, what was said about it, and the judgement."""

    case: Case
    said: Said
    verdict: Verdict


def installed(words: Sequence[str], environment: Mapping[str, str], folder: Path) -> tuple[int, str]:
    """The console script beside this interpreter, in a process of its own. Raises FileNotFoundError."""
    command = [str(Path(sysconfig.get_path("scripts")) / "cgrdoctor"), *words]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=dict(environment),
            cwd=folder,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, ""
    return done.returncode, done.stdout.decode("utf-8", "replace")


def play(case: Case, run: Run = installed, keep: Path | None = None) -> Played:
    """One case. The report and the text are kept in the folder `keep`, by the name of the case."""
    with running(case.world) as lab, tempfile.TemporaryDirectory(prefix="cgrdoctor-field-") as home:
        place = Path(home) if keep is None else keep
        report = place / f"{case.name}.json"
        started = time.monotonic()
        status, text = run(command(case, lab, report), environment(case, lab, Path(home)), Path(home))
        seconds = time.monotonic() - started
        if keep is not None:
            (keep / f"{case.name}.txt").write_text(text, encoding="utf-8")
        said = Said(_read(report), status, text, seconds)
    return Played(case, said, judge(case.expect, said))


def command(case: Case, lab: Lab, report: Path) -> list[str]:
    """What is typed after the command's name: what leads into the world, the case's own, a report to judge."""
    port = str(lab.ports[case.world.host])
    own = [option.replace("{port}", port) for option in case.options]
    return [lab.image, *lab.arguments, *own, "-f", "text", "-o", str(report)]


def environment(case: Case, lab: Lab, home: Path) -> dict[str, str]:
    """Nothing of whoever plays; the world's, and on top the case's own, in which null takes a variable away."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    apart = {
        "HOME": str(home),
        "DOCKER_CONFIG": str(home),
        "XDG_CONFIG_HOME": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    changed: dict[str, str | None] = {**kept, **apart, **lab.environment, **case.environment}
    return {name: value for name, value in changed.items() if value is not None}


def _read(report: Path) -> Mapping[str, object] | None:
    with contextlib.suppress(OSError, ValueError):
        found: Mapping[str, object] = json.loads(report.read_bytes())
        return found
    return None


def play_all(cases: Sequence[Case], jobs: int, keep: Path | None = None) -> Iterator[Played]:
    """All of them, `jobs` at a time, in order."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda case: play(case, keep=keep), cases)

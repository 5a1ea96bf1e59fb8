"""Runs the doctor in simulated worlds and keeps what it said for `explain`: `python -m docs.examples [WORLD ...]`.

Without a name all worlds with a fault are run, which takes minutes. Nothing is kept of a run that was wrong.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import msgspec

from cgrdoctor.cli.demo import settings_in
from cgrdoctor.cli.worlds import isolated
from cgrdoctor.doctor import Examination
from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS, Scenario, running, scenario
from cgrdoctor.model import Report
from cgrdoctor.report import examples, text
from cgrdoctor.report.examples import Example, example_of

FILE = Path(examples.__file__).with_name(examples.KEPT)

BRIEF = {"timeout": 4.0, "deadline": 300.0}
"""Seconds: what is silent is waited for as in the tests; a busy machine breaks off no run."""

AT_ONCE = 8
"""Runs beside each other."""

LONGEST = 330
"""Seconds one run may take, whatever breaks."""


def main(names: Iterable[str]) -> int:
    """Replaces what is kept of these worlds, of all if none is named; 1 if one of them came out wrong."""
    wanted = list(names) or list(FAULTS)
    kept = {name: one for name, one in stored().items() if name in FAULTS}
    wrong = []
    load()
    text.prepare()
    for some in batched(wanted):
        made = made_in(some)
        made |= made_in([name for name in some if name not in made])
        wrong += [name for name in some if name not in made]
        kept |= made
        write(kept)
    sys.stderr.write("".join(f"the run in {name} was wrong; what was kept of it stays\n" for name in wrong))
    return 1 if wrong else 0


def stored() -> dict[str, Example]:
    """What is kept."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Example]) if FILE.exists() else {}


def write(kept: Mapping[str, Example]) -> None:
    """Each world in a paragraph of its own, the rows of a screen with one world a code."""
    chosen = set(representatives(kept).values())
    brief = {
        name: kept[name] if name in chosen else msgspec.structs.replace(kept[name], rows=()) for name in sorted(kept)
    }
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(brief), indent=1) + b"\n")


def representatives(kept: Mapping[str, Example]) -> dict[str, str]:
    """The world that shows a code: the one of its name, else the first that is kept with rows."""
    found: dict[str, str] = {}
    for name in sorted(kept, key=lambda name: (name != kept[name].code, name)):
        if kept[name].rows:
            found.setdefault(kept[name].code, name)
    return found


def batched(names: Sequence[str]) -> list[Sequence[str]]:
    """As many at a time as keep this machine busy while some of them wait."""
    return [names[place : place + AT_ONCE] for place in range(0, len(names), AT_ONCE)]


def made_in(names: Iterable[str]) -> dict[str, Example]:
    """What the doctor says in each of these worlds, in processes of their own; nothing of a run that is not right."""
    worlds = [scenario(name) for name in names]
    made = {
        world.name: one
        for world, started in [(world, _started(world)) for world in worlds]
        if (one := _ended(*started))
    }
    return {
        world.name: made[world.name]
        for world in worlds
        if world.name in made and made[world.name].code in (world.expected, *world.accept)
    }


def _started(world: Scenario) -> tuple[BaseProcess, Connection]:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_run, args=(world, theirs))
    child.start()
    theirs.close()
    return child, ours


def _ended(child: BaseProcess, outcome: Connection) -> Example | None:
    try:
        found = outcome.recv_bytes() if outcome.poll(LONGEST) else b""
    except EOFError:
        found = b""
    child.kill()
    child.join()
    return msgspec.json.decode(found, type=Example) if found else None


def _run(world: Scenario, outcome: Connection) -> None:
    def keep(report: Report) -> Report:
        one = example_of(report)
        outcome.send_bytes(msgspec.json.encode(one) if one else b"")
        return report

    with running(world.world) as lab, isolated(lab.environment):
        Examination(settings_in(lab, BRIEF), keep).run()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

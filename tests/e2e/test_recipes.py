"""The recipes of docs/fleet.md that need no engine of their own: typed as they stand there, on machines of the test's."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from netns import HOST, ZONE, machines, run, settings_of, staged
from shells import needed, shell

from docs.fleet_page import HAND, RUNNERS, SWEEP, printed

pytestmark = [pytest.mark.e2e, needed("ip")]
REFUSING = "10.99.0.7"
IMAGES = ("acme.com/python:3.12", "acme.com/no-such:1")


class Place(NamedTuple):
    """Two machines, the second of which has a wrong address, and a healthy world."""

    machines: tuple[str, ...]
    stage: dict[str, Any]

    def typed(self, command: str, folder: Path, machine: int = 0, **environ: str) -> tuple[int, str, str]:
        """A command in a shell on a machine."""
        words = ["ip", "netns", "exec", self.machines[machine], "sh", "-ec", command]
        logins = {name: value for name, value in self.stage["environment"].items() if name.startswith("CGRDOCTOR_")}
        return shell(shlex.join(words), folder, {"HOME": "/nonexistent", **logins, **environ})


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with machines(2) as (centre, names), staged(centre, ZONE, "healthy") as stage:
        run("ip", "-n", centre, "address", "add", f"{REFUSING}/24", "dev", "v0")
        for name in names:
            store = settings_of(name) / "ssl" / "certs"
            store.mkdir(parents=True)
            (store / "ca-certificates.crt").write_text(Path(stage["cacert"]).read_text())
        (settings_of(names[1]) / "hosts").write_text(f"{REFUSING} {HOST}\n")
        yield Place(tuple(names), stage)


def test_a_list_is_swept_gone_on_with_and_shared(place, tmp_path):
    (tmp_path / "images.txt").write_text("".join(f"{image}\n" for image in IMAGES))
    dry, whole, resumed, *shares = SWEEP.commands

    status, _, problems = place.typed(dry, tmp_path)
    assert (status, list(tmp_path.iterdir())) == (0, [tmp_path / "images.txt"]), problems

    status, _, problems = place.typed(whole, tmp_path)
    assert status == 1, problems
    assert verdicts(tmp_path / "sweep.ndjson") == {IMAGES[0]: "same", IMAGES[1]: "missing"}
    assert "<html" in (tmp_path / "sweep.html").read_text()

    lines = (tmp_path / "sweep.ndjson").read_text().splitlines(keepends=True)
    (tmp_path / "sweep.ndjson").write_text(lines[0] + lines[1][:40])
    status, _, problems = place.typed(resumed, tmp_path)
    assert status == 1, problems
    assert verdicts(tmp_path / "sweep.ndjson") == {IMAGES[0]: "same", IMAGES[1]: "missing"}

    found: dict[str, str] = {}
    for number, share in enumerate(shares):
        place.typed(share, tmp_path)
        part = verdicts(tmp_path / f"half-{number}.ndjson")
        assert not part.keys() & found.keys()
        found |= part
    assert found.keys() == set(IMAGES)


def verdicts(file: Path) -> dict[str, str]:
    lines = [json.loads(line) for line in file.read_text().splitlines() if line.endswith("}")]
    return {line["upstream_image"]: line["verdict"] for line in lines if "verdict" in line}


def test_lines_are_collected_by_hand(place, tmp_path):
    look, merge, pages = HAND.commands

    assert [place.typed(look, tmp_path, machine)[0] for machine in (0, 1)] == [0, 1]
    status, said, problems = place.typed(merge, tmp_path)
    assert (status, problems) == (0, "")
    assert said.startswith("2 reports of 1 node: 1 faulty, 1 healthy\n"), "both machines are this one by name"
    assert f"connection-refused ({HOST})" in said
    place.typed(pages, tmp_path)
    assert {"lines.html", "lines.md"} < {file.name for file in tmp_path.iterdir()}


def test_a_workflow_merges_what_its_runners_say(place, tmp_path):
    """Its steps in a shell as a runner has it, artifacts carried from the one to the other."""
    workflow = yaml.safe_load(printed(RUNNERS.manifest))
    look, merge = workflow["jobs"]["look"], workflow["jobs"]["merge"]
    runners = look["strategy"]["matrix"]["runner"]
    for number, runner in enumerate(runners):
        folder = tmp_path / "merge" / "verdicts" / f"verdict-{number}"
        folder.mkdir(parents=True)
        step = named(look, "Look")
        environ = {name: filled(value, runner, place.stage["environment"]) for name, value in step["env"].items()}
        status, _, problems = place.typed(step["run"], folder, number, **environ)
        assert status == 0, problems
        assert [file.name for file in folder.iterdir()] == [named(look, "Keep the line")["with"]["path"]]

    assert named(merge, "Bring the lines")["with"] == {"pattern": "verdict-*", "path": "verdicts"}
    step = named(merge, "Merge")
    status, _, problems = place.typed(
        step["run"], tmp_path / "merge", 0, GITHUB_STEP_SUMMARY="summary.md", **step["env"]
    )

    summary = (tmp_path / "merge" / "summary.md").read_text()
    assert (status, problems) == (0, "")
    assert summary.startswith("## cgrdoctor: 2 reports of 2 nodes: 1 faulty, 1 healthy\n")
    assert f"resolves to {REFUSING} there" in summary
    assert f"`{runners[1]}`" in summary


def named(job: Mapping[str, Any], name: str) -> dict[str, Any]:
    return next(step for step in job["steps"] if step["name"] == name)


def filled(value: str, runner: str, environment: Mapping[str, str]) -> str:
    """A value with GitHub's expressions in it evaluated; a secret that is not there is empty."""
    value = value.replace("${{ matrix.runner }}", runner)
    return re.sub(r"\$\{\{ secrets\.(\w+) \}\}", lambda found: environment.get(found[1], ""), value)

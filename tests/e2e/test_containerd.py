"""The doctor in an image of its own, run by containerd on three nodes as the printed DaemonSet has it, and merged."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from doctor_image import NAME, image
from netns import ADDRESS, HOST, ZONE, machines, run, settings_of, staged
from node_engine import LARGEST, VERDICT, Engine, engine
from printed import manifest, needed, shell

pytestmark = [pytest.mark.e2e, needed("ip", "nsenter", "buildah", "containerd", "ctr", "runc")]
NODES = ("node-a", "node-b", "node-c")
BROKEN = "node-b"
REFUSING = "10.99.0.7"


class Ran(NamedTuple):
    """What came of it: the manifest, the status and the termination message of the doctor on each node, and the status
    with which the container that waits ended."""

    text: str
    statuses: dict[str, int]
    messages: dict[str, str]
    waited: int


@pytest.fixture(scope="module")
def ran() -> Iterator[Ran]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cgrd-", ignore_cleanup_errors=True)))
        centre, names = stack.enter_context(machines(len(NODES)))
        stage = stack.enter_context(staged(centre, ZONE, "healthy"))
        run("ip", "-n", centre, "address", "add", f"{REFUSING}/24", "dev", "v0")
        (folder / "image").mkdir()
        archive = image(folder / "image")
        engines = []
        for node, name in zip(NODES, names, strict=True):
            lines = f"127.0.0.1 localhost\n{f'{REFUSING} {HOST}' if node == BROKEN else ''}\n"
            (settings_of(name) / "hosts").write_text(lines)
            (folder / node).mkdir()
            engines.append(stack.enter_context(engine(name, folder / node)))
        yield by_manifest(dict(zip(NODES, engines, strict=True)), archive, stage)


def by_manifest(engines: dict[str, Engine], archive: Path, stage: dict[str, Any]) -> Ran:
    text = manifest("kubernetes", stage["image"], "--image", NAME, "--secret", "cgrdoctor")
    pod = list(yaml.safe_load_all(text))[1]["spec"]["template"]["spec"]
    doctor, wait = pod["initContainers"][0], pod["containers"][0]
    assert doctor["terminationMessagePath"] == VERDICT

    def on(node: str) -> tuple[int, str]:
        engines[node].load(archive)
        environ = {**stage["environment"], "CGRDOCTOR_NODE": node}
        return engines[node].run("doctor", doctor["args"], environ, stage["cacert"])

    with ThreadPoolExecutor(len(NODES)) as pool:
        found = dict(zip(NODES, pool.map(on, NODES), strict=True))
    engines[NODES[0]].begin("wait", wait["args"])
    waited = engines[NODES[0]].end("wait")
    return Ran(
        text, {node: one[0] for node, one in found.items()}, {node: one[1] for node, one in found.items()}, waited
    )


def test_the_doctor_leaves_its_line_as_the_termination_message(ran):
    """On a read-only file system, as a user without a name or a home, whatever it found."""
    for node, message in ran.messages.items():
        line = json.loads(message)
        assert (line["node"], line["status"]) == (node, "faulty" if node == BROKEN else "healthy"), line["summary"]
        assert len(message.encode()) <= LARGEST
    assert set(ran.statuses.values()) == {0}, "or the Pod would begin again and again"


def test_what_waits_ends_when_the_pod_does(ran):
    assert ran.waited == 0


def test_the_merged_answer_is_that_of_any_other_engine(ran, tmp_path):
    """Cause, nodes and what separates them, from messages alone."""
    for node, message in ran.messages.items():
        (tmp_path / f"{node}.json").write_text(message)

    status, said, problems = shell("cgrdoctor report merge . -f json", tmp_path, {})

    assert (status, problems) == (0, "")
    answer = json.loads(said)
    assert (answer["counts"]["reports"], answer["counts"]["healthy"]) == (3, 2)
    assert [(one["code"], one["subject"], one["nodes"], one["separates"]) for one in answer["causes"]] == [
        (
            "connection-refused",
            HOST,
            [BROKEN],
            {"fact": f"{HOST} address", "here": REFUSING, "elsewhere": ADDRESS},
        )
    ]

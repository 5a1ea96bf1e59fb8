"""The playbook that `fleet manifest ansible` prints, run by Ansible on machines that the test makes, and merged."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from netns import ADDRESS, HOST, ZONE, machines, run, settings_of, staged
from shells import COMMANDS, needed, shell

from docs.fleet_page import HOSTS, printed, typed_next

pytestmark = [pytest.mark.e2e, needed("ip", "ansible-playbook")]
COUNT = 20 if os.environ.get("CGRDOCTOR_FLEET") == "whole" else 6
REFUSING = "10.99.0.7"
PROXY = f"{ADDRESS}:3128"
LINES = "cgrdoctor-verdicts"
GONE = "node-gone"
"""A host of the inventory at which nothing can be run; it has a line of an earlier day."""


@pytest.fixture(scope="module")
def run_by_ansible(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which the playbook was run, and the command that merges what it brought."""
    folder = tmp_path_factory.mktemp("ansible")
    with machines(COUNT) as (centre, names), staged(centre, ZONE, "healthy") as stage:
        run("ip", "-n", centre, "address", "add", f"{REFUSING}/24", "dev", "v0")
        text = printed(HOSTS.manifest)
        (folder / "cgrdoctor.yaml").write_text(text)
        (folder / "inventory").write_text(inventory(names, stage["cacert"]))
        (folder / LINES).mkdir()
        (folder / LINES / f"{GONE}.json").write_text(
            json.dumps({"schema_version": "1.1", "node": GONE, "status": "healthy"})
        )
        playbook, merge = typed_next(text)
        (folder / "left").mkdir()
        environ = {
            "TMPDIR": str(folder / "left"),
            "ANSIBLE_FORKS": "4",
            "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
            **stage["environment"],
        }
        status, said, problems = shell(playbook.replace("INVENTORY", "inventory"), folder, environ)
        assert status == 2, f"{said}\n{problems}"
        assert 'Cannot open network namespace "nowhere"' in said, said
        assert all(secret not in said + problems for secret in secrets(stage["environment"]))
    return folder, merge


def inventory(names: list[str], cacert: str) -> str:
    """Each machine trusts the world's authority; one has another address for Artifactory, one a proxy."""
    lines = []
    for number, name in enumerate(names):
        store = settings_of(name) / "ssl" / "certs"
        store.mkdir(parents=True)
        (store / "ca-certificates.crt").write_text(Path(cacert).read_text())
        wrapped = f"ip netns exec {name}"
        if number == 1:
            (settings_of(name) / "hosts").write_text(f"{REFUSING} {HOST}\n")
        if number == 3:
            wrapped += f" env HTTPS_PROXY=http://{PROXY}"
        lines.append(f"{node(number)} cgrdoctor_command='{wrapped} {COMMANDS}/cgrdoctor'")
    lines.append(f"{GONE} cgrdoctor_command='ip netns exec nowhere cgrdoctor'")
    head = f"[all:vars]\nansible_connection=local\nansible_python_interpreter={COMMANDS}/python\n"
    return "\n".join([*lines, head])


def node(number: int) -> str:
    return f"node-{number:02}"


def secrets(environment: dict[str, str]) -> list[str]:
    return [value for name, value in environment.items() if name.endswith(("PASSWORD", "TOKEN"))]


def test_the_merged_answer_names_causes_machines_and_what_separates_them(run_by_ansible):
    folder, merge = run_by_ansible

    status, said, problems = shell(f"{merge} -f json", folder, {})

    assert status == 3, problems
    answer = json.loads(said)
    assert answer["missing"] == [GONE]
    assert (answer["counts"]["reports"], answer["counts"]["healthy"]) == (COUNT, COUNT - 2)
    assert {one["node"] for one in answer["reports"] if one["status"] == "healthy"} == {
        node(number) for number in range(COUNT) if number not in (1, 3)
    }
    found = {(one["code"], one["subject"]): (one["nodes"], one["separates"]) for one in answer["causes"]}
    assert found == {
        ("connection-refused", HOST): ([node(1)], {"fact": f"{HOST} address", "here": REFUSING, "elsewhere": ADDRESS}),
        ("proxy-unreachable", HOST): ([node(3)], {"fact": "proxy", "here": PROXY, "elsewhere": "none"}),
    }


def test_the_printed_command_says_it_in_sentences(run_by_ansible):
    folder, merge = run_by_ansible

    status, said, problems = shell(merge, folder, {})

    assert (status, problems) == (3, "")
    assert f"1 of {COUNT}: {HOST} resolves to {REFUSING} there; {COUNT - 2} healthy others have {ADDRESS}" in said
    assert f"1 of {COUNT}: proxy is {PROXY} there; {COUNT - 2} healthy others have none" in said
    assert f"Did not report: {GONE}" in said


def test_nothing_is_left_on_the_machines(run_by_ansible):
    """Each host's place for its line is removed, and its line is brought for the user alone to read."""
    folder, _ = run_by_ansible

    assert (folder / LINES).stat().st_mode & 0o077 == 0
    assert list((folder / "left").iterdir()) == []

"""`report verify`: mended is what was seen to be mended."""

import json
from dataclasses import replace

import pytest
from examine import command, environment, examine_in
from typed import typed

from cgrdoctor.lab import FAULTS, healthy, running
from cgrdoctor.lab.world import ARTIFACTORY, Cached

URL = f"https://{ARTIFACTORY}/artifactory"
SECRETS = "CGRDOCTOR_ARTIFACTORY_TOKEN, CGRDOCTOR_REGISTRY_PASSWORD"


def written(tmp_path, world):
    """A report about a world, and the diagnosis in it."""
    file = tmp_path / "before.json"
    with running(world) as lab:
        seen = examine_in(lab, "-o", str(file))
    return file, seen.codes


def verified(file, world, *options, named=True):
    """Standard output as lines, standard error and exit status of the command, run in another world."""
    with running(world) as lab:
        leading = command(lab)[4:]
        host = ["--artifactory-url", f"https://{world.host}/artifactory"] if named else []
        words = ("report", "verify", str(file), *leading, *host, *options)
        status, stdout, stderr = typed(*words, env=environment(lab))
    return stdout.splitlines(), stderr, status


FAULT = FAULTS["token-authentication-disabled"].scenario().world
HALF = FAULTS["mime-blocking-disabled"].scenario().world


def test_mended_is_0_and_says_so(tmp_path):
    file, codes = written(tmp_path, FAULT)

    lines, told, status = verified(file, healthy())

    assert codes == ["token-authentication-disabled"]
    assert (status, told) == (0, "cgrdoctor: mended: the image pulls, and token-authentication-disabled is gone\n")
    assert any(line.startswith("fixed") for line in lines)


def test_the_cause_found_again_is_1(tmp_path):
    file, _ = written(tmp_path, FAULT)

    _, told, status = verified(file, FAULT)

    assert (status, told) == (1, "cgrdoctor: not mended: token-authentication-disabled found again\n")


def test_another_cause_of_a_failing_pull_is_1(tmp_path):
    file, _ = written(tmp_path, FAULT)

    _, told, status = verified(file, FAULTS["remote-url-v2"].scenario().world)

    assert status == 1
    assert told.startswith("cgrdoctor: not mended: the pull fails, ")


def test_what_is_new_beside_a_pull_that_works_does_not_count(tmp_path):
    file, _ = written(tmp_path, FAULT)

    lines, told, status = verified(file, HALF)

    assert status == 0
    assert told.rstrip().endswith("; new: mime-blocking-disabled")
    assert any(line.startswith("new") and "mime-blocking-disabled" in line for line in lines)


def test_a_warning_of_the_report_counts_like_any_cause(tmp_path):
    file, codes = written(tmp_path, HALF)

    assert codes == ["mime-blocking-disabled"]
    assert [verified(file, world)[2] for world in (HALF, healthy())] == [1, 0]


def test_a_cause_that_nobody_could_look_at_is_3(tmp_path):
    file, _ = written(tmp_path, HALF)

    _, told, status = verified(file, replace(healthy(), caller="user"))

    assert status == 3
    assert (
        told
        == "cgrdoctor: not seen whether it is mended: mime-blocking-disabled: what found it could not look this time\n"
    )


@pytest.mark.parametrize("wire", ["refused", "untrusted", "silent-tls"])
def test_no_way_to_the_host_is_3(tmp_path, wire):
    file, _ = written(tmp_path, FAULT)

    _, told, status = verified(file, replace(healthy(), wire={ARTIFACTORY: wire}), "--timeout", "1")

    assert status == 3
    assert told.startswith(f"cgrdoctor: not seen whether it is mended: no way to {ARTIFACTORY}, ")


def test_the_way_found_shut_again_is_1(tmp_path):
    world = FAULTS["connection-refused"].scenario().world
    file, codes = written(tmp_path, world)

    assert codes == ["connection-refused"]
    assert verified(file, world)[2] == 1


@pytest.mark.parametrize("world", [FAULT, healthy()], ids=["the fault is still there", "mended"])
def test_secrets_withheld_are_named_and_nothing_is_decided(tmp_path, world):
    file, _ = written(tmp_path, FAULT)

    _, told, status = verified(file, world, named=False)

    assert status == 3
    (line,) = [line for line in told.splitlines() if "not seen whether" in line]
    assert [name for name in SECRETS.split(", ") if name not in line] == []
    assert f"were not sent to {ARTIFACTORY}" in line
    assert line.endswith(f"--artifactory-url {URL} names it")


def test_where_no_login_is_needed_none_is_missed(tmp_path):
    free = FAULTS["free-tag-unavailable"].scenario().world.artifactory_with(anonymous=True)
    file, codes = written(tmp_path, free)

    assert codes == ["free-tag-unavailable"]
    assert verified(file, free, named=False)[2] == 1


def test_a_cached_copy_mends_nothing(tmp_path):
    world = FAULTS["upstream-refused"].scenario().world
    file, _ = written(tmp_path, world)
    cached = world.repository_with("cgr-private", cached=(Cached("acme.com/python", "3.12"),))

    assert verified(file, cached)[2] == 1


def test_the_report_and_the_process_agree(tmp_path):
    file, _ = written(tmp_path, FAULT)
    after = tmp_path / "after.json"

    found = {form: verified(file, HALF, "-f", form, "-o", str(after))[2] for form in ("text", "json", "markdown")}

    assert set(found.values()) == {json.loads(after.read_text())["exit_status"]} == {0}


def test_a_selection_that_leaves_the_pull_out_decides_nothing(tmp_path):
    file, _ = written(tmp_path, FAULT)

    _, told, status = verified(file, healthy(), "--only", "fields.*")

    assert (status, told) == (3, "cgrdoctor: not seen whether it is mended: the pull was left out\n")
    assert verified(file, healthy(), "--only", "no.such")[2] == 2

"""Docker seen by whole runs: the platform it gives, the pull it makes, what of it stays out of the report."""

import json
import os
import pty
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from examine import command, environment, examine, examine_by, examine_in

from cgrdoctor.lab import FAULTS, HEALTHY, running
from cgrdoctor.lab.engine import Engine

PULL = HEALTHY["healthy-docker-pull"].scenario().world
IMAGE = PULL.image


def with_engine(engine, **changes):
    world = HEALTHY["healthy-docker"].scenario().world
    return replace(world, docker=replace(world.docker, engine=engine, **changes))


def checked(seen, name):
    return next(check for check in seen.report["checks"] if check["id"] == name)


def test_a_pull_is_an_effect_and_brings_the_registry_s_digest():
    with running(PULL) as lab:
        seen = examine_in(lab)
        logins = lab.engine.logins

    pulled = seen.report["facts"]["docker-pull"]["value"]
    through = seen.report["facts"]["pull-through"]["value"]["pull"]
    assert (pulled["outcome"], pulled["digest"]) == ("pulled", through["digest"])
    assert [effect["target"] for effect in seen.report["effects"] if effect["kind"] == "docker-pull"] == [IMAGE]
    assert [login["username"] for login in logins] == ["alice"]
    posted = [one for one in seen.report["exchanges"] if one["kind"] == "docker" and one["method"] == "POST"]
    assert [one["status"] for one in posted] == [200]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("head-request-refused", f"failed to resolve reference: unexpected status from HEAD request to {IMAGE}: 403"),
        ("login-not-requested", "pull access denied, repository does not exist or may require 'docker login'"),
    ],
)
def test_what_was_seen_to_stop_the_engine_is_the_failure_and_the_engine_is_not(name, words):
    world = FAULTS[name].apply(PULL)
    works, fails = world, replace(world, docker=replace(world.docker, engine=Engine(pull="fails", error=words)))

    told = {seen.status: seen.report["diagnosis"] for seen in (examine(works), examine(fails))}

    assert [(one["code"], one["severity"]) for one in told[0]] == [(name, "warn")]
    assert [(one["code"], one["severity"]) for one in told[1]] == [(name, "fail")]


def test_without_pull_the_engine_is_only_looked_at():
    with running(HEALTHY["healthy-docker"].scenario().world) as lab:
        seen = examine_in(lab)
        heard = [(method, target.rpartition("/")[2]) for method, target, _ in lab.engine.heard]

    assert set(heard) == {("GET", "version"), ("GET", "info"), ("GET", "json")}
    assert [effect for effect in seen.report["effects"] if effect["kind"] == "docker-pull"] == []


def test_the_engine_cannot_follow_a_mapping_and_is_not_asked_to():
    with running(replace(PULL, proxy="none")) as lab:
        seen = examine_in(lab)
        heard = {method for method, _, _ in lab.engine.heard}

    assert (seen.status, seen.codes, heard) == (3, [], {"GET"})
    assert checked(seen, "docker.pull")["status"] == "skip"
    assert "--connect-to" in checked(seen, "docker.pull")["summary"]
    assert "The Docker engine itself pulls the image" in [entry["subject"] for entry in seen.report["unverified"]]


@pytest.mark.parametrize(("options", "platform"), [((), "linux/arm64"), (("--platform", "linux/amd64"), "linux/amd64")])
def test_the_platform_is_the_engine_s_unless_one_is_asked_for(options, platform):
    seen = examine(with_engine(Engine(architecture="arm64")), *options)

    assert (seen.report["target"]["platform"], seen.codes) == (platform, [])


def test_a_silent_engine_holds_nothing_up():
    seen = examine(with_engine(Engine("silent")))

    assert seen.report["status"] == "healthy"
    assert seen.report["facts"]["wanted-platform"]["value"]["source"] == "machine"
    assert [finding["severity"] for finding in checked(seen, "docker.engine")["findings"]] == ["info"]


def test_an_old_copy_is_a_remark():
    seen = examine(HEALTHY["healthy-docker-old-copy"].scenario().world)

    found = checked(seen, "docker.image")["findings"]
    assert [(finding["code"], finding["severity"]) for finding in found] == [("docker-image-present", "info")]
    assert found[0]["expected"] == seen.report["facts"]["pull-through"]["value"]["pull"]["digest"]


@pytest.mark.parametrize(("how", "status", "codes"), [("stalls", 1, ["docker-pull-failed"]), ("crawls", 3, [])])
def test_a_pull_without_end_ends_with_the_run(how, status, codes):
    world = replace(PULL, docker=replace(PULL.docker, engine=Engine(pull=how)))

    seen = examine(world, "--deadline", "6")

    assert (seen.status, seen.codes) == (status, codes)


def test_another_digest_is_a_warning():
    world = replace(PULL, docker=replace(PULL.docker, engine=Engine(digest="sha256:" + "0" * 64)))

    seen = examine(world)

    assert seen.codes == ["docker-pull-failed"]
    assert seen.report["status"] == "warning"


def test_the_login_of_the_engine_s_proxy_stays_inside():
    engine = Engine(info={"HttpsProxy": "http://bob:Kanarienvogel-99@127.0.0.1:9"})
    with running(with_engine(engine)) as lab:
        seen = examine_in(lab, "-v")

    assert "Kanarienvogel" not in seen.stdout + seen.stderr
    assert seen.codes == ["docker-proxy-differs"]


def test_a_malformed_configuration_is_named_once():
    seen = examine(FAULTS["docker-config-invalid"].scenario().world)

    assert seen.codes == ["docker-config-invalid"]


def test_progress_is_shown_on_a_terminal():
    near, far = pty.openpty()
    with running(PULL) as lab:
        process = subprocess.Popen(
            command(lab, "-f", "json", "--deadline", "15"),
            stdout=subprocess.DEVNULL,
            stderr=far,
            env={**environment(lab), "TERM": "xterm"},
        )
        os.close(far)
        shown = b""
        try:
            while piece := os.read(near, 65536):
                shown += piece
        except OSError:
            pass
        finally:
            os.close(near)
        process.wait(30)

    assert b"docker pull: 1/1 layers" in shown


def test_a_socket_of_others_is_no_missing_engine():
    """What file modes refuse an ordinary user, root meets without the capability that overrides them."""
    ordinary = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    if ordinary and shutil.which("setpriv") is None:
        pytest.skip("root needs setpriv to give its rights away")
    with running(PULL) as lab:
        os.chmod(lab.environment["DOCKER_HOST"].removeprefix("unix://"), 0)
        refused = examine_by(lab, *ordinary)
        merely_looking = examine_by(replace(lab, arguments=tuple(a for a in lab.arguments if a != "--pull")), *ordinary)

    assert (refused.status, refused.codes) == (1, ["docker-permission-denied"])
    assert (merely_looking.status, merely_looking.codes) == (0, [])
    assert "docker-permission-denied" in merely_looking.found


def test_docker_of_this_machine_is_never_asked():
    """Every world leads to its own engine, or to none."""
    with running(HEALTHY["healthy"].scenario().world) as lab:
        address = lab.environment["DOCKER_HOST"].removeprefix("unix://")
        assert not os.path.exists(address)


OLD_SDK = """
import sys
from docker.transport.basehttpadapter import BaseHTTPAdapter
del BaseHTTPAdapter.get_connection_with_tls_context
from cgrdoctor.__main__ import main
sys.exit(main())
"""


def test_a_library_that_does_not_fit_is_our_trouble_and_stops_nothing_else():
    """docker 7.0 beside requests 2.32: the engine is well, and nothing is said of it."""
    with running(HEALTHY["healthy-docker"].scenario().world) as lab:
        words = [sys.executable, "-c", OLD_SDK, *command(lab, "-f", "json")[3:]]
        done = subprocess.run(words, capture_output=True, text=True, env=environment(lab), timeout=60, check=False)

    report = json.loads(done.stdout)
    statuses = {check["id"]: check["status"] for check in report["checks"]}
    assert (done.returncode, report["status"], report["diagnosis"]) == (3, "incomplete", [])
    assert (statuses["docker.engine"], statuses["pull.through"]) == ("error", "pass")
    assert "http+docker" in report["facts"]["docker-engine"]["reason"]
    assert report["facts"]["wanted-platform"]["value"]["source"] == "machine"

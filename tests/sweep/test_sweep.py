"""A sweep in the lab: verdicts, requests, exit statuses, what it writes, and how it goes on."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from examine import environment
from sweeping import HOST, KEY, NAMING, answering, counted, image, many, mixed, ours, sweep, words
from typed import typed

from cgrdoctor.lab import running
from cgrdoctor.lab.answers import Answer
from cgrdoctor.lab.world import CGR, Image

ALL = [image(f"acme.com/i{number}", tag) for number in range(8) for tag in "12"]


def told(lab):
    """What must not be told."""
    return [secret for secret in lab.secrets if len(secret) > 8]


def test_all_are_there_and_the_same(tmp_path):
    with running(many()) as lab:
        seen = sweep(lab, tmp_path, ALL)
        direct, through = counted(lab, CGR), counted(lab, HOST)
    assert seen.status == 0, seen.stderr
    assert seen.verdicts == {"same"}
    assert set(seen.lines) == set(ALL)
    assert seen.summary["counts"] == {"same": 16}
    assert direct["HEAD"] == 16
    assert direct["GET"] <= 1 + 0  # the ping
    assert through["HEAD"] <= 16 + 1  # the control image
    assert through.total() <= 2 * 16 + 5
    assert not any(secret in seen.stdout + seen.stderr for secret in told(lab))


def test_each_verdict(tmp_path):
    """`less` is served with another list of platforms, `torn` with a page."""
    less = Image("acme.com/less", ("1",), platforms=("linux/amd64",))
    world = mixed()
    mirrored = tuple(less if one.path == less.path else one for one in world.chainguard.images)
    world = world.artifactory_with(sees=mirrored)
    page = Answer(path=f"/v2/{KEY}/acme.com/torn/manifests/1", status=502, body=b"<html>Bad gateway</html>")
    world = answering(world, page)
    expected = {
        image("acme.com/i0"): ("same", None),
        image("acme.com/old"): ("stale", "cache-stale"),
        image("acme.com/young"): ("other-digest", None),
        image("acme.com/less"): ("other-platforms", "platform-unavailable"),
        image("acme.com/shut"): ("blocked", "xray-blocked"),
        image("acme.com/torn"): ("broken", None),
        image("acme.com/none"): ("missing", "image-not-found"),
        image("acme.com/i1", "9"): ("missing", "tag-not-found"),
        image("other.org/redis", "latest"): ("forbidden", "image-not-in-catalog"),
    }
    with running(world) as lab:
        seen = sweep(lab, tmp_path, [*expected, image("acme.com/i1", "1"), "nginx:1", "${TAG}"])
        never = [one for one in lab.requests if one.host == HOST and "/acme.com/none/" in one.path]
    found = {name: (line["verdict"], line["code"]) for name, line in seen.lines.items() if name in expected}
    assert found == expected
    assert seen.verdict("${TAG}") == "not-asked"
    assert seen.summary["others"] == {"count": 1, "images": ["nginx:1"]}
    assert seen.status == 1
    assert not never  # what is not at cgr.dev is not asked for through Artifactory
    stale = seen.lines[image("acme.com/old")]
    assert stale["age"] > 80_000
    assert stale["through"]["digest"] == stale["digest"] != stale["direct"]["digest"]


def test_nothing_is_sent_to_chainguard_without_the_direct_path(tmp_path):
    with running(many()) as lab:
        seen = sweep(lab, tmp_path, ALL[:4], "--no-direct")
        ours = counted(lab, CGR)
    assert (seen.status, seen.verdicts) == (0, {"there"})
    assert not ours
    assert any("--no-direct" in note for note in seen.summary["notes"])


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_storage_api_costs_ages_alone(tmp_path, status):
    shut = Answer(path="/artifactory/api/storage/.*", status=status, body=b"{}")
    with running(answering(many(), shut)) as lab:
        seen = sweep(lab, tmp_path, ALL)
        asked = [one for one in lab.requests if "/api/storage/" in one.path]
    assert (seen.status, seen.verdicts) == (0, {"same"})
    assert len(asked) == 1
    assert any(f"HTTP {status}" in note for note in seen.summary["notes"])


def test_only_the_cache_and_it_is_refused(tmp_path):
    shut = Answer(path="/artifactory/api/storage/.*", status=403, body=b"{}")
    with running(answering(many(30), shut)) as lab:
        seen = sweep(lab, tmp_path, [image(f"acme.com/i{number}") for number in range(30)], "--from-cache")
    assert seen.status in (1, 3)
    assert "403" in seen.summary["stopped"]
    assert seen.summary["counts"]["not-asked"] > 10


def test_only_the_cache_is_asked(tmp_path):
    with running(mixed()) as lab:
        seen = sweep(lab, tmp_path, [image("acme.com/old"), image("acme.com/i0")], "--from-cache")
        ours = [one for one in lab.requests if one.host == HOST]
    assert {name: line["verdict"] for name, line in seen.lines.items()} == {
        image("acme.com/old"): "there",
        image("acme.com/i0"): "missing",
    }
    assert seen.status == 1
    assert all(one.path.startswith("/artifactory/api/") for one in ours)


def test_a_dry_run_sends_nothing(tmp_path):
    file = tmp_path / "list"
    file.write_text("\n".join(ALL))
    with running(many()) as lab:
        status, stdout, _ = typed(*words(lab, str(file), "--dry-run", "-f", "json"), env=environment(lab))
        assert not lab.requests
    planned = json.loads(stdout)
    assert status == 0
    assert (planned["references"], planned["images"], planned["direct"], planned["through"]) == (16, 8, 16, 16)


BROKEN = {
    "token-authentication-disabled": lambda world: world.fields_with(KEY, enableTokenAuthentication=False),
    "connection-refused": lambda world: replace(world, wire={HOST: "refused"}),
    "artifactory-credentials-rejected": lambda world: replace(world, wrong_password=True),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_repository_is_said_once(tmp_path, code):
    with running(BROKEN[code](many())) as lab:
        seen = sweep(lab, tmp_path, ALL)
        asked = {name for one in lab.requests if one.host == HOST for name in re.findall(r"/acme.com/(i\d)", one.path)}
    assert seen.status == 1
    assert seen.summary["repository"]["code"] == code
    assert Counter(line["verdict"] for line in seen.lines.values()) == {"broken": 1, "not-asked": 15}
    assert {line["code"] for line in seen.lines.values()} == {code}
    assert asked <= {"i0"}


def test_refusals_stop_before_an_account_is_locked(tmp_path):
    """The control image pulls, then the login is refused everywhere."""
    refused = Answer(path=f"/v2/{KEY}/acme.com/.*", status=401, body=b"{}")
    with running(answering(many(40), refused)) as lab:
        seen = sweep(lab, tmp_path, [image(f"acme.com/i{n}") for n in range(40)])
        asked = [
            one for one in lab.requests if one.host == HOST and "/manifests/" in one.path and "/acme.com/" in one.path
        ]
    assert seen.status == 1
    assert "401 three times" in seen.summary["stopped"]
    assert len(asked) <= 3 + 6  # those that were under way
    assert seen.summary["counts"]["not-asked"] > 30


def test_a_limit_is_waited_out(tmp_path):
    limited = Answer(
        host=CGR, path="/v2/acme.com/i3/manifests/1", nth=(1,), status=429, headers=(("Retry-After", "1"),), body=b"{}"
    )
    with running(answering(many(), limited)) as lab:
        seen = sweep(lab, tmp_path, ALL)
    assert (seen.status, seen.verdicts) == (0, {"same"})


def test_a_token_that_ran_out_is_renewed(tmp_path):
    challenge = ("WWW-Authenticate", f'Bearer realm="https://{CGR}/token",service="{CGR}"')
    over = Answer(
        host=CGR, path="/v2/acme.com/i3/manifests/2", nth=(1,), status=401, headers=(challenge,), body=b"{}", delay=0.5
    )
    with running(answering(many(), over)) as lab:
        seen = sweep(lab, tmp_path, ALL)
        tokens = [one for one in lab.requests if one.path == "/token" and "i3" in one.query and ours(one)]
    assert (seen.status, seen.verdicts) == (0, {"same"})
    assert len(tokens) == 2


def test_no_faster_than_it_may(tmp_path):
    with running(many()) as lab:
        begin = time.monotonic()
        seen = sweep(lab, tmp_path, ALL[:8], "--rate", "10", "--no-direct")
        seconds = time.monotonic() - begin
    assert seen.status == 0
    assert seconds >= (seen.summary["requests"][HOST] - 1) / 10


def test_a_deadline_ends_it(tmp_path):
    late = Answer(host=CGR, path="/v2/acme.com/i7/manifests/.*", delay=30)
    with running(answering(many(), late)) as lab:
        seen = sweep(lab, tmp_path, ALL, "--deadline", "6", "--timeout", "30")
    assert seen.status == 3
    assert "deadline" in seen.summary["stopped"]
    assert {name for name, line in seen.lines.items() if line["verdict"] == "not-asked"} >= set(ALL[14:])


def test_a_limit_of_a_day_ends_it(tmp_path):
    limited = Answer(host=CGR, path="/v2/acme.com/.*", status=429, headers=(("Retry-After", "86400"),), body=b"{}")
    with running(answering(many(), limited)) as lab:
        seen = sweep(lab, tmp_path, ALL)
        asked = counted(lab, CGR)
    assert seen.status == 3
    assert seen.summary["counts"] == {"not-asked": 16}
    assert asked["HEAD"] <= 18


def test_it_goes_on_where_it_ended(tmp_path):
    """A half-written last line is asked for again, and so is what was asked with other options."""
    kept = tmp_path / "run.ndjson"
    with running(many()) as lab:
        first = sweep(lab, tmp_path, ALL[:10], "-o", str(kept))
        whole = kept.read_bytes().splitlines(keepends=True)
        kept.write_bytes(b"".join(whole[:9]) + whole[9][:40])
        before = counted(lab, CGR)["HEAD"]
        again = sweep(lab, tmp_path, ALL, "--resume", str(kept))
        asked = counted(lab, CGR)["HEAD"] - before
        other = sweep(lab, tmp_path, ALL, "--resume", str(kept), "--no-direct")
    assert (first.status, again.status, other.status) == (0, 0, 0)
    assert asked == len(ALL) - 9
    assert again.summary["carried"] == 9
    assert set(again.lines) == set(ALL)
    assert other.summary["carried"] == 0
    assert kept.stat().st_mode & 0o777 == 0o600


def test_pages_for_people_and_pipelines(tmp_path):
    page, suite = tmp_path / "matrix.html", tmp_path / "junit.xml"
    with running(mixed()) as lab:
        seen = sweep(
            lab,
            tmp_path,
            [image("acme.com/old"), image("acme.com/i0"), image("acme.com/none"), "${X}"],
            "-o",
            str(page),
            "-o",
            str(suite),
        )
    assert seen.status == 1
    cases = {case.get("name"): [child.tag for child in case] for case in ET.parse(suite).iter("testcase")}
    assert cases == {
        image("acme.com/old"): ["failure"],
        image("acme.com/i0"): [],
        image("acme.com/none"): ["failure"],
        "${X}": ["skipped"],
    }
    text = page.read_text()
    assert text.count("<tr>") == 1 + 4
    assert "<script" not in text
    assert not list(tmp_path.glob(".cgrdoctor-*"))


def test_text_for_a_person(tmp_path):
    file = tmp_path / "list"
    file.write_text("\n".join([image("acme.com/old"), image("acme.com/i0"), "nginx"]))
    with running(mixed()) as lab:
        status, stdout, stderr = typed(*words(lab, str(file)), env=environment(lab))
    assert status == 1
    assert stderr == ""
    assert "cache-stale" in stdout
    assert stdout.splitlines()[-1] == "FAIL  1 of 2 images is not there or not the same"
    assert max(map(len, stdout.splitlines()[-1:])) <= 80


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_what_is_known(tmp_path, number):
    """The last of the images is answered late: the others are known when the signal comes."""
    late = Answer(host=CGR, path="/v2/acme.com/i7/manifests/.*", delay=30)
    file, kept = tmp_path / "list", tmp_path / "run.ndjson"
    file.write_text("\n".join(ALL))
    with running(answering(many(), late)) as lab:
        command = [sys.executable, "-m", "cgrdoctor", *words(lab, str(file), "-f", "json", "-o", str(kept))]
        command[command.index("--timeout") + 1] = "60"
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(lab)
        ) as running_:
            lines = [json.loads(running_.stdout.readline()) for _ in range(14)]
            running_.send_signal(number)
            rest = [json.loads(line) for line in running_.stdout]
            assert running_.wait(20) == 128 + number
    assert {line["verdict"] for line in lines} == {"same"}
    assert {line["image"] for line in rest[:-1] if line["verdict"] == "not-asked"} == set(ALL[14:])
    assert rest[-1]["stopped"] == "interrupted"
    assert f"--resume {kept}" in rest[-1]["resume"]
    assert len(kept.read_text().splitlines()) == 17


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_doctor_looks_at_the_repository_is_the_sweeps(tmp_path, number):
    late = Answer(path=f"/v2/{KEY}/.*", delay=30)
    refused = Answer(path=f"/v2/{KEY}/chainguard/.*", status=502, body=b"{}", nth=(1,))
    file, kept = tmp_path / "list", tmp_path / "run.ndjson"
    file.write_text("\n".join(ALL))
    with running(answering(many(), refused, late)) as lab:
        command = [sys.executable, "-m", "cgrdoctor", *words(lab, str(file), "-f", "json", "-o", str(kept))]
        command += ["--upstream-timeout", "60"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(lab)) as child:
            while not any("/api/" in one.path and "/api/repositories" not in one.path for one in lab.requests):
                assert child.poll() is None  # what a sweep itself does not ask for before the control image
                time.sleep(0.05)
            child.send_signal(number)
            told = [json.loads(line) for line in child.stdout]
            assert child.wait(20) == 128 + number
    assert told[-1]["counts"] == {"not-asked": 16}
    assert told[-1]["stopped"] == "interrupted"
    assert len(kept.read_text().splitlines()) == 17


def test_a_look_at_the_repository_ends_with_the_sweep(tmp_path):
    """Everything through Artifactory hangs: neither the doctor nor the sweep outlives the deadline."""
    with running(answering(many(), Answer(path="/v2/.*", host=HOST, delay=60))) as lab:
        for _ in range(2):  # once may be a busy machine
            seen = sweep(lab, tmp_path, ALL, "--deadline", "7", "--timeout", "2", "--upstream-timeout", "30")
            if seen.summary["duration"] <= 7 + 1:
                break
    assert seen.status in (1, 3)
    assert len(seen.lines) == 16
    assert seen.summary["duration"] <= 7 + 1


def test_a_signal_while_pages_are_written_does_not_cut_them(tmp_path, monkeypatch):
    from cgrdoctor.sweep import pages

    html, page = pages.html, tmp_path / "matrix.html"

    def interrupted(*given):
        os.kill(os.getpid(), signal.SIGTERM)
        return html(*given)

    monkeypatch.setattr(pages, "html", interrupted)
    with running(many()) as lab:
        seen = sweep(lab, tmp_path, ALL[:2], "-o", str(page))
    assert (seen.status, seen.summary["counts"]) == (0, {"same": 2})
    assert page.read_text().endswith("</html>\n")


def test_where_nothing_is_left_to_ask_nothing_is_sent(tmp_path):
    kept = tmp_path / "run.ndjson"
    with running(many()) as lab:
        shares = [sweep(lab, tmp_path, ALL[:1], "--shard", f"{number}/4") for number in range(4)]
        sweep(lab, tmp_path, ALL[:2], "-o", str(kept))
        before = len(lab.requests)
        again = sweep(lab, tmp_path, ALL[:2], "--resume", str(kept))
        assert len(lab.requests) == before
    assert [one.summary["requests"] for one in shares if not one.lines] == [{}, {}, {}]
    assert (again.status, again.summary["counts"], again.summary["requests"]) == (0, {"same": 2}, {})


def test_secrets_stay_at_home_where_only_a_file_names_the_host(tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text(f'artifactory-url = "https://{HOST}/artifactory"\nrepository = "{KEY}"\n')
    file = tmp_path / "list"
    file.write_text("\n".join(ALL[:3]))
    with running(many()) as lab:
        line = [
            "sweep",
            "--images",
            str(file),
            *lab.arguments,
            "--config",
            str(settings),
            "-f",
            "json",
            "--timeout",
            "4",
        ]
        status, _, stderr = typed(*line, env=environment(lab))
        sent = [
            value for one in lab.requests if one.host == HOST for name, value in one.headers if name == "authorization"
        ]
    assert status in (1, 3)
    assert not [value for value in sent if value.lower().startswith("basic")]
    assert "CGRDOCTOR_REGISTRY_PASSWORD" in stderr
    assert "--artifactory-url" in stderr


def test_a_share_of_a_list(tmp_path):
    with running(many()) as lab:
        shares = [sweep(lab, tmp_path, ALL, "--shard", "2", JOB_COMPLETION_INDEX=index) for index in "01"]
    assert {name for one in shares for name in one.lines} == set(ALL)
    assert not set(shares[0].lines) & set(shares[1].lines)
    assert [one.status for one in shares] == [0, 0]


USAGE = {
    "no list": ([*NAMING], "--images"),
    "no repository": (["--images", "{list}", NAMING[0], NAMING[1]], "--repository"),
    "nothing of ours": (["--images", "{others}", *NAMING], "names no image"),
    "no rate": (["--images", "{list}", *NAMING, "--rate", "0"], "--rate"),
    "no share": (["--images", "{list}", *NAMING, "--shard", "9/3"], "--shard"),
    "no suffix": (["--images", "{list}", *NAMING, "-o", "x.pdf"], "-o"),
    "user information": (
        ["--images", "{list}", "--artifactory-url", "https://a:b3c4d5@x/artifactory"],
        "user information",
    ),
}


@pytest.mark.parametrize("case", USAGE)
def test_what_cannot_be_used_is_one_line(tmp_path, case):
    given, word = USAGE[case]
    (tmp_path / "list").write_text(ALL[0])
    (tmp_path / "others").write_text("nginx\nquay.io/a/b")
    line = [one.format(list=tmp_path / "list", others=tmp_path / "others") for one in given]
    status, stdout, stderr = typed("sweep", *line, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    assert (status, stdout) == (2, "")
    assert word in stderr
    assert len(stderr.splitlines()) == 1
    assert "b3c4d5" not in stderr


def test_references_come_by_standard_input():
    with running(many()) as lab:
        command = [sys.executable, "-m", "cgrdoctor", *words(lab, "-", "-f", "json")]
        pods = {"items": [{"kind": "Pod", "spec": {"containers": [{"image": one} for one in ALL[:2]]}}]}
        done = subprocess.run(
            command, input=json.dumps(pods).encode(), capture_output=True, env=environment(lab), timeout=60, check=False
        )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3


def test_every_code_it_tells_is_one_of_the_doctors():
    """Whoever reads a code can have it explained."""
    from pathlib import Path

    from cgrdoctor.engine.discovery import load
    from cgrdoctor.net import failure_code
    from cgrdoctor.sweep import verdict

    known = {code.name for code in load().codes.values()}
    source = Path(verdict.__file__).read_text() + Path(failure_code.__file__).read_text()
    told_codes = set(re.findall(r'Judgement\("[a-z-]+", "([a-z-]+)"', source))
    assert told_codes - known == set()
    assert told_codes


def said(lab, folder, references, *options):
    """The text for a person, line by line."""
    file = folder / "list"
    file.write_text("\n".join(references))
    _, stdout, stderr = typed(*words(lab, str(file), *options), env=environment(lab))
    assert stderr == ""
    return stdout.splitlines()


def test_quiet_leaves_causes_and_the_last_line(tmp_path):
    with running(mixed()) as lab:
        told = said(lab, tmp_path, [image("acme.com/old"), image("acme.com/i0"), "nginx"], "-q")
    assert [line.split() for line in told] == [
        ["2", "images:", "1", "same,", "1", "stale"],
        ["Causes"],
        ["1", "stale", "cache-stale"],
        ["FAIL", "1", "of", "2", "images", "is", "not", "there", "or", "not", "the", "same"],
    ]


def test_quiet_leaves_fix_and_owner_of_a_broken_repository(tmp_path):
    with running(BROKEN["token-authentication-disabled"](many())) as lab:
        told = said(lab, tmp_path, ALL, "-q")
    assert [line.split()[0] for line in told] == ["16", "Cause", "Fix", "Owner", "FAIL"]


@pytest.mark.parametrize("options", [("--from-cache",), ("--shard", "0/2"), ("--shard", "1/2")])
def test_healthy_is_said_only_where_a_pull_was_seen(tmp_path, options):
    """The storage API shows what is kept, not whether it pulls; an empty share shows nothing."""
    with running(mixed()) as lab:
        told = said(lab, tmp_path, [image("acme.com/old")], *options, "--no-direct")
    asked = told[0].startswith("1 ")
    word = "HEALTHY" if asked and "--shard" in options else "PASS"
    assert told[-1] == f"{word}  {'1 of 1 image is' if asked else '0 of 0 images are'} there"


def test_nobody_is_sent_back_for_what_can_never_be_asked(tmp_path):
    kept = tmp_path / "run.ndjson"
    with running(many()) as lab:
        seen = sweep(lab, tmp_path, [ALL[0], "${X}"], "-o", str(kept))
    assert (seen.status, seen.summary["counts"]) == (3, {"same": 1, "not-asked": 1})
    assert seen.summary["resume"] is None


PODS = {"apiVersion": "v1", "kind": "List", "items": []}


@pytest.mark.parametrize(
    "held",
    [
        "acme.jfrog.io/cgr-private/acme.com/i0:1\n", "\n# remarks\n", "[1]\n",
        json.dumps(PODS) + "\n", json.dumps(PODS, indent=4) + "\n",
    ],
)  # fmt: skip
def test_a_file_that_no_sweep_wrote_is_not_written_to(tmp_path, held):
    """The list itself, say, given to the wrong option."""
    file = tmp_path / "images"
    file.write_text(held)
    with running(many()) as lab:
        status, stdout, stderr = typed(*words(lab, "-", "--resume", str(file)), env=environment(lab))
        assert not lab.requests
    assert (status, stdout, stderr.count("\n")) == (2, "", 1)
    assert "--resume" in stderr
    assert file.read_text() == held


@pytest.mark.parametrize("held", ["", '{"ima', '{"image":"acme.jfrog.io/cgr-pri', "spaced"])
def test_a_file_that_a_sweep_began_goes_on(tmp_path, held):
    """Ended in the middle of its first line, or written anew by another program."""
    kept = tmp_path / "run.ndjson"
    with running(many()) as lab:
        if held == "spaced":
            sweep(lab, tmp_path, ALL[:1], "-o", str(kept))
            held = "".join(
                json.dumps(json.loads(line), sort_keys=True) + "\n" for line in kept.read_text().splitlines()
            )
        kept.write_text(held)
        again = sweep(lab, tmp_path, ALL[:2], "--resume", str(kept))
    assert again.status == 0
    assert again.summary["carried"] == held.count('"asked_with"')


def test_the_plan_of_what_is_left(tmp_path):
    kept, file = tmp_path / "run.ndjson", tmp_path / "list"
    file.write_text("\n".join(ALL))
    with running(many()) as lab:
        sweep(lab, tmp_path, ALL[:10], "-o", str(kept))
        before, whole = len(lab.requests), kept.read_bytes()
        file.write_text("\n".join(ALL))
        told = []
        for options in ((), ("--no-direct",)):
            status, stdout, _ = typed(
                *words(lab, str(file), "--dry-run", "--resume", str(kept), "-f", "json", *options), env=environment(lab)
            )
            told.append(
                (status, json.loads(stdout)["references"], json.loads(stdout)["through"], json.loads(stdout)["carried"])
            )
        assert len(lab.requests) == before
    assert told == [(0, len(ALL), len(ALL) - 10, 10), (0, len(ALL), len(ALL), 0)]
    assert kept.read_bytes() == whole


def test_a_file_at_home_is_resumed(tmp_path):
    """A shell leaves `--resume=~/FILE` as it stands."""
    with running(many()) as lab:
        sweep(lab, tmp_path, ALL[:10], "-o", str(tmp_path / "run.ndjson"))
        again = sweep(lab, tmp_path, ALL, "--resume=~/run.ndjson", HOME=str(tmp_path))
    assert again.summary["carried"] == 10

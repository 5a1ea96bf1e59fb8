"""The line of a run: short enough for a termination message, appended by many at once, left behind whatever happens."""

import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nursing import Nursery
from test_screen import cause, report
from typed import typed

from cgrdoctor.config.settings import Output, Settings
from cgrdoctor.errors import OutputProblem
from cgrdoctor.model import FactRecord, Remedy, Report
from cgrdoctor.report import put
from cgrdoctor.report import write as writing
from cgrdoctor.report.line import encode, line_of, unfinished_line
from cgrdoctor.report.write import deliver

KEYS = [
    "schema_version", "node", "image", "status", "exit", "complete", "codes", "subjects", "leg", "confidence", "owner",
    "seen", "summary", "fix", "report_sha256",
]  # fmt: skip
OF_1_0 = Path(__file__).with_name("of_1_0")
HOME = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"}


def fact(**value) -> FactRecord:
    return FactRecord(status="observed", value=value)


def with_facts(found: Report, **facts) -> Report:
    return msgspec.structs.replace(found, facts={name.replace("_", "-"): one for name, one in facts.items()})


def named(found: Report, node: str) -> Report:
    return msgspec.structs.replace(found, run=msgspec.structs.replace(found.run, node=node))


def observed(whole) -> set[str]:
    return {name for name, record in whole["facts"].items() if record["status"] == "observed"}


@pytest.mark.parametrize("file", sorted(OF_1_0.glob("*.json")), ids=lambda file: file.stem)
def test_show_makes_a_line_of_any_report(file):
    status, shown, _ = typed("report", "show", "-f", "line", str(file))

    whole, line = json.loads(file.read_text()), json.loads(shown)
    assert (status, list(line), shown.count("\n"), shown[-1]) == (0, KEYS, 1, "\n")
    assert line["status"] == whole["status"]
    assert line["codes"] == [entry["code"] for entry in whole["diagnosis"]]
    assert ("acme.jfrog.io address" in line["seen"]) == ("artifactory-path" in observed(whole))
    assert line["report_sha256"] is None


@pytest.mark.parametrize(
    ("tried", "in_dns", "shown"),
    [
        (["10.9.9.9"], ["10.1.0.1"], "10.9.9.9"),
        (["10.9.9.9"], [], "10.9.9.9"),
        (["10.1.0.3", "10.1.0.1"], ["10.1.0.1", "10.1.0.2", "10.1.0.3", "fd00::1"], "10.1.0.1 10.1.0.2 10.1.0.3"),
        (["fd00::1", "10.1.0.1"], ["10.1.0.1"], "10.1.0.1 fd00::1"),
        ([], ["10.1.0.1"], "timeout"),
    ],
    ids=["hosts file", "no DNS", "some of many", "no answer yet", "the system's resolver fails"],
)
def test_the_address_is_what_the_machine_itself_goes_to(tried, in_dns, shown):
    """Not what its name server would have said."""
    path = {
        "host": "acme.jfrog.io", "proxy": None, "addresses": [{"address": one} for one in tried],
        "names": [{"kind": "A", "rcode": "NOERROR", "addresses": in_dns}], "failure": {"stage": "dns", "kind": "timeout"},
    }  # fmt: skip

    line = line_of(with_facts(report(), artifactory_path=fact(path=path)))

    assert line.seen["acme.jfrog.io address"] == shown


def test_the_line_says_what_can_differ_between_machines():
    certificate = {"issuer": "organizationName=Acme,commonName=Acme Inspection CA"}
    path = {
        "host": "acme.jfrog.io", "proxy": None, "addresses": [{"address": "10.201.0.99", "certificate": certificate}],
        "names": [{"kind": "A", "rcode": "NOERROR", "addresses": ["10.201.0.99"]}],
    }  # fmt: skip
    outward = {
        "host": "cgr.dev",
        "proxy": None,
        "addresses": [],
        "names": [],
        "failure": {"stage": "dns", "kind": "nxdomain"},
    }
    answer = {
        "skew": 1209600.0,
        "headers": [["x-artifactory-node-id", "art-2"], ["X-JFrog-Version", "Artifactory/7.161.15 8"]],
    }
    found = with_facts(
        report(cause()),
        artifactory_path=fact(path=path),
        upstream_path=fact(path=outward),
        artifactory_ping=fact(step=answer),
        registry_login=fact(source=None),
        docker_engine=fact(state="running", release="28.0.1"),
    )

    seen = line_of(found).seen
    assert seen["acme.jfrog.io address"] == "10.201.0.99"
    assert seen["acme.jfrog.io issuer"] == "Acme Inspection CA Acme"
    assert seen["cgr.dev address"] == "nxdomain"
    assert (seen["proxy"], seen["login"], seen["clock"]) == ("none", "none", "14 days behind")
    assert (seen["client"], seen["Artifactory node"], seen["Artifactory version"]) == (
        "docker 28.0.1",
        "art-2",
        "7.161.15",
    )


foreign = st.text(st.characters(), max_size=6000) | st.sampled_from(
    ["\\" * 5000, "\u202e" * 3000, "\ud800" * 2000, '"' * 4096]
)


@given(foreign, foreign, foreign, st.lists(foreign, max_size=20), foreign)
@settings(max_examples=60)
def test_no_text_makes_it_longer_than_a_termination_message(summary, subject, fix, shown, node):
    found = report(*(cause(subject=subject, remedy=Remedy(summary=fix)) for _ in range(40)))
    paths = {f"fact-{number}": fact(source=text) for number, text in enumerate(shown)}
    found = named(msgspec.structs.replace(found, summary=summary, facts=paths), node)

    data = encode(line_of(found))

    line = json.loads(data)
    assert len(data) <= 4096
    assert (data.count(b"\n"), list(line), line["codes"][0]) == (1, KEYS, cause().code)


def test_of_what_is_too_long_the_fix_goes_first():
    def cut(size, **changes):
        found = report(cause(remedy=Remedy(summary="mend it " * size)))
        found = with_facts(found, registry_login=fact(source="a file"))
        return json.loads(encode(line_of(msgspec.structs.replace(found, **changes))))

    long = cut(2000)
    assert long["fix"].endswith("...")
    assert len(json.dumps(long)) > 3900
    assert (long["summary"], long["seen"]["login"]) == (report(cause()).summary, "a file")
    longer = cut(2000, summary="it is broken " * 1000)
    assert (longer["fix"], longer["seen"]["login"]) == (None, "a file")
    assert longer["summary"].endswith("...")


def test_a_line_names_the_json_of_its_run(tmp_path):
    source = OF_1_0 / "faulty.json"
    status, _, problems = typed(
        "report", "show", str(source), "-q", "-o", str(tmp_path / "r.json"), "-o", str(tmp_path / "all.ndjson")
    )

    assert (status, problems) == (0, "")
    line = json.loads((tmp_path / "all.ndjson").read_text())
    assert line["report_sha256"] == sha256((tmp_path / "r.json").read_bytes()).hexdigest()


def test_lines_are_appended_and_a_half_written_one_stays_apart(tmp_path):
    file = tmp_path / "all.ndjson"
    file.write_bytes(b'{"node":"half')
    for _ in range(2):
        assert typed("report", "show", str(OF_1_0 / "faulty.json"), "-o", str(file))[0] == 0

    lines = file.read_bytes().split(b"\n")
    assert (lines[0], lines[3]) == (b'{"node":"half', b"")
    assert [json.loads(line)["exit"] for line in lines[1:3]] == [1, 1]


def _appends(path: str, number: int) -> None:
    for time_ in range(40):
        put.append(Path(path), encode(unfinished_line(f"node-{number}", None, f"{time_} " * 700, 3)))


def test_many_append_at_once_and_no_line_is_torn(tmp_path):
    file = tmp_path / "all.ndjson"
    workers = [get_context("fork").Process(target=_appends, args=(str(file), number)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert sorted({line["node"] for line in lines}) == [f"node-{number}" for number in range(6)]
    assert len(lines) == 240


def test_a_lock_that_stays_is_not_waited_for(tmp_path, monkeypatch):
    import fcntl

    monkeypatch.setattr(put, "PATIENCE", 0.0)
    file = tmp_path / "all.ndjson"
    with file.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OutputProblem, match="locked"):
            put.append(file, b"{}\n")


def test_a_report_that_changes_while_it_is_delivered_has_one_line(tmp_path, monkeypatch, capsys):
    """Standard output fails after the line was written: the line is mended, not added to."""

    def refuse(*_arguments, **_options):
        raise OutputProblem("standard output cannot be written: no space")

    monkeypatch.setattr(writing, "to_stdout", refuse)
    files = (Output(tmp_path / "a.ndjson", "line"), Output(tmp_path / "a.json", "json"))
    healthy = msgspec.structs.replace(report(), status="healthy", exit_status=0)

    final = deliver(Settings(outputs=files, verdict_to=tmp_path / "verdict"), healthy)

    lines = (tmp_path / "a.ndjson").read_text().splitlines()
    assert [json.loads(line)["exit"] for line in lines] == [3]
    assert json.loads((tmp_path / "a.json").read_text())["exit_status"] == final.exit_status == 3
    assert json.loads((tmp_path / "verdict").read_text()) == json.loads(lines[0])
    assert "no space" in capsys.readouterr().err


IMAGE = "127.0.0.1:9/cgr/acme.com/python:3.12"


def run(*words, **environ):
    return typed("check", *words, "--deadline", "8", "--timeout", "2", "--no-direct", env={**HOME, **environ})


def test_a_verdict_is_written_in_place_and_the_status_can_be_spared(tmp_path):
    file = tmp_path / "termination-log"
    file.write_text("x" * 9000)
    before = file.stat().st_ino

    status, shown, _ = run(IMAGE, "--verdict-to", str(file), "--exit-zero", "--node", "node-7", "-f", "json")

    verdict, whole = json.loads(file.read_text()), json.loads(shown)
    assert (status, file.stat().st_ino) == (0, before)
    assert verdict["exit"] == whole["exit_status"] == 1
    assert verdict["node"] == whole["run"]["node"] == "node-7"
    assert verdict["codes"] == [entry["code"] for entry in whole["diagnosis"]]
    assert verdict["report_sha256"] == sha256(shown.encode()).hexdigest()


def test_the_name_of_a_machine_comes_from_its_variable_or_from_nowhere():
    assert json.loads(run(IMAGE, "-f", "line", CGRDOCTOR_NODE="node-8")[1])["node"] == "node-8"
    assert json.loads(run(IMAGE, "-f", "line", HOSTNAME="elsewhere")[1])["node"] is None


@pytest.mark.parametrize(
    "words", [["--bogus"], ["a/b/c:{{tag}}"], ["--only", "nothing.like-it"], [IMAGE, "--platform", "nonsense"]]
)
def test_what_cannot_be_used_leaves_a_verdict_too(words, tmp_path):
    file = tmp_path / "verdict"

    status, _, problems = run(*words, "--verdict-to", str(file), "--exit-zero", "--node=n1")

    verdict = json.loads(file.read_text())
    assert (status, verdict["exit"], verdict["complete"], verdict["node"]) == (2, 2, False, "n1")
    assert verdict["summary"].rstrip(".") in problems


def test_what_is_refused_as_a_name_is_in_no_verdict(tmp_path):
    file = tmp_path / "verdict"

    assert run(IMAGE, "--verdict-to", str(file), "--node", "bob:hunter2-hunter2@node-1")[0] == 2
    assert json.loads(file.read_text())["node"] is None
    assert "hunter2" not in file.read_text()


def test_a_run_that_is_killed_does_not_leave_the_verdict_of_another(tmp_path):
    file = tmp_path / "verdict"
    file.write_text('{"status":"healthy"}\n')
    words = [
        sys.executable,
        "-m",
        "cgrdoctor",
        "10.255.255.1/cgr/acme.com/python:3.12",
        "--no-direct",
        "--deadline",
        "120",
    ]
    run_ = subprocess.Popen([*words, "--timeout", "100", "--verdict-to", str(file)], env=HOME, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # fmt: skip
    until = time.monotonic() + 60
    while "did not end" not in file.read_text() and time.monotonic() < until:
        time.sleep(0.05)
    run_.send_signal(signal.SIGKILL)
    run_.wait()

    verdict = json.loads(file.read_text())
    assert (verdict["status"], verdict["exit"], verdict["complete"]) == ("incomplete", 3, False)


@pytest.mark.parametrize("part", ["cgrdoctor.doctor:vocabulary", "cgrdoctor.cli.check:run_guarded"])
def test_a_crash_leaves_a_verdict(part, tmp_path):
    file = tmp_path / "verdict"
    words = ("check", IMAGE, "--verdict-to", str(file), "--exit-zero")
    with Nursery() as nursery:
        ended, _, stderr = nursery.run(words, HOME, tmp_path, constants={part: 7})

    verdict = json.loads(file.read_text())
    assert (ended["status"], verdict["exit"], verdict["complete"]) == (0, 3, False)
    assert "broke with TypeError" in verdict["summary"]
    assert "broke with TypeError" in stderr


@pytest.mark.parametrize("name", ["", "two\nlines", "n" * 300, "a\x1bb"])
def test_a_name_is_one_printable_line(name):
    status, stdout, problems = run(IMAGE, f"--node={name}")

    assert (status, stdout, problems.count("\n")) == (2, "", 1)
    assert "--node takes" in problems

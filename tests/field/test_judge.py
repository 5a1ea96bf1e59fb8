"""What is right, and how it is counted and printed."""

import json

import pytest

from benchmarks.field import judge as judging
from benchmarks.field.__main__ import main
from benchmarks.field.case import KEPT
from benchmarks.field.form import Expect
from benchmarks.field.judge import STANDS_FOR, Said, judge
from cgrdoctor.engine.discovery import load as load_codes

# The judgement


def said(*entries, status="faulty", exit_status=1, checks=(), text=""):
    report = {"status": status, "diagnosis": list(entries), "checks": [{"id": "a.b", "status": one} for one in checks]}
    return Said(report, exit_status, text, 0.1)


def entry(code, confidence="likely", leg="artifactory", severity="fail", **more):
    return {"code": code, "confidence": confidence, "leg": leg, "severity": severity, **more}


HEALTHY = said(status="healthy", exit_status=0, checks=("pass", "warn"))
WARNING = said(entry("a", severity="warn"), status="warning", exit_status=0, checks=("warn",))


@pytest.mark.parametrize(
    ("expect", "seen", "right"),
    [
        (Expect(codes=["a", "b"]), said(entry("b"), entry("c")), True),
        (Expect(codes=["a"]), said(entry("b"), entry("a")), False),
        (Expect(codes=["a"]), HEALTHY, False),
        (Expect(codes=["upstream-failed"]), said(entry("upstream-edge-refused")), True),
        (Expect(codes=["upstream-edge-refused"]), said(entry("upstream-failed")), False),
        (Expect(codes=[]), HEALTHY, True),
        (Expect(codes=[]), WARNING, True),
        (Expect(codes=[]), said(entry("a")), False),
        (Expect(codes=[]), said(status="incomplete", exit_status=3), False),
        (Expect(codes=[]), said(status="faulty", exit_status=0, checks=("fail",)), False),
        (Expect(codes=["a"], not_codes=["a"]), said(entry("a")), False),
        (Expect(codes=["a"], not_codes=["b"]), said(entry("a"), entry("b")), True),
        (Expect(codes=["a"], leg="cache"), said(entry("a")), False),
        (Expect(codes=["a"], leg="artifactory"), said(entry("a")), True),
        (Expect(codes=["a"], not_certain=True), said(entry("a", "certain")), False),
        (Expect(codes=["a"], not_certain=True), said(entry("a", "possible")), True),
        (Expect(codes=["a"], severity="fail"), said(entry("a", severity="warn")), False),
        (Expect(codes=[]), Said(None, 2, "", 0.1), False),
    ],
)
def test_what_is_right(expect, seen, right):
    assert judge(expect, seen).right == right


def test_wrong_and_certain_and_falsely_healthy_are_counted():
    certain = judge(Expect(codes=["a"]), said(entry("b", "certain")))
    healthy = judge(Expect(codes=["a"]), HEALTHY)

    assert (certain.certain, certain.healthy) == (True, False)
    assert (healthy.certain, healthy.healthy) == (False, True)
    assert not judge(Expect(codes=["b"]), said(entry("b", "certain"))).certain
    assert not judge(Expect(codes=[]), HEALTHY).healthy


def test_wants_are_looked_for_in_their_places(written, monkeypatch):
    remedy = {"summary": "mend it", "steps": ["Log in"], "commands": [{"command": "docker login"}]}
    seen = said(
        entry("a", summary="Cgr.dev\n serves it", remedy=remedy, rivals=[{"code": "b"}]),
        text="a TIMEOUT of\nthe gateway",
    )
    met = {
        "first": ["cgr.dev serves"],
        "remedy": ["LOG IN", "docker login"],
        "rivals": ["b"],
        "anywhere": ["timeout of the"],
    }
    unmet = {"first": ["login"], "remedy": ["serves"], "rivals": ["c"], "anywhere": ["mend"], "not_first": ["CGR.DEV"]}

    assert judge(written(expect={"codes": ["a"], "wants": met}).expect, seen).unmet == ()
    missed = judge(written(expect={"codes": ["a"], "wants": unmet}).expect, seen)
    assert len(missed.unmet) == 5
    assert missed.right
    monkeypatch.setattr(judging, "WANTS_COUNT", True)
    assert not missed.right


def test_codes_stand_for_codes_that_there_are():
    known = set(load_codes().codes)

    assert sorted({wider for codes in STANDS_FOR.values() for wider in codes} - known) == []


def test_the_installed_command_is_judged(tmp_path, capsys):
    source = json.loads((KEPT / "fs-05-v2-404-router.json").read_text())
    (tmp_path / "a.json").write_text(json.dumps({**source, "name": "as-it-is"}))
    (tmp_path / "b.json").write_text(json.dumps({**source, "name": "other", "expect": {"codes": ["cache-stale"]}}))

    assert main([str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--keep", str(tmp_path / "kept")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:5] == ["as-it-is", "right", "docker-api-not-routed", "artifactory", "certain"]
    assert lines[1].split()[:2] == ["other", "WRONG"]
    assert lines[-1] == "1 of 2 right, 1 wrong and certain, 0 false healthy"
    assert "docker-api-not-routed" in (tmp_path / "kept" / "as-it-is.txt").read_text()
    assert json.loads((tmp_path / "kept" / "as-it-is.json").read_text())["status"] == "faulty"

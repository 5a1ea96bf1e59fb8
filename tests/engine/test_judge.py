"""A check that raises, hangs, blocks or returns rubbish is an error of its own; its neighbours are still judged."""

import threading
from collections.abc import Iterator

import pytest

from cgrdoctor import Code, Fact, Finding, NotNeeded, Unobservable, check, fail, info, warn
from cgrdoctor.engine import judge as judge_module
from cgrdoctor.engine.board import Board
from cgrdoctor.engine.declare import read_check
from cgrdoctor.engine.judge import judge
from cgrdoctor.engine.plan import plan

CODE = Code(name="toy", title="Toy", leg="client", owner="developer", meaning="m", fix="f")
OTHER = Code(name="other", title="Other", leg="client", owner="developer", meaning="m", fix="f")


class A(Fact, frozen=True, kw_only=True):
    pass


@check("toy.raises", title="t", codes=[CODE])
def raises(a: A) -> Iterator[Finding]:
    raise RuntimeError("oops")


@check("toy.hangs", title="t", codes=[CODE])
def hangs(a: A) -> Iterator[Finding]:
    threading.Event().wait()
    return iter(())


@check("toy.rubbish", title="t", codes=[CODE])
def rubbish(a: A) -> Iterator[Finding]:
    return iter(["rubbish"])  # type: ignore[list-item]  # the point of the test


@check("toy.nothing", title="t", codes=[CODE])
def nothing(a: A) -> Iterator[Finding]:
    return None  # type: ignore[return-value]  # the point of the test


@check("toy.undeclared", title="t", codes=[CODE])
def undeclared(a: A) -> Iterator[Finding]:
    yield info(OTHER, "s", subject="s")


@check("toy.zz-good", title="t", codes=[CODE])
def good(a: A) -> Iterator[Finding]:
    yield warn(CODE, "second", subject="b")
    yield fail(CODE, "first", subject="a")


@pytest.mark.parametrize("bad", [raises, hangs, rubbish, nothing, undeclared])
def test_a_bad_check_is_an_error_and_harms_nobody(bad, monkeypatch):
    monkeypatch.setattr(judge_module, "LIMIT", 0.05)
    board = Board()
    board.give(A())
    made = plan([], [read_check(bad), read_check(good)], seeds=[A])

    results = judge(made, board.snapshot())

    assert [(result.id, result.status) for result in results] == [
        (read_check(bad).id, "error"),
        ("toy.zz-good", "fail"),
    ]


def test_findings_are_ordered_by_severity():
    board = Board()
    board.give(A())

    (result,) = judge(plan([], [read_check(good)], seeds=[A]), board.snapshot())

    assert [finding.summary for finding in result.findings] == ["first", "second"]


@check("toy.blind", title="t", codes=[CODE])
def blind(a: A) -> Iterator[Finding]:
    raise Unobservable("nothing to judge by")
    yield


@check("toy.elsewhere", title="t", codes=[CODE])
def elsewhere(a: A) -> Iterator[Finding]:
    raise NotNeeded("no such thing here")
    yield


def test_a_check_that_cannot_tell_says_so_instead_of_passing():
    board = Board()
    board.give(A())

    told = {
        result.id: result
        for result in judge(plan([], [read_check(blind), read_check(elsewhere)], seeds=(A,)), board.snapshot())
    }

    assert (told["toy.blind"].status, told["toy.blind"].reason, told["toy.blind"].root_cause) == (
        "skip",
        "blocked",
        "a",
    )
    assert told["toy.blind"].summary == "nothing to judge by"
    assert (told["toy.elsewhere"].status, told["toy.elsewhere"].reason) == ("skip", "not-applicable")

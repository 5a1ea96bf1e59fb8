"""Needs are read from parameter types; what cannot work is refused with a text that names the function."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cgrdoctor import Code, Fact, Finding, check, info, probe
from cgrdoctor.engine.declare import fact_name, read_check, read_probe
from cgrdoctor.errors import DeclarationProblem
from cgrdoctor.testing import judged

CODE = Code(name="toy", title="Toy", leg="client", owner="developer", meaning="m", fix="f")


class Left(Fact, frozen=True, kw_only=True):
    pass


class Right(Fact, frozen=True, kw_only=True):
    pass


class Service:
    pass


def test_three_strengths_and_services():
    @probe(timeout=3)
    async def make(service: Service, one: Left, other: Left | Right, maybe: Right | None) -> Right:
        raise AssertionError

    node = read_probe(make)

    assert [(need.parameter, need.strength) for need in node.needs] == [
        ("one", "required"),
        ("other", "any-of"),
        ("maybe", "optional"),
    ]
    assert (node.services, node.makes, node.timeout) == ((("service", Service),), Right, 3)


@pytest.mark.parametrize(("kind", "name"), [(Left, "left"), (type("HTTPAnswer", (Fact,), {}), "http-answer")])
def test_fact_names_are_kebab_case(kind, name):
    assert fact_name(kind) == name


def _sync() -> Left:
    raise AssertionError


async def _no_return(one: Left):
    raise AssertionError


async def _untyped(one) -> Left:
    raise AssertionError


async def _mixed(one: Left | int) -> Right:
    raise AssertionError


async def _unresolved(one: "Nowhere") -> Left:  # noqa: F821 - the point of the test
    raise AssertionError


@pytest.mark.parametrize("function", [_sync, _no_return, _untyped, _mixed, _unresolved])
def test_a_probe_that_cannot_work_is_refused_by_name(function):
    with pytest.raises(DeclarationProblem, match=function.__name__):
        read_probe(probe()(function))


def test_a_check_takes_facts_only():
    @check("toy.subject", title="t", codes=[CODE])
    def judge(service: Service) -> Iterator[Finding]:
        yield info(CODE, "s", subject="s")

    with pytest.raises(DeclarationProblem, match="judges facts"):
        read_check(judge)


@pytest.mark.parametrize("check_id", ["toy", "Toy.subject", "toy subject", ""])
def test_check_ids_have_an_area_and_a_subject(check_id):
    @check(check_id, title="t", codes=[CODE])
    def judge(one: Left) -> Iterator[Finding]:
        yield info(CODE, "s", subject="s")

    with pytest.raises(DeclarationProblem, match="no check id"):
        read_check(judge)


@dataclass(frozen=True, slots=True)
class Pair:
    left: Left
    right: Right | None
    note: str = "kept"


@dataclass(frozen=True, slots=True)
class Unfilled:
    left: Left
    note: str


@check("toy.pair", title="t", codes=[CODE])
def judge_pair(pair: Pair) -> Iterator[Finding]:
    yield info(CODE, f"{type(pair.right).__name__}, {pair.note}", subject="s")


def test_a_dataclass_of_facts_stands_for_a_parameter_each():
    assert [(need.parameter, need.field, need.strength) for need in read_check(judge_pair).needs] == [
        ("pair", "left", "required"),
        ("pair", "right", "optional"),
    ]


@pytest.mark.parametrize(
    ("facts", "status", "summary"),
    [((Left(),), "info", "NoneType, kept"), ((Left(), Right()), "info", "Right, kept"), ((Right(),), "skip", None)],
)
def test_a_record_is_made_of_the_facts_there_are(facts, status, summary):
    result = judged(judge_pair, *facts)

    assert (result.status, [finding.summary for finding in result.findings]) == (status, [summary] if summary else [])


def test_a_record_that_facts_alone_cannot_fill_is_refused():
    @check("toy.unfilled", title="t", codes=[CODE])
    def judge(unfilled: Unfilled) -> Iterator[Finding]:
        yield info(CODE, "s", subject="s")

    with pytest.raises(DeclarationProblem, match="Unfilled takes facts, but note"):
        read_check(judge)

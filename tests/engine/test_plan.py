"""The graph is refused before anything runs if it cannot work, and holds only what the selected checks need."""

from collections.abc import Iterator

import pytest

from cgrdoctor import Code, Fact, Finding, check, probe
from cgrdoctor.engine.declare import read_check, read_probe
from cgrdoctor.engine.discovery import catalogue
from cgrdoctor.engine.plan import plan, plan_catalogue
from cgrdoctor.errors import PlanProblem

CODE = Code(name="toy", title="Toy", leg="client", owner="developer", meaning="m", fix="f")


class A(Fact, frozen=True, kw_only=True):
    pass


class B(Fact, frozen=True, kw_only=True):
    pass


class C(Fact, frozen=True, kw_only=True):
    pass


@probe()
async def make_a() -> A:
    return A()


@probe()
async def make_a_again() -> A:
    return A()


@probe()
async def make_b(a: A) -> B:
    return B()


@probe()
async def make_c(b: B | None) -> C:
    return C()


@probe()
async def make_a_from_c(c: C) -> A:
    return A()


@check("toy.b", title="b", codes=[CODE])
def judge_b(b: B) -> Iterator[Finding]:
    return iter(())


@check("toy.c", title="c", codes=[CODE])
def judge_c(c: C) -> Iterator[Finding]:
    return iter(())


def probes(*functions):
    return [read_probe(function) for function in functions]


def checks(*functions):
    return [read_check(function) for function in functions]


def test_makers_come_before_those_who_need_them():
    made = plan(probes(make_c, make_b, make_a), checks(judge_c))

    assert [node.makes for node in made.probes] == [A, B, C]


def test_what_a_selected_check_needs_still_runs_and_nothing_else():
    made = plan(probes(make_c, make_b, make_a), checks(judge_b, judge_c), only=["*.b"])

    assert [node.makes for node in made.probes] == [A, B]
    assert [node.id for node in made.unselected] == ["toy.c"]


def test_a_cycle_is_refused_with_everybody_in_it():
    with pytest.raises(PlanProblem, match=r"make_a_from_c.*make_") as caught:
        plan(probes(make_c, make_b, make_a_from_c), checks(judge_c))

    assert "waits for" in str(caught.value)


def test_a_missing_maker_is_refused_with_function_and_parameter():
    with pytest.raises(PlanProblem, match=r"make_b.*nothing makes a \(parameter 'a'\)"):
        plan(probes(make_b), checks(judge_b))


def test_two_makers_of_one_fact_are_refused_with_both_names():
    with pytest.raises(PlanProblem, match=r"make_a.*make_a_again.*both make a|make_a_again.*make_a.*both make a"):
        plan(probes(make_a, make_a_again), [])


def test_a_seed_needs_no_maker():
    made = plan(probes(make_b), checks(judge_b), seeds=[A])

    assert [node.makes for node in made.probes] == [B]


def test_a_third_party_node_that_cannot_work_is_dropped_and_listed():
    from msgspec.structs import replace

    own = [*probes(make_a, make_b), *checks(judge_b)]
    foreign = [replace(node, distribution="acme") for node in probes(make_c, make_a_from_c)]
    found = catalogue([*own, *foreign])

    made = plan_catalogue(found)

    assert [node.makes for node in made.probes] == [A, B]
    assert [problem.distribution for problem in made.problems] == ["acme"]

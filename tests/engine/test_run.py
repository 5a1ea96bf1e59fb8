"""Probes wait for what they need, end in one of four ways, and one that misbehaves harms only itself."""

import contextlib
from collections.abc import Iterator

import anyio
import pytest

from cgrdoctor import Code, Fact, Finding, NotNeeded, Unobservable, check, fail, probe
from cgrdoctor.engine.board import Board
from cgrdoctor.engine.declare import Probe, read_check, read_probe
from cgrdoctor.engine.judge import judge
from cgrdoctor.engine.plan import plan
from cgrdoctor.engine.run import observe
from cgrdoctor.errors import PlanProblem

CODE = Code(name="toy", title="Toy", leg="client", owner="developer", meaning="m", fix="f")


class A(Fact, frozen=True, kw_only=True):
    value: int = 0


class B(Fact, frozen=True, kw_only=True):
    value: int = 0


class C(Fact, frozen=True, kw_only=True):
    value: int = 0


@probe()
async def good_a() -> A:
    return A(value=1)


@probe()
async def blind_a() -> A:
    raise Unobservable("too dark", "a lamp")


@probe()
async def needless_a() -> A:
    raise NotNeeded("no such thing here")


@probe()
async def raising_a() -> A:
    raise ZeroDivisionError("oops")


@probe()
async def rubbish_a() -> A:
    return "rubbish"  # type: ignore[return-value]  # the point of the test


@probe(timeout=0.02)
async def slow_a() -> A:
    await anyio.sleep(30)
    return A()


@probe()
async def b_from_a(a: A) -> B:
    return B(value=a.value + 1)


@probe()
async def c_from_b(b: B) -> C:
    return C(value=b.value + 1)


@probe()
async def c_after_a(a: A | None) -> C:
    return C(value=-1 if a is None else a.value)


@check("toy.c", title="c", codes=[CODE])
def judge_c(c: C) -> Iterator[Finding]:
    yield fail(CODE, f"c is {c.value}", subject="c")


def run(*functions, seconds=5.0, checks=(judge_c,), services=None):
    made = plan([read_probe(f) for f in functions], [read_check(f) for f in checks])
    board = Board()
    anyio.run(lambda: observe(made, board, services or {}, seconds=seconds))
    return {outcome.name: outcome for outcome in board.snapshot().values()}, judge(made, board.snapshot())


def test_facts_flow_along_the_types():
    outcomes, results = run(good_a, b_from_a, c_from_b)

    assert outcomes["c"].fact == C(value=3)
    assert results[0].findings[0].summary == "c is 3"


@pytest.mark.parametrize(
    ("maker", "fact_status", "check_status", "reason"),
    [
        (blind_a, "unobservable", "skip", "blocked"),
        (needless_a, "not-needed", "skip", "not-applicable"),
        (raising_a, "broken", "error", None),
        (rubbish_a, "broken", "error", None),
        (slow_a, "unobservable", "skip", "blocked"),
    ],
)
def test_every_ending_is_told_apart_and_names_nearest_and_root(maker, fact_status, check_status, reason):
    outcomes, results = run(maker, b_from_a, c_from_b)

    assert outcomes["a"].status == fact_status
    assert (results[0].status, results[0].reason) == (check_status, reason)
    assert (results[0].blocked_by, results[0].root_cause) == (("c",), "a")
    assert outcomes["b"].blocked_by == ("a",)
    assert outcomes["c"].root_cause == "a"


def test_an_optional_need_gives_order_without_data():
    outcomes, _ = run(blind_a, c_after_a)

    assert outcomes["c"].fact == C(value=-1)


def test_the_deadline_ends_what_still_runs_and_is_no_fault():
    @probe()
    async def forever() -> A:
        await anyio.sleep(60)
        return A()

    outcomes, results = run(forever, b_from_a, c_from_b, seconds=0.05)

    assert outcomes["a"].deadline
    assert (results[0].status, results[0].reason) == ("skip", "deadline")


def test_a_probe_that_swallows_cancellation_is_still_ended():
    @probe()
    async def stubborn() -> A:
        with contextlib.suppress(BaseException):
            await anyio.sleep(60)
        return A(value=7)

    outcomes, _ = run(stubborn, b_from_a, c_from_b, seconds=0.05)

    assert outcomes["c"].status != "observed"


def test_a_missing_service_is_refused_before_anything_runs():
    class Service:
        pass

    ran = []

    @probe()
    async def wants(service: Service) -> A:
        ran.append(1)
        return A()

    with pytest.raises(PlanProblem, match="no service Service"):
        run(wants, b_from_a, c_from_b)
    assert not ran


def test_a_thousand_nodes_run():
    kinds = [type(f"Fact{i}", (Fact,), {}, frozen=True, kw_only=True) for i in range(1000)]

    def maker(i):
        async def make(**given):
            return kinds[i]()

        return make

    from cgrdoctor.engine.declare import Need

    nodes = [
        Probe(
            function=maker(i),
            needs=tuple(Need(f"n{j}", (kinds[j],), "required") for j in {i // 2, i // 3} if j < i),
            services=(),
            makes=kinds[i],
        )
        for i in range(1000)
    ]
    made = plan(nodes, [])
    assert made.probes == ()
    whole = type(made)(tuple(nodes), (), ())
    board = Board()

    anyio.run(lambda: observe(whole, board, {}, seconds=20))

    assert all(outcome.status == "observed" for outcome in board.snapshot().values())
    assert len(board.snapshot()) == 1000

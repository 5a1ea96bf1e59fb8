"""From declarations to a graph that can run: who makes what, what waits for what, which checks are selected."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

import msgspec

from cgrdoctor.engine.declare import Check, Node, Probe, fact_name
from cgrdoctor.engine.discovery import Catalogue, Problem
from cgrdoctor.errors import PlanProblem
from cgrdoctor.model import Fact


class Plan(msgspec.Struct, frozen=True):
    """Probes in an order in which makers come first, the selected checks and the others, both sorted by id."""

    probes: tuple[Probe, ...]
    checks: tuple[Check, ...]
    unselected: tuple[Check, ...]
    problems: tuple[Problem, ...] = ()


def plan(
    probes: Iterable[Probe],
    checks: Iterable[Check],
    *,
    seeds: Collection[type[Fact]] = (),
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
) -> Plan:
    """The graph for the selected checks. Raises PlanProblem for a cycle, a missing or a doubled maker."""
    all_checks = sorted(checks, key=lambda check: check.id)
    makers = _makers(probes, seeds)
    chosen = [check for check in all_checks if _selected(check.id, only, skip)]
    for node in (*makers.values(), *all_checks):
        _refuse_missing(node, makers, seeds)
    needed = _closure(chosen, makers)
    return Plan(
        probes=_ordered(needed),
        checks=tuple(chosen),
        unselected=tuple(check for check in all_checks if check not in chosen),
    )


def plan_catalogue(
    catalogue: Catalogue,
    *,
    seeds: Collection[type[Fact]] = (),
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
) -> Plan:
    """As `plan`, but a third-party node that cannot work is dropped and listed as a problem."""
    nodes: list[Probe | Check] = [*catalogue.probes, *catalogue.checks]
    problems = list(catalogue.problems)
    while True:
        try:
            made = plan(
                [node for node in nodes if isinstance(node, Probe)],
                [node for node in nodes if isinstance(node, Check)],
                seeds=seeds,
                only=only,
                skip=skip,
            )
        except PlanProblem as problem:
            culprit = _culprit(problem, nodes)
            nodes.remove(culprit)
            problems.append(Problem(culprit.origin, str(problem), culprit.distribution))
            continue
        return Plan(made.probes, made.checks, made.unselected, tuple(problems))


def _culprit(problem: PlanProblem, nodes: Sequence[Probe | Check]) -> Probe | Check:
    """The third-party node a problem names; without one the problem is ours and stands."""
    for node in nodes:
        if node.distribution and node.origin in str(problem):
            return node
    raise problem


def _selected(check_id: str, only: Sequence[str], skip: Sequence[str]) -> bool:
    wanted = not only or any(fnmatch.fnmatchcase(check_id, glob) for glob in only)
    return wanted and not any(fnmatch.fnmatchcase(check_id, glob) for glob in skip)


def _makers(probes: Iterable[Probe], seeds: Collection[type[Fact]]) -> dict[type[Fact], Probe]:
    makers: dict[type[Fact], Probe] = {}
    for probe in sorted(probes, key=lambda probe: (bool(probe.distribution), fact_name(probe.makes), probe.origin)):
        if probe.makes in seeds:
            raise PlanProblem(f"{probe.origin} makes {fact_name(probe.makes)}, which is given")
        if probe.makes in makers:
            other = makers[probe.makes].origin
            raise PlanProblem(f"{probe.origin} and {other} both make {fact_name(probe.makes)}")
        makers[probe.makes] = probe
    return makers


def _refuse_missing(node: Node, makers: dict[type[Fact], Probe], seeds: Collection[type[Fact]]) -> None:
    for need in node.needs:
        for fact in need.facts:
            if fact not in makers and fact not in seeds:
                raise PlanProblem(
                    f"{node.origin}: nothing makes {fact_name(fact)} (parameter {need.field or need.parameter!r})"
                )


def _closure(checks: Iterable[Check], makers: dict[type[Fact], Probe]) -> dict[type[Fact], Probe]:
    needed: dict[type[Fact], Probe] = {}
    waiting = [fact for check in checks for fact in check.needed]
    while waiting:
        fact = waiting.pop()
        if fact in makers and fact not in needed:
            needed[fact] = makers[fact]
            waiting.extend(makers[fact].needed)
    return needed


def _ordered(needed: dict[type[Fact], Probe]) -> tuple[Probe, ...]:
    sorter: TopologicalSorter[type[Fact]] = TopologicalSorter()
    for fact in sorted(needed, key=fact_name):
        sorter.add(fact, *(other for other in needed[fact].needed if other in needed))
    try:
        return tuple(needed[fact] for fact in sorter.static_order())
    except CycleError as error:
        circle = [needed[fact].origin for fact in error.args[1]]
        raise PlanProblem("each waits for the next: " + " -> ".join(circle)) from error

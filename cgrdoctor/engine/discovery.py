"""Finds the check modules: built-in ones by walking `cgrdoctor_checks`, third-party ones by entry point.

A module that fails to import, a declaration that cannot work and a clash of names are `Problem`s of the
catalogue, never silence and never the end of a run.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cgrdoctor.engine.declare import Check, Probe, fact_name, nodes_of
from cgrdoctor.errors import DeclarationProblem
from cgrdoctor.model import Code

BUILT_IN = "cgrdoctor_checks"
ENTRY_POINTS = "cgrdoctor.checks"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something declared that cannot run. `where` is a module or function, `distribution` empty if built in."""

    where: str
    message: str
    distribution: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All probes, checks (by id) and codes (by name), sorted, and what could not be loaded."""

    probes: tuple[Probe, ...]
    checks: tuple[Check, ...]
    codes: dict[str, Code]
    problems: tuple[Problem, ...]


def load() -> Catalogue:
    """The catalogue of everything installed."""
    nodes: list[Probe | Check] = []
    problems: list[Problem] = []
    for package, distribution in packages():
        for found in _nodes_in(package, distribution):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                nodes.append(found)
    return catalogue(nodes, problems)


def packages() -> Iterator[tuple[str, str]]:
    """(package name, distribution) of every package with checks, the built-in one first."""
    yield BUILT_IN, ""
    from importlib.metadata import entry_points

    found = {(entry.value, entry.dist.name if entry.dist else entry.name) for entry in entry_points(group=ENTRY_POINTS)}
    yield from sorted(found)


def catalogue(nodes: Iterable[Probe | Check], problems: Iterable[Problem] = ()) -> Catalogue:
    """Joins nodes into a catalogue; of two nodes with one name the first stays and the second is a problem."""
    accepted: dict[str, Probe | Check] = {}
    codes: dict[str, Code] = {}
    trouble = list(problems)
    for node in nodes:
        complaint = _clash(node, accepted) or _code_clash(node, codes) or _prefix_missing(node)
        if complaint:
            trouble.append(Problem(node.origin, complaint, node.distribution))
            continue
        accepted[_key(node)] = node
        if isinstance(node, Check):
            codes.update((code.name, code) for code in node.codes)
    checks = [node for node in accepted.values() if isinstance(node, Check)]
    probes = [node for node in accepted.values() if isinstance(node, Probe)]
    return Catalogue(
        probes=tuple(sorted(probes, key=_key)),
        checks=tuple(sorted(checks, key=_key)),
        codes=dict(sorted(codes.items())),
        problems=tuple(sorted(trouble, key=lambda problem: problem.where)),
    )


def _nodes_in(package: str, distribution: str) -> Iterator[Probe | Check | Problem]:
    for name in _modules(package):
        try:
            for node in nodes_of(importlib.import_module(name)):
                yield replace(node, distribution=distribution)
        except DeclarationProblem as problem:
            yield Problem(name, str(problem), distribution)
        except Exception as error:  # noqa: BLE001 - foreign code may fail at import in any way; it is reported, not hidden
            yield Problem(name, f"does not import: {type(error).__name__}: {error}", distribution)


def _modules(package: str) -> list[str]:
    try:
        path = importlib.import_module(package).__path__
    except Exception:  # noqa: BLE001 - whatever it is, importing it again in _nodes_in reports it
        return [package]
    return sorted([package, *(module.name for module in pkgutil.walk_packages(path, package + ".", onerror=_ignore))])


def _ignore(_name: str) -> None:
    """walk_packages imports sub-packages itself; one that fails is listed all the same, and reported on import."""


def _key(node: Probe | Check) -> str:
    return node.id if isinstance(node, Check) else "fact:" + fact_name(node.makes)


def _clash(node: Probe | Check, accepted: dict[str, Probe | Check]) -> str | None:
    other = accepted.get(_key(node))
    if other is None:
        return None
    return f"{_key(node)!r} is already declared by {other.origin}"


def _code_clash(node: Probe | Check, codes: dict[str, Code]) -> str | None:
    if not isinstance(node, Check):
        return None
    clashing = sorted(code.name for code in node.codes if codes.get(code.name, code) != code)
    return f"declares codes that mean something else already: {', '.join(clashing)}" if clashing else None


def _prefix_missing(node: Probe | Check) -> str | None:
    if not node.distribution or not isinstance(node, Check):
        return None
    own = _canonical(node.distribution)
    names = (node.id, *(code.name for code in node.codes))
    bare = [name for name in names if "/" not in name or _canonical(name.partition("/")[0]) != own]
    return f"ids and codes of other packages begin with '{own}/': {', '.join(bare)}" if bare else None


def _canonical(distribution: str) -> str:
    """`My_Package` as `my-package`, the way the package index compares names."""
    return re.sub(r"[-_.]+", "-", distribution).lower()

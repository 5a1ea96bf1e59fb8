"""Finds the check modules: built-in ones by walking `cgrdoctor_checks`, third-party ones by entry point.

A module that fails to import, a declaration that cannot work and a clash of names are `Problem`s of the
catalogue, never silence and never the end of a run.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import threading
import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import get_args

import msgspec
from msgspec import structs

from cgrdoctor.engine.declare import Check, Probe, fact_name, nodes_of
from cgrdoctor.engine.foreign import OnBug, checked, said, sized_any
from cgrdoctor.errors import DeclarationProblem
from cgrdoctor.model import Code, ObservedFrom

BUILT_IN = "cgrdoctor_checks"
ENTRY_POINTS = "cgrdoctor.checks"

IMPORT = 10.0
"""Seconds another package's modules may take to import."""

_hanging: dict[str, threading.Thread] = {}
"""Packages that did not import in time: nobody waits for one of them again."""


class Problem(msgspec.Struct, frozen=True):
    """Something declared that cannot run. `where` is a module or function, `distribution` empty if built in."""

    where: str
    message: str
    distribution: str = ""


class Catalogue(msgspec.Struct, frozen=True):
    """All probes, checks (by id) and codes (by name), sorted, and what could not be loaded."""

    probes: tuple[Probe, ...]
    checks: tuple[Check, ...]
    codes: dict[str, Code]
    problems: tuple[Problem, ...]


def load(on_bug: OnBug | None = None, seconds: float = IMPORT) -> Catalogue:
    """The catalogue of everything installed. Other packages are imported in threads, each within `IMPORT` s at most.

    `seconds` are for all of them together.
    """
    found: list[Probe | Check | Problem] = []
    ends_at = 0.0
    for package, distribution in packages():
        if distribution:
            found += _imported(package, distribution, on_bug, min(IMPORT, ends_at - time.monotonic()))
        else:
            found += _built_in(package)
            ends_at = time.monotonic() + seconds
    problems = [one for one in found if isinstance(one, Problem)]
    return catalogue([one for one in found if not isinstance(one, Problem)], problems)


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


def _imported(package: str, distribution: str, on_bug: OnBug | None, seconds: float) -> list[Probe | Check | Problem]:
    """What another package declares, or that it does not come to an end."""
    found: list[Probe | Check | Problem] = []
    done = threading.Event()

    def work() -> None:
        try:
            for one in _nodes_in(package, distribution, on_bug):
                found.append(one)
        finally:
            done.set()

    before = _hanging.get(package)
    if before is None or not before.is_alive():
        thread = threading.Thread(target=work, name=f"import-{package[:40]}", daemon=True)
        thread.start()
        if done.wait(seconds):
            return found
        _hanging[package] = thread
    return [*found, Problem(package, f"does not import within {max(0.0, seconds):.2g} s", distribution)]


@cache
def _built_in(package: str) -> tuple[Probe | Check | Problem, ...]:
    """What our own package declares: the same for as long as the process lives, however many runs it holds."""
    return tuple(_nodes_in(package, ""))


def _nodes_in(package: str, distribution: str, on_bug: OnBug | None = None) -> Iterator[Probe | Check | Problem]:
    for name in sorted(_modules(package)):
        try:
            declared = [
                structs.replace(node, distribution=distribution) for node in nodes_of(importlib.import_module(name))
            ]
            yield from (_usable(node) for node in declared) if distribution else declared
        except DeclarationProblem as problem:
            yield Problem(name, str(problem), distribution)
        except BaseException as error:  # noqa: BLE001 - foreign code may fail at import in any way; it is reported, not hidden
            if on_bug is not None:
                on_bug(name, error)
            yield Problem(name, f"does not import: {said(error)}", distribution)


def _usable(node: Probe | Check) -> Probe | Check:
    """A foreign node as it is declared. Raises DeclarationProblem for words of it that fit into no report."""
    try:
        origin = node.origin
        if isinstance(node, Probe):
            bad = type(node.makes.version) is not int or node.makes.observed_from not in get_args(ObservedFrom)
        else:
            words = (node.title, node.guide or "", node.unlocked_by or "", *node.codes)
            bad = any(sized_any(word) is not word for word in words) or [checked(code) for code in node.codes] == []
    except Exception as problem:  # noqa: BLE001 - a foreign object may break wherever it is touched
        raise DeclarationProblem(f"a declaration that cannot be used: {said(problem)}") from None
    if bad:
        raise DeclarationProblem(
            f"{origin}: its declaration fits into no report (no codes, too long, of no known place)"
        )
    return node


def _modules(package: str) -> Iterator[str]:
    """A package and all that is below it. What does not import is named too: `_nodes_in` then says why."""
    yield package
    try:
        path = getattr(importlib.import_module(package), "__path__", ())
        below = list(pkgutil.iter_modules(path, package + "."))
    except BaseException:  # noqa: BLE001 - importing it again in _nodes_in reports it
        return
    for module in below:
        if module.ispkg:
            yield from _modules(module.name)
        else:
            yield module.name


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

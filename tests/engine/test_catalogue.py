"""What holds for every probe, check and code there is."""

import ast
import functools
import inspect
import textwrap
import typing
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from cgrdoctor.config.settings import Invocation
from cgrdoctor.engine.declare import Check
from cgrdoctor.engine.discovery import load
from cgrdoctor.engine.plan import plan_catalogue
from cgrdoctor_checks import causes

CATALOGUE = load()
SOURCES = [
    file
    for package in ("cgrdoctor", "cgrdoctor_checks")
    for file in Path(*import_module(package).__path__).rglob("*.py")
    if "lab" not in file.parts
]
HEADINGS = ("## What it looks at", "## Why it matters", "## How it fails", "## How to fix")


def test_the_graph_can_run():
    assert plan_catalogue(CATALOGUE, seeds=(Invocation,)).problems == ()


@pytest.mark.parametrize("check", CATALOGUE.checks, ids=lambda check: check.id)
def test_every_check_module_is_its_own_page(check):
    page = inspect.getdoc(inspect.getmodule(check.function)) or ""

    assert [heading for heading in HEADINGS if heading not in page] == []


@pytest.mark.parametrize("node", [*CATALOGUE.probes, *CATALOGUE.checks], ids=lambda node: node.origin)
def test_what_is_declared_is_used(node):
    """A parameter named with a leading underscore declares order only."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(node.function)))
    used = {item.id for item in ast.walk(tree) if isinstance(item, ast.Name)}
    declared = {need.parameter for need in node.needs} | {name for name, _ in node.services}

    assert {name for name in declared if not name.startswith("_")} <= used


@pytest.mark.parametrize("code", CATALOGUE.codes.values(), ids=lambda code: code.name)
def test_codes_explain_themselves_and_name_only_codes_that_exist(code):
    assert all((code.title, code.meaning, code.looks_at, code.fix))
    assert set(code.explains) | set(code.look_alikes) <= set(CATALOGUE.codes)
    assert code.name not in code.explains


def test_a_file_holds_one_check_or_probes():
    held: dict[str, list[str]] = {}
    for node in (*CATALOGUE.checks, *CATALOGUE.probes):
        held.setdefault(node.function.__module__, []).append(node.id if isinstance(node, Check) else "a probe")
    assert {module: names for module, names in held.items() if len(names) > 1 and set(names) != {"a probe"}} == {}


@pytest.mark.parametrize("probe", CATALOGUE.probes, ids=lambda probe: probe.function.__name__)
def test_probes_live_among_the_facts(probe):
    assert probe.function.__module__.startswith("cgrdoctor_checks.facts.")


@pytest.mark.parametrize("file", sorted(Path(*causes.__path__).rglob("*.py")), ids=lambda file: file.stem)
def test_what_speaks_for_a_cause_and_what_rules_it_out_is_read_in_one_short_file(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_file_has_one_subject_and_a_function_one_thought(file):
    text = file.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert len(text.splitlines()) <= 400
    assert [one.name for one in functions if (one.end_lineno or one.lineno) - one.lineno >= 60] == []


def structures(kind):
    """The structure that a type is or holds, and those in its fields."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        kind = tuple(field.type for field in msgspec.structs.fields(kind))
    for part in kind if isinstance(kind, tuple) else typing.get_args(kind):
        yield from structures(part)


FOR_A_READER = {
    "aliases": "what a name server told, beside the addresses",
    "not_before": "of a certificate, beside its end",
}


@functools.cache
def looked_at():
    return {
        node.attr if isinstance(node, ast.Attribute) else node.value
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    }


@pytest.mark.parametrize("probe", CATALOGUE.probes, ids=lambda probe: probe.function.__name__)
def test_what_a_probe_keeps_is_looked_at_by_somebody(probe):
    kept = {field.name for kind in structures(probe.makes) for field in msgspec.structs.fields(kind)}

    assert sorted(kept - looked_at() - set(FOR_A_READER)) == [], "judge it, or do not keep it"

"""Every regular expression of the project: those that modules hold, wherever they hold them, and those in calls."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import msgspec

ROOTS = ("cgrdoctor", "cgrdoctor_checks")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
CALLS = frozenset(["compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"])


def modules() -> Iterator[ModuleType]:
    """Every module of the project. Those of the lab are no part of a run."""
    for root in ROOTS:
        package = importlib.import_module(root)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{root}."):
            if not found.name.startswith("cgrdoctor.lab") and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def held() -> dict[str, re.Pattern[Any]]:
    """Compiled expressions by the module that holds them first, and a number."""
    found: dict[str, re.Pattern[Any]] = {}
    met: set[int] = set()
    for module in modules():
        for name, value in vars(module).items():
            for pattern in _patterns(value, met, 0):
                if pattern not in found.values():
                    found[f"{module.__name__}.{name}-{len(found)}"] = pattern
    return found


def _patterns(value: Any, met: set[int], depth: int) -> Iterator[re.Pattern[Any]]:
    """Expressions in a value, and in what it holds: containers, structures, instances, classes, functions' defaults."""
    if isinstance(value, re.Pattern):
        yield value
        return
    if depth > 6 or id(value) in met or isinstance(value, (str, bytes, int, float, ModuleType)):
        return
    met.add(id(value))
    for inner in _inside(value):
        yield from _patterns(inner, met, depth + 1)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [*value]
    if isinstance(value, msgspec.Struct):
        return [getattr(value, name) for name in value.__struct_fields__]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    if isinstance(value, type):
        return [*vars(value).values()] if value.__module__.startswith(ROOTS) else []
    if hasattr(value, "cache_info") and "re.Pattern" in str(inspect.signature(value)):
        return [value()] if not inspect.signature(value).parameters else []
    if inspect.isfunction(value):
        closed = [cell.cell_contents for cell in value.__closure__ or () if _full(cell)]
        return [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values(), *closed]
    return []


def _full(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


@dataclasses.dataclass(frozen=True)
class Call:
    """A call of `re` inside a function: `pattern` is None where it is put together while the program runs."""

    place: str
    pattern: str | bytes | None


def called() -> list[Call]:
    """Expressions that are compiled when a function runs."""
    found = []
    for module in modules():
        source = inspect.getsource(module)
        if "re." in source:
            found += [_call(module, node) for node in _of_functions(ast.parse(source)) if _is_call(node)]
    return found


def _of_functions(node: ast.AST, *, function: bool = False) -> Iterator[ast.AST]:
    """The nodes that stand in functions."""
    for child in ast.iter_child_nodes(node):
        if function:
            yield child
        yield from _of_functions(child, function=function or isinstance(node, FUNCTIONS))


def _is_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in CALLS
    )


def _call(module: ModuleType, node: Any) -> Call:
    first = node.args[0] if node.args else None
    constant = isinstance(first, ast.Constant) and isinstance(first.value, str | bytes)
    return Call(f"{module.__name__}:{node.lineno}", first.value if constant else None)

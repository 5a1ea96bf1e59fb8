"""How probes and checks say what they are: `@probe`, `@check`, and the needs read from parameter types.

A parameter typed with a fact is a need: `X` required, `A | B` any of, `X | None` optional. A dataclass or a
msgspec.Struct with such fields is a record: it is made of facts by the same rules, in place of a parameter each. A
parameter of any other class is a service of the run (settings, HTTP client, credentials), handed in by type. A probe's
return type is the fact it makes.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TypeVar

import msgspec
import msgspec.structs

from cgrdoctor.errors import DeclarationProblem
from cgrdoctor.model import Code, Fact, Finding

Strength = Literal["required", "any-of", "optional"]
ProbeFunction = TypeVar("ProbeFunction", bound=Callable[..., Awaitable[Fact]])
CheckFunction = TypeVar("CheckFunction", bound=Callable[..., Iterable[Finding]])

CHECK_ID = re.compile(r"(?:[a-z0-9][a-z0-9._-]{0,100}/)?[a-z][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60})+")


def fact_name(fact: type[Fact]) -> str:
    """`RepositoryConfiguration` as `repository-configuration`, the name used in reports."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", fact.__name__).lower()


class Need(msgspec.Struct, frozen=True):
    """One parameter, or one `field` of the record it takes. `facts` has one member unless the strength is `any-of`."""

    parameter: str
    facts: tuple[type[Fact], ...]
    strength: Strength
    field: str = ""


class Node(msgspec.Struct, frozen=True):
    """What probes and checks have in common: a function, its needs, and its services and records by parameter name.

    `distribution` is empty for the built-in ones, else the name of the package that brought it.
    """

    function: Callable[..., Any]
    needs: tuple[Need, ...]
    services: tuple[tuple[str, type], ...]
    records: tuple[tuple[str, type], ...] = ()
    distribution: str = ""

    @property
    def origin(self) -> str:
        """`module.function`, for messages."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    @property
    def needed(self) -> tuple[type[Fact], ...]:
        """Every fact type named by a parameter, in order."""
        return tuple(fact for need in self.needs for fact in need.facts)


class Probe(Node, frozen=True):
    """A probe: looks at the world and makes one fact. `timeout` in seconds bounds it on top of the deadline."""

    makes: type[Fact] = Fact
    timeout: float | None = None


class Check(Node, frozen=True):
    """A check: judges facts and yields findings with one of its `codes`."""

    id: str = ""
    title: str = ""
    codes: tuple[Code, ...] = ()
    guide: str | None = None
    unlocked_by: str | None = None
    doc: str = ""
    explain: Callable[..., Iterable[str]] | None = None


def probe(*, timeout: float | None = None) -> Callable[[ProbeFunction], ProbeFunction]:
    """Declares an async function as a probe. Raises DeclarationProblem if its types do not say what it makes."""

    def mark(function: ProbeFunction) -> ProbeFunction:
        function.__cgrdoctor_probe__ = timeout  # type: ignore[attr-defined]  # functions take attributes; typing has no word for it
        return function

    return mark


def check(
    check_id: str,
    *,
    title: str,
    codes: Sequence[Code],
    guide: str | None = None,
    unlocked_by: str | None = None,
    explain: Callable[..., Iterable[str]] | None = None,
) -> Callable[[CheckFunction], CheckFunction]:
    """Declares a function over facts as a check.

    `check_id` is `<area>.<subject>`, permanent. `guide` names the requirement of the guide this check verifies, so
    that a skip is listed under `unverified`; `unlocked_by` says what would make it visible. `explain` takes what the
    check takes, and gives lines of text that show how it came to its judgement.
    """

    def mark(function: CheckFunction) -> CheckFunction:
        declared = {
            "id": check_id,
            "title": title,
            "codes": tuple(codes),
            "guide": guide,
            "unlocked_by": unlocked_by,
            "explain": explain,
        }
        function.__cgrdoctor_check__ = declared  # type: ignore[attr-defined]  # functions take attributes; typing has no word for it
        return function

    return mark


def nodes_of(module: types.ModuleType) -> Iterator[Probe | Check]:
    """The probes and checks a module defines itself, in order of definition.

    Raises DeclarationProblem, naming the function, for a declaration that cannot work.
    """
    for value in vars(module).values():
        if getattr(value, "__module__", None) != module.__name__ or not callable(value):
            continue
        if hasattr(value, "__cgrdoctor_probe__"):
            yield read_probe(value)
        elif hasattr(value, "__cgrdoctor_check__"):
            yield read_check(value)


def read_probe(function: Callable[..., Any]) -> Probe:
    """The node for a function marked with `@probe`."""
    if not inspect.iscoroutinefunction(function):
        raise DeclarationProblem(f"{_name(function)} is a probe and must be an async function")
    hints = _hints(function)
    made = hints.get("return")
    if not (isinstance(made, type) and issubclass(made, Fact) and made is not Fact):
        raise DeclarationProblem(f"{_name(function)} must say in its return type which fact it makes")
    needs, services, records = _parameters(function, hints)
    timeout = function.__cgrdoctor_probe__  # type: ignore[attr-defined]  # set by @probe
    return Probe(function, needs, services, records, makes=made, timeout=timeout)


def read_check(function: Callable[..., Any]) -> Check:
    """The node for a function marked with `@check`."""
    declared: dict[str, Any] = function.__cgrdoctor_check__  # type: ignore[attr-defined]  # set by @check
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise DeclarationProblem(f"{_name(function)} is a check and must not be async: looking is a probe's work")
    if not CHECK_ID.fullmatch(declared["id"]):
        raise DeclarationProblem(f"{_name(function)}: {declared['id']!r} is no check id (<area>.<subject>)")
    texts = (declared["title"], declared["guide"] or "", declared["unlocked_by"] or "")
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(c, Code) for c in declared["codes"]):
        raise DeclarationProblem(f"{_name(function)}: its title must be a text and its codes Codes")
    needs, services, records = _parameters(function, _hints(function))
    if services:
        raise DeclarationProblem(f"{_name(function)}: a check judges facts, {services[0][0]!r} is none")
    doc = inspect.getdoc(inspect.getmodule(function)) or inspect.getdoc(function) or ""
    return Check(function, needs, (), records, doc=doc, **declared)


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"


def _hints(of: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(of)
    except (NameError, TypeError, AttributeError) as problem:
        raise DeclarationProblem(f"{_name(of)}: its types do not resolve at run time ({problem})") from problem


def _parameters(
    function: Callable[..., Any], hints: dict[str, Any]
) -> tuple[tuple[Need, ...], tuple[tuple[str, type], ...], tuple[tuple[str, type], ...]]:
    """Needs, services and records of a function, in the order of its parameters."""
    needs: list[Need] = []
    services: list[tuple[str, type]] = []
    records: list[tuple[str, type]] = []
    for name in inspect.signature(function).parameters:
        if name not in hints:
            raise DeclarationProblem(f"{_name(function)}: parameter {name!r} has no type, so nothing can be handed in")
        hint = hints[name]
        need = _need(name, hint)
        if need is not None:
            needs.append(need)
        elif not isinstance(hint, type):
            raise DeclarationProblem(f"{_name(function)}: parameter {name!r} mixes facts with something else")
        elif taken := _fields(name, hint):
            needs += taken
            records.append((name, hint))
        else:
            services.append((name, hint))
    return tuple(needs), tuple(services), tuple(records)


def _fields(parameter: str, kind: type) -> list[Need]:
    """The needs of a record, none if `kind` is no record over facts. Its other fields keep their defaults."""
    open_by_name = _open(kind)
    hints = _hints(kind) if open_by_name else {}
    found = {name: _need(parameter, hints[name], name) for name in open_by_name}
    needs = [need for need in found.values() if need is not None]
    open_ = [name for name, required in open_by_name.items() if required and found[name] is None]
    if needs and open_:
        raise DeclarationProblem(f"{kind.__qualname__} takes facts, but {', '.join(open_)} is none and has no default")
    return needs


def _open(kind: type) -> dict[str, bool]:
    """Each field that a record is made with, and whether it must be given; none of what is no record."""
    if dataclasses.is_dataclass(kind):
        unset = dataclasses.MISSING
        own = [part for part in dataclasses.fields(kind) if part.init]
        return {part.name: part.default is part.default_factory is unset for part in own}
    if issubclass(kind, msgspec.Struct):
        return {part.name: part.required for part in msgspec.structs.fields(kind)}
    return {}


def _need(parameter: str, hint: Any, part: str = "") -> Need | None:
    """The need that a type declares, None if it names anything but facts."""
    members = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    facts = tuple(member for member in members if isinstance(member, type) and issubclass(member, Fact))
    optional = type(None) in members
    if not facts or len(facts) + optional != len(members):
        return None
    strength: Strength = "optional" if optional else "any-of" if len(facts) > 1 else "required"
    return Need(parameter, facts, strength, part)

"""Changes to a world of the lab, as JSON: every member of a world by its name, down to the last image and user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Mapping as AnyMapping
from dataclasses import MISSING, fields, is_dataclass, replace
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from cgrdoctor.lab import World
from cgrdoctor.lab.world import Cached, Image, PullToken, Repository, User

T = TypeVar("T")
OF_A_CASE = ("answers", "names")
"""Members of a world that a case gives elsewhere."""

IDENTITY: Mapping[type, Callable[[Any], object]] = {
    Image: lambda image: image.path,
    User: lambda user: user.name,
    PullToken: lambda token: token.username,
    Cached: lambda cached: (cached.path, cached.tag),
    Repository: lambda repository: repository.key,
}
"""What tells those of a kind apart: in a list, one that is there already is replaced, another is added."""


class Unfit(Exception):
    """A value that does not fit the world; the text ends with its place."""


def changed_world(world: World, given: Mapping[str, Any]) -> World:
    """The world with `repositories`, `fields` and `cached` changed by key, all else by name. Raises Unfit."""
    by_key = {name: given[name] for name in ("repositories", "fields", "cached") if name in given}
    for name in OF_A_CASE:
        if name in given:
            raise Unfit(f"Object contains unknown field `{name}` - at `$.given.world`")
    world = changed(world, {name: value for name, value in given.items() if name not in by_key}, "$.given.world")
    for name, value in by_key.items():
        place = f"$.given.world.{name}"
        if isinstance(value, list) and name == "repositories":
            kept = fit(value, tuple[Repository, ...], place, world.artifactory.repositories)
            world = world.artifactory_with(repositories=kept)
            continue
        for key, change in _members(value, place).items():
            world = _repository(world, key, name, change, f"{place}.{key}")
    return world


def _repository(world: World, key: str, name: str, change: Any, place: str) -> World:
    repositories = {repository.key: repository for repository in world.artifactory.repositories}
    if name == "repositories" and change is None:
        repositories.pop(key, None)
        return world.artifactory_with(repositories=tuple(repositories.values()))
    found = repositories.get(key)
    if name == "repositories":
        given = {"key": key, **_members(change, place)}
        repositories[key] = changed(found, given, place) if found else fit(given, Repository, place)
    elif found is None:
        raise Unfit(f"no repository has this key - at `{place}`")
    else:
        repositories[key] = changed(found, {name: change}, place.removesuffix(f".{key}"))
    return world.artifactory_with(repositories=tuple(repositories.values()))


def changed(whole: T, given: Mapping[str, Any], place: str) -> T:
    """The same with some of its members changed. Raises Unfit for one it does not have."""
    hints = get_type_hints(type(whole))
    for name in given:
        if name not in hints:
            raise Unfit(f"Object contains unknown field `{name}` - at `{place}`")
    made = {name: fit(value, hints[name], f"{place}.{name}", getattr(whole, name)) for name, value in given.items()}
    return replace(whole, **made)  # type: ignore[type-var]  # a dataclass of the lab


def fit(value: Any, kind: Any, place: str, now: Any = None) -> Any:
    """A JSON value as a type of the lab; what is composed is laid over what is there `now`. Raises Unfit."""
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin in (Union, UnionType):
        return _one_of(value, get_args(kind), place, now)
    if origin is Literal:
        return _known(value, get_args(kind), place)
    if origin is tuple:
        return _list(value, get_args(kind)[0], place, now or ())
    if origin in (AnyMapping, dict):
        inner = get_args(kind)[1]
        laid = {name: fit(member, inner, f"{place}.{name}") for name, member in _members(value, place).items()}
        return {**(now or {}), **laid}
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(value, kind, place, now)
    return _plain(value, kind, place)


def _one_of(value: Any, kinds: tuple[Any, ...], place: str, now: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    problems = []
    for kind in kinds:
        if kind is not type(None):
            try:
                return fit(value, kind, place, now)
            except Unfit as problem:
                problems.append(problem)
    raise problems[-1]


def _known(value: Any, known: tuple[Any, ...], place: str) -> Any:
    if value not in known:
        raise Unfit(f"{value!r} is none of {', '.join(map(repr, known))} - at `{place}`")
    return value


def _list(value: Any, kind: Any, place: str, now: tuple[Any, ...]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Unfit(f"Expected `array`, got `{value!r}` - at `{place}`")
    identity = IDENTITY.get(kind)
    there = {identity(one): one for one in now} if identity else {}
    made = [fit(member, kind, f"{place}[{number}]") for number, member in enumerate(value)]
    return tuple({**there, **{identity(one): one for one in made}}.values()) if identity else tuple(made)


def _object(value: Any, kind: type, place: str, now: Any) -> Any:
    """An object by the names of its members, or a list of them in their order."""
    declared = [field.name for field in fields(kind)]
    if isinstance(value, list):
        if len(value) > len(declared):
            raise Unfit(f"{len(value)} members where there are {len(declared)} - at `{place}`")
        value = dict(zip(declared, value, strict=False))
    given = _members(value, place)
    if isinstance(now, kind):
        return changed(now, given, place)
    hints = get_type_hints(kind)
    for name in given:
        if name not in hints:
            raise Unfit(f"Object contains unknown field `{name}` - at `{place}`")
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    missing = [name for name in needed if name not in given]
    if missing:
        raise Unfit(f"Object missing required field `{missing[0]}` - at `{place}`")
    return kind(**{name: fit(member, hints[name], f"{place}.{name}") for name, member in given.items()})


def _members(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Unfit(f"Expected `object`, got `{value!r}` - at `{place}`")
    return value


def _plain(value: Any, kind: type, place: str) -> Any:
    wanted = (int, float) if kind is float else kind
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
        raise Unfit(f"Expected `{getattr(kind, '__name__', kind)}`, got `{value!r}` - at `{place}`")
    return value

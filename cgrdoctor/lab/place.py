"""The same world with Artifactory on another host: one's own in place of JFrog's cloud, or the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from cgrdoctor.lab.world import World


def moved(world: World, host: str) -> World:
    """The world with `host` wherever its own host was named: in IMAGE, wires, answers, realm, stored logins."""
    found: World = _renamed(world, world.host, host)
    return found


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, bytes):
        return value.replace(old.encode(), new.encode())
    if isinstance(value, tuple | list):
        return type(value)(_renamed(item, old, new) for item in value)
    if isinstance(value, Mapping):
        return {_renamed(key, old, new): _renamed(item, old, new) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: _renamed(getattr(value, part.name), old, new) for part in fields(value)})
    return value

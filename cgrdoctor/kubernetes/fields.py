"""Fields of an object of Kubernetes, each of the type it should have or not there at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def mapping(value: Any, *path: str) -> dict[str, Any]:
    """The mapping at `path`; empty where there is none."""
    found = _at(value, path)
    return found if isinstance(found, dict) else {}


def mappings(value: Any, *path: str) -> list[dict[str, Any]]:
    """The mappings of the list at `path`."""
    found = _at(value, path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text(value: Any, *path: str) -> str:
    """The text at `path`; empty where there is none."""
    found = _at(value, path)
    return found if isinstance(found, str) else ""


def number(value: Any, *path: str) -> int:
    """The whole number at `path`, 0 where there is none."""
    found = text(value, *path)
    return int(found) if found.isascii() and found.isdigit() and len(found) < 10 else 0


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value

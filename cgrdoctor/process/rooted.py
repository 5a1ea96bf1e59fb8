"""Files of another machine whose tree is mounted here: what stands at a path there, and nothing outside of it."""

from __future__ import annotations

import os
from pathlib import Path

LINKS = 40
"""Symbolic links that are followed on one way, as Linux does."""


def below(root: Path | None, path: str | Path) -> Path:
    """Where the file is that `path` names on the machine whose tree is mounted at `root`; the path itself without one.

    Links are followed as that machine would follow them: an absolute one begins at the root, and none leads out. What
    is not there, or leads round in a circle, is a path below the root at which nothing is.
    """
    if root is None:
        return Path(path)
    there: list[str] = []
    left = _parts(str(path))
    links = 0
    while left:
        part = left.pop()
        if part == "..":
            del there[-1:]
            continue
        target = _link(root.joinpath(*there, part))
        if target is None:
            there.append(part)
            continue
        links += 1
        if links > LINKS:
            return root.joinpath(os.devnull.lstrip("/"), part)
        if target.startswith("/"):
            there = []
        left += _parts(target)
    return root.joinpath(*there)


def _parts(path: str) -> list[str]:
    """The parts of a path, the first one last."""
    return [part for part in reversed(path.split("/")) if part not in ("", ".")]


def _link(path: Path) -> str | None:
    try:
        return os.readlink(path)
    except (OSError, ValueError):
        return None

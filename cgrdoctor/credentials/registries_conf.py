"""Which credential helpers podman, skopeo, buildah and CRI-O ask: `credential-helpers` of registries.conf.

The user's own file takes the place of the machine's; files of the directories beside them come behind, by their names,
and the last that names helpers is heard (containers/image: sysregistriesv2).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from cgrdoctor.credentials.model import Problem, read_file
from cgrdoctor.process.rooted import below

FILES = "containers-auth.json"
"""Stands among the helpers for the files of logins."""

SYSTEM = Path("/etc/containers")


def helpers(environ: Mapping[str, str], host_root: Path | None = None) -> tuple[str, ...] | Problem:
    """Who is asked, in order, `FILES` among them; a Problem where a file stops them from asking anybody."""
    found: tuple[str, ...] = (FILES,)
    for path in _paths(environ, host_root):
        content = read_file(path)
        if content is None:
            continue
        named = content if isinstance(content, Problem) else _named(content, path)
        if isinstance(named, Problem):
            return named
        found = named or found
    return found


def _paths(environ: Mapping[str, str], host_root: Path | None) -> Iterator[Path]:
    own = Path(environ.get("HOME") or os.path.expanduser("~")) / ".config" / "containers"
    named = environ.get("CONTAINERS_REGISTRIES_CONF", "")
    personal = not named and os.path.exists(below(host_root, own / "registries.conf"))
    yield below(host_root, named or (own if personal else SYSTEM) / "registries.conf")
    for directory in (own,) if personal else (SYSTEM, own):
        try:
            beside = directory / "registries.conf.d"
            names = sorted(one.name for one in below(host_root, beside).glob("*.conf"))
            yield from (below(host_root, beside / name) for name in names)
        except OSError:
            continue


def _named(content: bytes, path: Path) -> tuple[str, ...] | Problem:
    try:
        document = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        reason = "" if isinstance(error, RecursionError | UnicodeDecodeError) else f" ({str(error)[:120]})"
        return Problem("config-invalid", str(path), f"is no TOML{reason}")
    value = document.get("credential-helpers", [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return Problem("config-invalid", str(path), "has no list of texts as credential-helpers")
    return tuple(value)

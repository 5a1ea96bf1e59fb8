"""Which engine the docker command of this user talks to: DOCKER_HOST, else the current context, else the usual socket.

The order is docker/cli's (cli/command: resolveContextName). The rootless socket, which docker uses only when told to,
is taken where the usual one is missing.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cgrdoctor.credentials.docker_file import load
from cgrdoctor.credentials.model import Problem, read_file
from cgrdoctor.net.bounded_json import NotJson, read_json

USUAL = "npipe:////./pipe/docker_engine" if sys.platform == "win32" else "unix:///var/run/docker.sock"
SCHEMES = ("unix", "npipe", "tcp", "http", "https", "ssh", "fd")


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """A URL as DOCKER_HOST writes it, without user information, and who named it."""

    url: str
    source: str


def engine_address(directory: Path, environ: Mapping[str, str]) -> EngineAddress | Problem:
    """The engine's address; looks at files, at no socket."""
    named = environ.get("DOCKER_HOST", "").strip()
    if named:
        return _usable(named, "environment DOCKER_HOST")
    context = environ.get("DOCKER_CONTEXT", "") or _current_context(directory)
    if context and context != "default":
        return _of_context(directory, context)
    if USUAL.startswith("unix://") and not os.path.exists(USUAL.removeprefix("unix://")):
        rootless = rootless_socket(environ)
        if rootless is not None:
            return EngineAddress(f"unix://{rootless}", "the rootless socket")
    return EngineAddress(USUAL, "the usual place")


def rootless_socket(environ: Mapping[str, str]) -> Path | None:
    """The socket of an engine that runs as this user, if there is one."""
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    path = Path(runtime) / "docker.sock"
    return path if runtime and os.path.exists(path) else None


def _current_context(directory: Path) -> str:
    """Empty where the configuration is missing or no JSON: docker then warns and takes the usual socket."""
    content = read_file(directory / "config.json")
    return load(content).context if isinstance(content, bytes) else ""


def _of_context(directory: Path, name: str) -> EngineAddress | Problem:
    """The docker endpoint of a context (docker/cli: contexts/meta/<sha256 of the name>/meta.json)."""
    source = f"docker context {name!r}"
    path = directory / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest() / "meta.json"
    content = read_file(path)
    if content is None:
        return Problem("config-invalid", source, f"does not exist ({path})")
    meta = content if isinstance(content, Problem) else _object(content, str(path))
    if isinstance(meta, Problem):
        return meta
    endpoints = meta.get("Endpoints")
    endpoint = endpoints.get("docker") if isinstance(endpoints, dict) else None
    host = endpoint.get("Host") if isinstance(endpoint, dict) else None
    if not isinstance(host, str) or not host:
        return Problem("config-invalid", source, "names no host")
    return _usable(host, source)


def _object(content: bytes, place: str) -> dict[str, Any] | Problem:
    try:
        value = read_json(content)
    except NotJson as error:
        return Problem("config-invalid", place, f"is {error}" if error.too_much else "is no JSON")
    return value if isinstance(value, dict) else Problem("config-invalid", place, "is no JSON object")


def _usable(text: str, source: str) -> EngineAddress | Problem:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in SCHEMES or not re.fullmatch(r"[!-~]+", rest):
        return Problem("config-invalid", source, "is no address of an engine; write unix:///path or tcp://host:port")
    return EngineAddress(f"{scheme}://{rest.rpartition('@')[2]}", source)

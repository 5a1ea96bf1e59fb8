"""The simulated worlds, if the extra that brings them is installed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType

from cgrdoctor.cli.forms import unknown
from cgrdoctor.errors import UsageProblem

NEEDED = ("hypercorn", "starlette", "trustme")
INSTALL = "the simulated world needs: pip install 'cgrdoctor[lab]'"

FOREIGN = ("CGRDOCTOR_", "JF_", "JFROG_", "CHAINGUARD_", "DOCKER_", "NETRC", "REGISTRY_AUTH_FILE", "GITLAB_CI")
"""Beginnings of variables that would let the real world into a simulated one."""

MANY = 5
"""Worlds named in a line."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")


def lab() -> ModuleType:
    """The lab. Raises UsageProblem if the extra is missing."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in NEEDED):
        raise UsageProblem(INSTALL)
    import cgrdoctor.lab

    return cgrdoctor.lab


def names(module: ModuleType) -> list[str]:
    """Every world by name, healthy ones last."""
    return [*sorted(module.FAULTS), *sorted(module.HEALTHY)]


def refuse_unknown(module: ModuleType, name: str) -> None:
    """Raises UsageProblem for a name no world has; that of a code is told the worlds with this code."""
    if name in module.FAULTS or name in module.HEALTHY:
        return
    of_code = [world for world, fault in module.FAULTS.items() if fault.code == name]
    if of_code:
        shown = ", ".join(of_code[:MANY]) + (f" and {len(of_code) - MANY} more" if len(of_code) > MANY else "")
        raise UsageProblem(f"'{name}' is a code; the worlds with it: {shown}")
    raise unknown("world", name, names(module))


@contextmanager
def isolated(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Replaces this process's environment by one in which only the simulated world has credentials and proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN) and name.upper() not in PROXIES
    }
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="cgrdoctor-") as home:
        apart = {"HOME": home, "DOCKER_CONFIG": home, "NETRC": f"{home}/netrc", "JFROG_CLI_HOME_DIR": home}
        apart |= {"XDG_CONFIG_HOME": home, "XDG_RUNTIME_DIR": home}
        made = {**kept, **apart, **environment}
        _replace(made)
        try:
            yield made
        finally:
            _replace(before)


def _replace(environment: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)

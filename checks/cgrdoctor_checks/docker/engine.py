"""The Docker engine of this machine.

## What it looks at
The socket that DOCKER_HOST, the docker context or habit names, and whether a Docker engine answers there.

## Why it matters
`docker pull` is done by the engine, not by the command: without one nothing is pulled, whatever the registry says.

## How it fails
`Cannot connect to the Docker daemon`, `permission denied while trying to connect`.

## How to fix
Start the engine, join its group, correct DOCKER_HOST or the context. Looking needs no engine; only --pull does.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor import Finding, check, graded
from cgrdoctor.config.settings import Invocation
from cgrdoctor_checks.codes.docker import DOCKER_DAEMON_UNREACHABLE, DOCKER_NOT_INSTALLED, DOCKER_PERMISSION_DENIED
from cgrdoctor_checks.codes.token import DOCKER_CONFIG_INVALID
from cgrdoctor_checks.facts.docker.engine import DockerEngine
from cgrdoctor_checks.remedies import commands


@check(
    "docker.engine",
    title="A Docker engine answers",
    codes=[DOCKER_NOT_INSTALLED, DOCKER_DAEMON_UNREACHABLE, DOCKER_PERMISSION_DENIED, DOCKER_CONFIG_INVALID],
)
def engine_answers(engine: DockerEngine, invocation: Invocation) -> Iterator[Finding]:
    """A remark, unless the engine was to pull."""
    code = _CODES.get(engine.state)
    if code is None:
        return
    if engine.state == "absent" and not engine.command and engine.source != "environment DOCKER_HOST":
        code = DOCKER_NOT_INSTALLED
    yield graded(
        code,
        "fail" if invocation.pull else "info",
        f"{engine.message} ({engine.source})",
        subject=engine.url or engine.source,
        evidence=engine.exchanges,
        remedy=commands.steps(
            f"{code.fix.rstrip('.')} ({engine.url or engine.source})",
            commands=(commands.shell("Look for yourself", "docker", "version"),),
        ),
    )


_CODES = {
    "absent": DOCKER_DAEMON_UNREACHABLE,
    "refused": DOCKER_DAEMON_UNREACHABLE,
    "silent": DOCKER_DAEMON_UNREACHABLE,
    "garbled": DOCKER_DAEMON_UNREACHABLE,
    "denied": DOCKER_PERMISSION_DENIED,
    "config-invalid": DOCKER_CONFIG_INVALID,
}

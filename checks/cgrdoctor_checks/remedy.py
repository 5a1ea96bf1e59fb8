"""Building blocks for remedies on a remote repository: what to click, the REST call, the Terraform attribute."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

from cgrdoctor import Command, Remedy

__all__ = ["Command", "Remedy", "delete_cached", "pull", "setting", "shell", "steps", "update", "zap"]

TOKEN_VARIABLE = "ARTIFACTORY_TOKEN"  # noqa: S105 - the name of a variable, not a secret


def setting(
    key: str, base: str, summary: str, *, ui: str, rest: Mapping[str, object], terraform: str, steps: Sequence[str] = ()
) -> Remedy:
    """Change one setting of the remote `key`: by hand, by REST (merge semantics), by Terraform."""
    return Remedy(
        summary=summary,
        steps=(*steps, f"Administration > Repositories > Remote > {key}: {ui}, then Save."),
        commands=(
            update(key, base, rest),
            Command(description=f"In the resource of {key}", command=terraform, kind="terraform", changes=True),
        ),
    )


def update(key: str, base: str, rest: Mapping[str, object]) -> Command:
    """`POST /api/repositories/{key}` with the fields to change; the token comes through standard input."""
    body = json.dumps(rest)
    command = (
        f'printf \'header = "Authorization: Bearer %s"\' "${TOKEN_VARIABLE}" | curl -sS -K - -X POST '
        f"-H 'Content-Type: application/json' -d {shlex.quote(body)} {shlex.quote(f'{base}/api/repositories/{key}')}"
    )
    return Command(description="With an admin's access token", command=command, kind="rest", changes=True)


def shell(description: str, *words: str, changes: bool = False) -> Command:
    """A command line, each word quoted."""
    return Command(description=description, command=shlex.join(words), kind="shell", changes=changes)


def pull(image: str) -> Command:
    """The pull to try afterwards."""
    return shell("Try the pull again", "docker", "pull", image)


def zap(base: str, key: str, path: str) -> Command:
    """Forget remembered misses and expire metadata below a path (JFrog REST: Zap Cache, since 7.49.3)."""
    command = (
        f'printf \'header = "Authorization: Bearer %s"\' "${TOKEN_VARIABLE}" | curl -sS -K - -X POST '
        f"{shlex.quote(f'{base}/api/zap/{key}-cache/{path}')}"
    )
    return Command(
        description="Zap the cache (Manage or Delete permission; 7.49.3 and newer)",
        command=command,
        kind="rest",
        changes=True,
    )


def delete_cached(base: str, key: str, path: str) -> Command:
    """Delete one cached path, so that the next pull fetches it again."""
    command = (
        f'printf \'header = "Authorization: Bearer %s"\' "${TOKEN_VARIABLE}" | curl -sS -K - -X DELETE '
        f"{shlex.quote(f'{base}/{key}-cache/{path}')}"
    )
    return Command(description="Delete the cached copy (Delete permission)", command=command, kind="rest", changes=True)


def steps(summary: str, *lines: str, commands: Sequence[Command] = ()) -> Remedy:
    """A remedy of plain steps."""
    return Remedy(summary=summary, steps=tuple(lines), commands=tuple(commands))

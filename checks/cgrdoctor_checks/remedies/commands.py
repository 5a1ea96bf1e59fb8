"""Building blocks for remedies on a remote repository: what to click, the REST call, the Terraform attribute."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import quote

from cgrdoctor import Command, Remedy
from cgrdoctor.config.clients import PULLS, RESTART, WHOSE
from cgrdoctor_checks.facts.artifactory.configuration import ROWS
from cgrdoctor_checks.remedies.rest_call import rest

__all__ = [
    "PULL_TOKEN",
    "UNKNOWN_KEY",
    "Command",
    "Kind",
    "Remedy",
    "change",
    "delete_cached",
    "log_in",
    "look",
    "pull",
    "rest",
    "shell",
    "steps",
    "terraform_literal",
    "update",
    "zap",
]

Kind = Literal["Remote", "Virtual"]
"""Which list of Administration > Repositories a repository stands in."""

TRY_AGAIN = "Try the pull again"
OWN_LOGIN = ("skopeo", "buildah", "nerdctl")
"""Programs with a login command of their own beside that of their family."""
LOGINS: Mapping[str, str] = {"docker": "docker", "podman": "podman", "containerd": "nerdctl"}
"""The program that logs in for a client; what nerdctl stores, nerdctl alone reads."""

UNKNOWN_KEY = "REPOSITORY-KEY"
"""In a path or command, where the reference has a port or a sub-domain in the place of the key."""
PULL_TOKEN = {"username": "CHAINGUARD_IDENTITY_ID", "password": "CHAINGUARD_TOKEN"}
"""REST fields of a remote's credential, and the variables that hold a pull token (chainctl auth pull-token -o env)."""


def change(
    key: str,
    base: str,
    summary: str,
    settings: Mapping[str, object],
    *,
    steps: Sequence[str] = (),
    kind: Kind = "Remote",
) -> Remedy:
    """Change settings of a repository, named as in `Configuration`: by hand, by REST (merge), by Terraform."""
    fields = {ROWS[name].field: value for name, value in settings.items()}
    by_hand = ", ".join(f"{field.form} = {_in_the_form(value)}" for field, value in fields.items())
    attributes = "\n".join(f"{field.attribute} = {terraform_literal(value)}" for field, value in fields.items())
    return Remedy(
        summary=summary,
        steps=(*steps, f"Administration > Repositories > {kind} > {key}: {by_hand}, then Save."),
        commands=(
            update(key, base, {field.name: value for field, value in fields.items()}),
            Command(description=f"In the resource of {key}", command=attributes, kind="terraform", changes=True),
        ),
    )


def _in_the_form(value: object) -> str:
    if isinstance(value, bool):
        return "checked" if value else "unchecked"
    return str(value) or "empty"


def update(key: str, base: str, fields: Mapping[str, object], secrets: Mapping[str, str] | None = None) -> Command:
    """`POST /api/repositories/{key}` with the fields to change; `secrets` maps fields to names of variables."""
    command = rest("POST", f"{base}/api/repositories/{quote(key, safe='')}", fields, secrets)
    return Command(description="With an admin's access token", command=command, kind="rest", changes=True)


def terraform_literal(value: object) -> str:
    """A literal of Terraform's language; in a text `${` and `%{` begin nothing."""
    literal = json.dumps(value)
    return literal.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else literal


def shell(description: str, *words: str, changes: bool = False) -> Command:
    """A command line, each word quoted."""
    return Command(description=description, command=shlex.join(words), kind="shell", changes=changes)


def look(url: str) -> Command:
    """The header of one answer, seen without this tool."""
    return shell("Look for yourself", "curl", "-sSI", url)


def pull(image: str, platform: str = "") -> Command:
    """The pull to try afterwards, by the user's own client; the nodes of a cluster have no other platform."""
    if WHOSE.get().client == "kubernetes":
        return shell(TRY_AGAIN, *RESTART)
    return pull_once(TRY_AGAIN, image, platform)


def pull_once(description: str, image: str, platform: str = "") -> Command:
    """A pull by the user's own client on a machine, with the file of logins that it is told of; where a cluster pulls,
    by docker."""
    whose = WHOSE.get()
    program, *words = PULLS.get(whose.client, PULLS["docker"])
    named = ("--platform", platform) if platform and whose.client != "containerd" else ()
    return shell(description, *_told_where(program), *words, *_auth_file(), *named, image)


def _told_where(program: str) -> tuple[str, ...]:
    """Docker takes a directory that is not its usual one only where each command names it."""
    folder = WHOSE.get().docker_config
    return (program, "--config", folder) if program == "docker" and folder else (program,)


def _auth_file() -> tuple[str, ...]:
    """Podman takes a file that is not at its usual place only where each command names it."""
    whose = WHOSE.get()
    return ("--authfile", whose.auth_file) if whose.client == "podman" and whose.auth_file else ()


def log_in(host: str) -> tuple[Command, ...]:
    """Logging the user's own client in to exactly this host; it asks for user name and token itself, so that neither
    is an argument."""
    whose = WHOSE.get()
    program = whose.program if whose.program in OWN_LOGIN else LOGINS.get(whose.client, "docker")
    words = (*_told_where(program), "login", *_auth_file(), host)
    return (shell("Asks for the user name and the token", *words, changes=True),)


def zap(base: str, key: str, path: str) -> Command:
    """Forget remembered misses and expire metadata below a path (JFrog REST: Zap Cache, since 7.49.3)."""
    command = rest("POST", f"{base}/api/zap/{_item(key, path)}")
    description = "Zap the cache (Manage or Delete permission; 7.49.3 and newer)"
    return Command(description=description, command=command, kind="rest", changes=True)


def delete_cached(base: str, key: str, path: str) -> Command:
    """Delete one cached path, so that the next pull fetches it again."""
    command = rest("DELETE", f"{base}/{_item(key, path)}")
    return Command(description="Delete the cached copy (Delete permission)", command=command, kind="rest", changes=True)


def _item(key: str, path: str) -> str:
    return f"{quote(key, safe='')}-cache/{quote(path, safe='/:@')}"


def steps(summary: str, *lines: str, commands: Sequence[Command] = ()) -> Remedy:
    """A remedy of plain steps."""
    return Remedy(summary=summary, steps=tuple(lines), commands=tuple(commands))

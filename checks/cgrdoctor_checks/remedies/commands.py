"""Building blocks for remedies on a remote repository: what to click, the REST call, the Terraform attribute."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import quote

from cgrdoctor import Command, Remedy
from cgrdoctor.net.hosts import BLOB_HOST, MISPRINTED_BLOB_HOST, REGISTRY_HOST
from cgrdoctor_checks.facts.artifactory.configuration import ROWS
from cgrdoctor_checks.remedies.rest_call import rest

__all__ = [
    "PULL_TOKEN",
    "WEBSITES",
    "Command",
    "Remedy",
    "change",
    "delete_cached",
    "egress",
    "look",
    "pull",
    "rest",
    "shell",
    "steps",
    "terraform_literal",
    "update",
    "zap",
]

PULL_TOKEN = {"username": "CHAINGUARD_IDENTITY_ID", "password": "CHAINGUARD_TOKEN"}
"""REST fields of a remote's credential, and the variables that hold a pull token (chainctl auth pull-token -o env)."""

WEBSITES = (
    "The pull of an image that does not exist makes Artifactory call chainguard.dev and www.chainguard.dev as well. "
    "Where a firewall blocks these, the answer comes late or as a failure, and one mistyped name can take the remote "
    "offline for all, for up to five minutes (Assumed Offline): allow them too."
)
"""Chainguard's guide on calls that no existing image causes; what they lead to is inferred."""

FIREWALL = (
    (
        f"For the network team: allow TCP 443 from Artifactory to {REGISTRY_HOST} and {BLOB_HOST}, by name and not by "
        "address: Chainguard publishes none for pulling, and most of its records live 60 s."
    ),
    "Let TLS 1.2 and 1.3 and HTTP/2 pass unbroken; exempt both hosts from TLS inspection; do not block .dev as such.",
    f"Compare the blob host letter by letter: lists of 2023 may hold {MISPRINTED_BLOB_HOST}, which lacks a digit.",
    WEBSITES,
)
"""The rule as a firewall takes it (Chainguard docs: network requirements, Artifactory pull-through guide)."""


def change(
    key: str,
    base: str,
    summary: str,
    settings: Mapping[str, object],
    *,
    steps: Sequence[str] = (),
    kind: Literal["Remote", "Virtual"] = "Remote",
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
    """The pull to try afterwards."""
    return shell("Try the pull again", "docker", "pull", *(("--platform", platform) if platform else ()), image)


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


def egress(summary: str, image: str, *lines: str) -> Remedy:
    """Mend Artifactory's way to Chainguard: the rule, and how to see from its host that it works."""
    return Remedy(
        summary=summary,
        steps=(
            *lines,
            *FIREWALL,
            (
                "On the Artifactory host the first call must answer 401 with WWW-Authenticate: Bearer, the second 4xx "
                "with XML. On JFrog's cloud the way out is JFrog's: give this report to JFrog support."
            ),
        ),
        commands=(
            shell("On the Artifactory host", "curl", "-sSI", f"https://{REGISTRY_HOST}/v2/"),
            shell("On the Artifactory host", "curl", "-sSI", f"https://{BLOB_HOST}/"),
            pull(image),
        ),
    )

"""A pull secret made anew: its login stands in a file, never among the words of a command."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence

from cgrdoctor.credentials.model import OF_A_POD
from cgrdoctor_checks.remedies import commands
from cgrdoctor_checks.remedies.rest_call import variable

FILE = "login.json"
WIDTH = 118
"""Characters of a command on one line."""

_GENERATE = "In Artifactory: Set Me Up > Docker > Generate Token."
_WRITE_IT = f"Write the login to {FILE}, without a line break (-v has the command)."
_NAME_IT = "Name the Secret in the Pod's imagePullSecrets, or in its service account; it serves its own namespace (-n)."
_LOGIN = " ".join(map(variable, ("CGRDOCTOR_REGISTRY_USER", "CGRDOCTOR_REGISTRY_PASSWORD")))
"""Looked at before anything is written: where one is not set there is no file that a Secret could be made of."""
_FORGET = commands.shell("Afterwards", "rm", FILE)


def renew(host: str, name: str, namespace: str, *, replace: bool = False, instead: str = "") -> commands.Remedy:
    """Write the login to a file, make the Secret of it, apply its manifest, and forget the file.

    `instead` is another registry that the Secret serves until then.
    """
    lost = (f"Its login for {instead} is lost by it: if that is needed, make another Secret and name both.",)
    return commands.Remedy(
        summary=f"Create the Secret {name} again, for {host}",
        steps=(_GENERATE, _WRITE_IT, *(lost if instead else ())),
        commands=(_write(host), _make(name, namespace, replace=replace), _FORGET),
    )


def renew_of(host: str, source: str) -> commands.Remedy | None:
    """The Secret behind a login's source made again; None where the login is of no Secret."""
    if not source.startswith(OF_A_POD):
        return None
    namespace, _, name = source.removeprefix(OF_A_POD).partition(",")[0].rpartition("/")
    return renew(host, name, namespace, instead="any other registry")


def make(host: str) -> commands.Remedy:
    """A Secret for whoever names it; of the Pod nothing is known."""
    return commands.Remedy(
        summary=f"Log in to {host}",
        steps=(_GENERATE, _WRITE_IT, _NAME_IT),
        commands=(_write(host), _make("artifactory", "", replace=False), _FORGET),
    )


def give(host: str, name: str, namespace: str, account: str, beside: Sequence[str] = ()) -> commands.Remedy:
    """A Secret where there is none, and its name where the kubelet looks for it, with those that stand there: a patch
    writes the whole list."""
    names = [{"name": one} for one in (*beside, name)]
    listed = ", ".join(f"{{name: {one}}}" for one in (*beside, name))
    patch = json.dumps({"imagePullSecrets": names}, separators=(",", ":"))
    words = ["kubectl", "patch", "serviceaccount", account or "default", *_in(namespace), "-p", patch]
    return commands.Remedy(
        summary=f"Create the Secret {name} in the Pod's namespace and name it in imagePullSecrets",
        steps=(
            _GENERATE,
            _WRITE_IT,
            f"In the Pod's template: spec: {{imagePullSecrets: [{listed}]}}; or patch its service account.",
            "Make Pods anew that exist already.",
        ),
        commands=(
            _write(host),
            _make(name, namespace, replace=False),
            commands.shell("For all new Pods of the service account: the whole list of it", *words, changes=True),
            _FORGET,
        ),
    )


def _write(host: str) -> commands.Command:
    auths = json.dumps({"auths": {host: {"auth": "&"}}}, separators=(",", ":"))
    script = shlex.quote(f"s|.*|{auths}|")
    return commands.Command(
        description="The login, from variables, without a line break",
        command=f"(umask 077; : {_LOGIN} &&\n"
        f"  printf '%s:%s' {_LOGIN} |\n"
        f"  base64 | tr -d '\\n' | sed {script} > {FILE})",
        kind="shell",
        changes=False,
    )


def _make(name: str, namespace: str, *, replace: bool) -> commands.Command:
    """A Secret's type cannot be changed: then it is deleted first."""
    made = shlex.join(["kubectl", "create", "secret", "docker-registry", name, *_in(namespace), f"--from-file={FILE}"])
    words = f"{made} --dry-run=client -o yaml |"
    put = "kubectl replace --force -f -" if replace else "kubectl apply -f -"
    return commands.Command(
        description="The corrected manifest, applied",
        command=f"{words}\n  {put}" if len(words) + len(put) > WIDTH else f"{words} {put}",
        kind="shell",
        changes=True,
    )


def _in(namespace: str) -> tuple[str, ...]:
    return ("-n", namespace) if namespace else ()

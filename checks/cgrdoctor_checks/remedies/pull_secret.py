"""A pull secret made anew: its login stands in a file, never among the words of a command."""

from __future__ import annotations

import json
import shlex

from cgrdoctor_checks.remedies import commands

FILE = "login.json"
WIDTH = 118
"""Characters of a command on one line."""

_GENERATE = "In Artifactory: Set Me Up > Docker > Generate Token."
_WRITE_IT = f"Write the login to {FILE}, without a line break (-v has the command)."
_FORGET = commands.shell("Afterwards", "rm", FILE)


def renew(host: str, name: str, namespace: str, *, replace: bool = False, instead: str = "") -> commands.Remedy:
    """Write the login to a file, make the Secret of it, apply its manifest, and forget the file.

    `instead` is the other registry that the Secret serves until then.
    """
    lost = (f"Its login for {instead} is lost by it: if that is needed, make another Secret and name both.",)
    return commands.Remedy(
        summary=f"Create the Secret {name} again, for {host}",
        steps=(_GENERATE, _WRITE_IT, *(lost if instead else ())),
        commands=(_write(host), _make(name, namespace, replace=replace), _FORGET),
    )


def give(host: str, name: str, namespace: str, account: str) -> commands.Remedy:
    """A Secret where there is none, and its name where the kubelet looks for it."""
    patch = json.dumps({"imagePullSecrets": [{"name": name}]}, separators=(",", ":"))
    words = ["kubectl", "patch", "serviceaccount", account or "default", *_in(namespace), "-p", patch]
    return commands.Remedy(
        summary=f"Create the Secret {name} in the Pod's namespace and name it in imagePullSecrets",
        steps=(
            _GENERATE,
            _WRITE_IT,
            f"In the Pod's template: spec: {{imagePullSecrets: [{{name: {name}}}]}}; or patch its service account.",
            "Make Pods anew that exist already.",
        ),
        commands=(
            _write(host),
            _make(name, namespace, replace=False),
            commands.shell("For all new Pods of the service account", *words, changes=True),
            _FORGET,
        ),
    )


def _write(host: str) -> commands.Command:
    auths = json.dumps({"auths": {host: {"auth": "&"}}}, separators=(",", ":"))
    script = shlex.quote(f"s|.*|{auths}|")
    return commands.Command(
        description="The login, from variables, without a line break",
        command='(umask 077; printf \'%s:%s\' "${CGRDOCTOR_REGISTRY_USER:?}" "${CGRDOCTOR_REGISTRY_PASSWORD:?}" |\n'
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

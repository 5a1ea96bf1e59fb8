"""The image in a pasted command line. A login among its words is neither used nor repeated."""

from __future__ import annotations

import re

from cgrdoctor.net.pasted_word import Pasted, candidate, raise_near, unfilled
from cgrdoctor.net.reference import SHAPE, UnusableReference

PROGRAMS = frozenset(
    (
        "docker",
        "podman",
        "nerdctl",
        "crictl",
        "ctr",
        "kubectl",
        "oc",
        "jf",
        "jfrog",
        "crane",
        "gcrane",
        "regctl",
        "trivy",
        "grype",
        "syft",
        "dive",
        "skopeo",
        "buildah",
        "buildctl",
        "cgrdoctor",
        "docker-compose",
        "podman-compose",
        "compose",
        "oras",
        "cosign",
        "helm",
        "kind",
        "k3s",
        "k3d",
        "minikube",
        "kaniko",
        "curl",
        "wget",
        "chainctl",
        "dockle",
        "singularity",
        "apptainer",
        "k9s",
        "lima",
        "finch",
    )
)
"""Programs whose command lines are read."""

RUNNING = frozenset(("run", "create", "exec"))
"""Sub-commands in which -u and -p are no login."""

_VALUED = frozenset(
    (
        "-t",
        "--tag",
        "-e",
        "--env",
        "--env-file",
        "-l",
        "--label",
        "-v",
        "--volume",
        "--mount",
        "--name",
        "-w",
        "--workdir",
        "--entrypoint",
        "-n",
        "--namespace",
        "--network",
        "--net",
        "-a",
        "--address",
        "--platform",
        "--authfile",
        "--cert-dir",
        "--config",
        "--context",
        "--kubeconfig",
        "--add-host",
        "--cache-from",
        "--cache-to",
        "--output",
        "-o",
        "--format",
        "-f",
        "--file",
        "-H",
        "--host",
        "--registry-config",
        "--username",
        "--password",
        "--user",
        "-u",
        "-p",
        "--creds",
        "--src-creds",
        "--dest-creds",
        "--auth",
        "--registry-token",
        "--docker-username",
        "--docker-password",
        "--docker-server",
        "--docker-email",
    )
)

LOGIN = re.compile(
    r"(?:--(?:src-|dest-|docker-)?creds|--user(?:name)?|--pass(?:word)?|--auth|--registry-token|--docker-(?:username|password)"
    r"|-u|-p)(?:=|$)"
)
"""Options whose value is a login or a part of one."""


def command_of(line: str) -> tuple[str, list[str]] | None:
    """Program and words of a command line, without prompt, sudo and variables set before it."""
    words = line.split()
    while words and (
        words[0]
        in ("sudo", "$", "#", ">", "%", "+", "time", "exec", "RUN", "run:", "-", "&&", "doas", "nice", "watch", "!")
        or re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,80}=\S*|\S{0,80}[\w~\])][$#>]|PS|-[EHn]", words[0])
    ):
        words = words[1:]
    if not words:
        return None
    program = words[0].replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
    return (program, words[1:]) if program in PROGRAMS else None


def image_of_command(program: str, words: list[str]) -> Pasted:
    """The image of a command: the first word that is one and no option's value; the first of all words else."""
    running = bool(RUNNING & set(words[:4]))
    login = not running and program not in ("kubectl", "oc") and any(LOGIN.match(word) for word in words)
    login = login or any(word.startswith(("--docker-password", "--docker-username")) for word in words)
    notes = ("the login among the words was ignored",) if login else ()
    free, bound = free_words(words)
    for word in (*free, *bound):
        if unfilled(word) and "/" in word:
            raise UnusableReference(unfilled(word) or "")
        found = candidate(word)
        if found is not None:
            return Pasted(found.reference, "command", (*notes, *found.notes))
    for word in free:
        raise_near(word)
    raise UnusableReference(f"the command names no image in it; write {SHAPE}")


def free_words(words: list[str]) -> tuple[list[str], list[str]]:
    """Words that may be the image, and after them those that are values of options (never those of a login)."""
    free: list[str] = []
    bound: list[str] = []
    skip = ""
    for word in words:
        if skip:
            bound += [word] if not LOGIN.match(skip) else []
            skip = ""
        elif word in _VALUED:
            skip = word
        elif word.startswith("-"):
            value = word.partition("=")[2]
            bound += [value] if value and not LOGIN.match(word) and word.partition("=")[0] not in _VALUED else []
        else:
            free.append(word)
    return free, bound

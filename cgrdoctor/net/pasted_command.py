"""The image in a pasted command line. A login among its words is neither used nor repeated."""

from __future__ import annotations

import re
from dataclasses import replace

from cgrdoctor.net.pasted_text import the_one
from cgrdoctor.net.pasted_word import Pasted, candidate, parsed, raise_near, unfilled
from cgrdoctor.net.reference import SHAPE, Reference, UnusableReference

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
        "enroot",
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
    _refuse_several(words, free)
    if program == "helm" and (put_together := _of_helm(words)) is not None:
        return replace(put_together, notes=notes)
    for word in _images_first(program, (*free, *bound)):
        if unfilled(word) and "/" in word:
            raise UnusableReference(unfilled(word) or "")
        found = candidate(word)
        if found is not None:
            return Pasted(found.reference, "command", (*notes, *found.notes))
    for word in free:
        raise_near(word)
    for word in free:
        if refused := unfilled(word):
            raise UnusableReference(refused)
    raise UnusableReference(f"the command names no image in it; write {SHAPE}")


def _images_first(program: str, words: tuple[str, ...]) -> list[str]:
    """Addresses come last, unless the program asks addresses: most are of pages and files."""
    asks = program in ("curl", "wget")
    return sorted(words, key=lambda word: not asks and word[:8].lower().startswith(("http://", "https://")))


def _refuse_several(words: list[str], free: list[str]) -> None:
    """One image is pulled; a pull of several is no question about one."""
    if "pull" not in words[:4]:
        return
    found: dict[Reference, None] = {}
    for word in free:
        if word in ("&&", "||", ";", "|", "&"):
            break
        named = candidate(word)
        found |= {named.reference: None} if named is not None else {}
        if word.endswith(";"):
            break
    if found:
        the_one(list(found))


_SETTING = re.compile(r"[\w.\[\]-]{0,200}?(registry|repository|tag|digest|image)=(.{1,700})", re.IGNORECASE)


def _of_helm(words: list[str]) -> Pasted | None:
    """The image that `--set image.repository=...,image.tag=...` puts together."""
    parts = [part for word in words for part in word.removeprefix("--set=").removeprefix("--set-string=").split(",")]
    values = {found[1].lower(): found[2] for part in parts if (found := _SETTING.fullmatch(part))}
    name = values.get("repository") or values.get("image")
    if name is None or any(unfilled(value) for value in values.values()):
        return None
    whole = f"{values['registry'].rstrip('/')}/{name}" if "registry" in values else name
    tag = f":{values['tag']}" if "tag" in values else ""
    digest = f"@{values['digest']}" if "digest" in values else ""
    image = parsed(f"{whole}{tag}{digest}")
    return Pasted(image, "command") if image is not None else None


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

"""Which clients a run looks at: those that were named, those that an option implies, else the first that is here."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from cgrdoctor.process.rooted import below

Client = Literal["docker", "podman", "containerd", "kubernetes"]

CLIENTS: tuple[Client, ...] = get_args(Client)

IMPLIED: Mapping[str, Client] = {"pod": "kubernetes", "pull_secret": "kubernetes", "auth_file": "podman"}
"""What an option says of the client, by its field; in this order."""

COMMANDS: Mapping[Client, tuple[str, ...]] = {
    "docker": ("docker",),
    "podman": ("podman", "skopeo", "buildah", "crio"),
    "containerd": ("containerd", "ctr", "nerdctl"),
}
SOCKET = "/var/run/docker.sock"
HOSTS = Path("/etc/containerd/certs.d")

PULLS: Mapping[str, tuple[str, ...]] = {
    "docker": ("docker", "pull"),
    "podman": ("podman", "pull"),
    "containerd": ("crictl", "pull"),
}
"""What pulls an image whose name follows."""
PRINTED: Mapping[str, Client] = {
    **dict.fromkeys(("docker", "docker-classic", "buildkit", "gitlab-runner"), "docker"),
    **dict.fromkeys(("podman", "skopeo", "buildah"), "podman"),
    **dict.fromkeys(("containerd", "ctr", "nerdctl", "crictl"), "containerd"),
    **dict.fromkeys(("kubelet", "cri-o", "tekton", "flux", "argocd"), "kubernetes"),
}
"""Whose user holds a text, by the program that printed it."""
GITLAB = "gitlab-runner"

RESTART = ("kubectl", "rollout", "restart", "deployment", "DEPLOYMENT")
"""What makes a cluster pull again."""

UNSEEN: Mapping[Client, str] = {
    "podman": "podman's mirrors, trust and proxy",
    "containerd": "containerd's logins, mirrors, trust and proxy",
    "kubernetes": "the nodes' mirrors, trust, proxy and credential provider",
}
"""What is not looked at of a client that is looked at."""


NOT_BELOW = "settings of containerd, CRI-O and the kubelet"
"""What stands below --host-root and is not read yet."""


def chosen(values: Mapping[str, Any], given: Mapping[str, str], environ: Mapping[str, str]) -> tuple[Client, ...]:
    """The clients of a run by its options (`values` and their origins by field), the first being the user's own.

    A variable names a file for the clients that read it, and says of none that it is used.
    """
    if named := values.get("client"):
        return tuple(dict.fromkeys(named))
    typed = [field for field in IMPLIED if values.get(field) and not given[field].startswith("environment ")]
    if typed:
        return tuple(dict.fromkeys(IMPLIED[field] for field in typed))
    docker_config, auth_file, host_root = (values.get(name) for name in ("docker_config", "auth_file", "host_root"))
    return (next(here(environ, docker_config, auth_file, host_root), "docker"),)


def here(
    environ: Mapping[str, str], docker_config: Path | None, auth_file: Path | None, host_root: Path | None = None
) -> Iterator[Client]:
    """The clients of which something is on this machine, docker first; looks at names of files, one by one.

    Of one whose tree is mounted at `host_root`: by the configurations that clients have there.
    """
    if host_root is not None:
        yield from _there(host_root, auth_file)
        return
    path = environ.get("PATH", os.defpath)
    home = environ.get("HOME") or os.devnull
    if (
        any(environ.get(name) for name in ("DOCKER_HOST", "DOCKER_CONTEXT"))
        or _command("docker", path)
        or os.path.exists(SOCKET)
        or os.path.exists(os.path.join(docker_config or os.path.join(home, ".docker"), "config.json"))
    ):
        yield "docker"
    if any(_command(name, path) for name in COMMANDS["podman"]) or _has_auth_file(environ, auth_file):
        yield "podman"
    if any(_command(name, path) for name in COMMANDS["containerd"]) or _names_a_host(HOSTS):
        yield "containerd"


def _there(host_root: Path, auth_file: Path | None) -> Iterator[Client]:
    def has(*paths: str) -> bool:
        return any(os.path.exists(below(host_root, path)) for path in paths)

    if has(SOCKET, "/root/.docker/config.json"):
        yield "docker"
    if auth_file is not None or has("/run/containers/0/auth.json", "/root/.config/containers/auth.json"):
        yield "podman"
    if _names_a_host(below(host_root, HOSTS)):
        yield "containerd"


def _command(name: str, path: str) -> bool:
    from shutil import which

    return which(name, path=path) is not None


def _has_auth_file(environ: Mapping[str, str], auth_file: Path | None) -> bool:
    settings = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME") or os.devnull, ".config")
    found = [os.path.join(settings, "containers", "auth.json")]
    if auth_file is not None:
        found.append(str(auth_file))
    elif runtime := environ.get("XDG_RUNTIME_DIR"):
        found.append(os.path.join(runtime, "containers", "auth.json"))
    elif sys.platform == "linux":
        found.append(f"/run/containers/{os.getuid()}/auth.json")
    return any(os.path.exists(one) for one in found)


def _names_a_host(directory: Path) -> bool:
    try:
        with os.scandir(directory) as found:
            return any(one.is_dir() for one in found)
    except OSError:
        return False


def lines(unseen: Collection[str], others: Sequence[str], host_root: Path | None = None) -> Iterator[str]:
    """A line each, of less than 72 columns, on what is not looked at: of the clients of a run, and which others."""
    if unseen:
        yield f"not looked at: {'; '.join(unseen)}"
    if host_root is not None:
        from cgrdoctor.net.trust import has_store

        yield f"not read below {host_root} yet: {NOT_BELOW}"
        if not has_store(host_root):
            yield f"no trust store below {host_root}: this machine's own counts"
    if others:
        are = "is" if len(others) == 1 else "are"
        yield f"{' and '.join(others)} {are} here too, not looked at (--client {others[0]})"


class Whose(NamedTuple):
    """In whose commands remedies are written: the clients of the run, the file that `login` was told to write, whether
    the run is a job of GitLab's, the program whose text was given, and the directory that docker was told to use."""

    clients: tuple[str, ...] = ()
    auth_file: str = ""
    gitlab: bool = False
    program: str = ""
    docker_config: str = ""

    @property
    def client(self) -> str:
        """The user's own client."""
        return self.clients[0] if self.clients else "docker"


WHOSE: ContextVar[Whose] = ContextVar("whose", default=Whose())  # noqa: B039 - a tuple
"""Set around each judgement from the facts it is made of."""


def asks_docker(clients: Collection[str], *, pull: bool = False) -> bool:
    """Whether docker's own side is looked at; a report of an earlier release names no client, and it was docker."""
    return pull or not clients or "docker" in clients

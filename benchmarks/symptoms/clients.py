"""The real clients, each pulling one image into a folder of its own, and what it said when it could not."""

from __future__ import annotations

import base64
import functools
import itertools
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.symptoms import cri

CLIENTS = ("skopeo inspect", "skopeo copy", "podman", "buildah", "ctr", "docker-classic", "kubelet")
PATIENCE = 40.0
"""Seconds for a client that waits; what it has said by then is kept."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A world as a client finds it. `engines` are the sockets of dockerd and containerd."""

    image: str
    host: str
    environment: Mapping[str, str]
    cacert: str
    folder: Path
    engines: Path
    pod: Path | None = None
    pull_secret: Path | None = None

    @property
    def login(self) -> tuple[str, str] | None:
        """The caller's, where the world gives one."""
        names = ("CGRDOCTOR_REGISTRY_USER", "CGRDOCTOR_REGISTRY_PASSWORD")
        found = tuple(self.environment[name] for name in names if name in self.environment)
        return (found[0], found[1]) if len(found) == 2 else None

    @property
    def of_the_pod(self) -> list[tuple[str, str] | None]:
        """What the kubelet tries in turn: the logins of the Pod's secrets under the very name of the host, else none.

        The caller's where the world has no secrets.
        """
        if self.pod is None or self.pull_secret is None:
            return [self.login]
        (pod,) = json.loads(self.pod.read_text())["items"]
        secrets = json.loads(self.pull_secret.read_text())["items"]
        found = [
            login
            for named in pod["spec"]["imagePullSecrets"]
            for secret in secrets
            if secret["metadata"] == {"name": named["name"], "namespace": pod["metadata"]["namespace"]}
            if (login := self._login_in(secret)) is not None
        ]
        return [*found] or [None]

    def _login_in(self, secret: dict[str, Any]) -> tuple[str, str] | None:
        try:
            config = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))
            user, _, password = base64.b64decode(config["auths"][self.host]["auth"]).decode().partition(":")
        except (KeyError, ValueError):
            return None
        return (user, password) if secret["type"].endswith("/dockerconfigjson") else None

    @property
    def own(self) -> dict[str, str]:
        """Variables of the client: the world's trust and proxy, nothing of whoever runs this."""
        kept = {"HTTPS_PROXY": self.environment["HTTPS_PROXY"]} if "HTTPS_PROXY" in self.environment else {}
        path = f"{self.environment.get('PATH', '/usr/sbin')}:/usr/sbin:/usr/bin:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder), "SSL_CERT_FILE": self.cacert, "TMPDIR": "/var/tmp", **kept}

    def config(self) -> Path:
        """A config.json with the login, or the one of the world."""
        given = Path(self.environment.get("DOCKER_CONFIG", "/nonexistent")) / "config.json"
        if given.exists():
            return given
        own = self.folder / "docker" / "config.json"
        own.parent.mkdir(exist_ok=True)
        entry = base64.b64encode(":".join(self.login or ("", "")).encode()).decode()
        own.write_text(json.dumps({"auths": {self.host: {"auth": entry}} if self.login else {}}))
        return own


def said(stand: Stand, client: str) -> str | None:
    """The words of one client, `(silence)` of one that still waits; None where it pulled."""
    if client == "kubelet":
        tried = (cri.pull(stand.engines / "containerd.sock", stand.image, one, PATIENCE) for one in stand.of_the_pod)
        told = [*itertools.takewhile(lambda words: words is not None, tried)]
        return told[-1] if len(told) == len(stand.of_the_pod) else None
    store = ("--root", f"{stand.folder}/store", "--runroot", f"{stand.folder}/run", "--storage-driver", "vfs")
    source, auth = f"docker://{stand.image}", ("--authfile", str(stand.config()))
    commands: dict[str, tuple[str, ...]] = {
        "skopeo inspect": ("skopeo", "inspect", "--no-tags", *auth, source),
        "skopeo copy": ("skopeo", "copy", "--src-authfile", str(stand.config()), source, f"dir:{stand.folder}/copy"),
        "podman": ("podman", *store, "pull", *auth, stand.image),
        "buildah": ("buildah", *store, "pull", *auth, stand.image),
        "ctr": ("ctr", "-a", f"{stand.engines}/containerd.sock", "images", "pull", *_user(stand), stand.image),
        "docker-classic": ("docker", "pull", stand.image),
    }
    return _run(stand, commands[client])


def _user(stand: Stand) -> tuple[str, ...]:
    return ("--user", ":".join(stand.login)) if stand.login else ()


def _run(stand: Stand, command: tuple[str, ...]) -> str | None:
    own = {
        **stand.own,
        "DOCKER_HOST": f"unix://{stand.engines}/docker.sock",
        "DOCKER_CONFIG": str(stand.config().parent),
    }
    try:
        done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as late:
        return (late.stderr or b"").decode("utf-8", "replace").strip() or "(silence)"
    return None if done.returncode == 0 else done.stderr.strip()


@functools.cache
def version(client: str) -> str:
    """The number of the program that speaks, such as `1.9.3`."""
    program = {"docker-classic": "dockerd", "kubelet": "containerd", "ctr": "containerd"}.get(client, client)
    path = f"/usr/sbin:/usr/bin:{os.environ['PATH']}"
    told = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False, env={"PATH": path}
    ).stdout
    words = [word.strip(",").partition("~")[0].partition("+")[0] for word in told.split()]
    return next((word for word in words if word[:1].isdigit() and "." in word), "")

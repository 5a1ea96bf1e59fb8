"""Debian's containerd as the engine of a node: in a network namespace, with names and resolver of the node's own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from doctor_image import ENTRYPOINT
from netns import daemon

PATH = f"/usr/sbin:/usr/bin:{os.environ['PATH']}"
SETTINGS = """
version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{folder}/socket"
"""
CONTAINERD = """
mount --bind "$1/hosts" /etc/hosts
mount --bind "$1/resolv.conf" "$(readlink -f /etc/resolv.conf)"
exec containerd --config "$2/config.toml"
"""
VERDICT = "/dev/termination-log"
LARGEST = 4096
"""Bytes of a termination message that a kubelet reads."""


class Ended(NamedTuple):
    """How a container ended, and what it left."""

    status: int
    message: str
    log: str


@dataclass(frozen=True)
class Engine:
    """A running containerd; `folder` is short, because a socket's path may not be long. runc keeps what runs by
    containerd's `space`, for all of a machine's containerds together."""

    folder: Path
    space: str

    def ctr(self, *words: str, limit: int = 120) -> subprocess.CompletedProcess[str]:
        command = ["ctr", "--address", f"{self.folder}/socket", "--namespace", self.space, *words]
        return subprocess.run(command, env={"PATH": PATH}, capture_output=True, text=True, timeout=limit, check=False)

    def load(self, archive: Path) -> None:
        done = self.ctr("images", "import", str(archive))
        assert done.returncode == 0, done.stderr

    def run(
        self, name: str, container: Mapping[str, Any], environ: Mapping[str, str], mounts: Mapping[str, Path]
    ) -> Ended:
        """A container of a Pod, as a kubelet makes it; `mounts` are files and directories by where they stand in it."""
        message = self.folder / f"{name}.message"
        message.touch()
        message.chmod(0o666)
        options = ["--mount", f"type=bind,src={message},dst={VERDICT},options=rbind:rw"]
        for place, source in mounts.items():
            options += ["--mount", f"type=bind,src={source},dst={place},options=rbind:ro"]
        for variable, value in environ.items():
            options += ["--env", f"{variable}={value}"]
        done = self.ctr("run", "--rm", *options, *self._words(name, container))
        assert "ctr:" not in done.stderr, done.stderr
        return Ended(done.returncode, message.read_text()[:LARGEST], done.stdout)

    def begin(self, name: str, container: Mapping[str, Any]) -> None:
        done = self.ctr("run", "--detach", *self._words(name, container))
        assert done.returncode == 0, done.stderr

    def _words(self, name: str, container: Mapping[str, Any]) -> list[str]:
        assert container["securityContext"]["readOnlyRootFilesystem"]
        return ["--net-host", "--read-only", container["image"], name, *ENTRYPOINT, *container["args"]]

    def end(self, name: str) -> int:
        """Ends a container as a kubelet does, and gives its status; one that has just begun may not hear it yet."""
        until = time.monotonic() + 30
        while "STOPPED" not in self.ctr("task", "ls").stdout:
            assert time.monotonic() < until, "it goes on whatever it is told"
            self.ctr("task", "kill", "--signal", "SIGTERM", name)
        return self.ctr("task", "delete", name).returncode


@contextmanager
def in_memory() -> Iterator[Path]:
    """A folder for thousands of files that nobody needs a second later: to remove them one by one takes long."""
    folder = Path(tempfile.mkdtemp(prefix="cgrd-"))
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3g", "cgrdoctor", folder], check=True, env={"PATH": PATH})
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True, env={"PATH": PATH})
    finally:
        folder.rmdir()


@contextmanager
def engine(namespace: str, folder: Path) -> Iterator[Engine]:
    """Debian's containerd until the block is left, and what it started with it; ready when it answers."""
    (folder / "config.toml").write_text(SETTINGS.format(folder=folder))
    made = Engine(folder, namespace)
    try:
        with daemon(namespace, folder, CONTAINERD, {"PATH": PATH}, lambda: made.ctr("version").returncode == 0):
            try:
                yield made
            finally:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    for name in made.ctr("container", "ls", "--quiet", limit=20).stdout.split():
                        made.ctr("task", "delete", "--force", name, limit=20)
    finally:
        shutil.rmtree(Path("/run/containerd/runc") / namespace, ignore_errors=True)

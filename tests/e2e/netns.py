"""Network namespaces of the test's own making, with a world of the lab in one: names, addresses, a resolver."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STAGE = Path(__file__).with_name("stage.py")
HOST = "acme.jfrog.io"
BLOBS = "9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com"
ADDRESS = "10.99.0.1"
HERE = {"A": [ADDRESS]}
NOWHERE = {"A": ["10.99.0.9"]}
"""An address of the namespace's own network at which nobody is: packets to it are lost."""

ZONE: dict[str, dict[str, Any]] = {HOST: HERE, "cgr.dev": HERE, BLOBS: HERE, "www.chainguard.dev": HERE}


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)


def settings_of(name: str) -> Path:
    """The directory whose entries `ip netns exec` puts in the place of those of /etc."""
    return Path("/etc/netns") / name


@contextmanager
def namespace(name: str, resolver: str) -> Iterator[str]:
    """A network namespace with a resolver configuration; whatever still runs in it at the end is ended."""
    settings_of(name).mkdir(parents=True)
    try:
        (settings_of(name) / "resolv.conf").write_text(f"nameserver {resolver}\noptions timeout:1 attempts:1\n")
        run("ip", "netns", "add", name)
        try:
            run("ip", "-n", name, "link", "set", "lo", "up")
            yield name
        finally:
            left = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=False)
            for number in left.stdout.split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(number), signal.SIGKILL)
            run("ip", "netns", "delete", name)
    finally:
        shutil.rmtree(settings_of(name))


@contextmanager
def made() -> Iterator[str]:
    """A network with one address of each family, and a resolver configuration of its own."""
    with namespace(f"cgrdoctor{os.getpid()}", "127.0.0.53") as name:
        for words in (
            "link add v0 type veth peer name v1",
            f"address add {ADDRESS}/24 dev v0",
            "address add fd99::1/64 dev v0 nodad",
            "link set v0 up",
            "link set v1 up",
            "neighbour add 10.99.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent",
            "neighbour add fd99::9 lladdr 02:00:00:00:00:09 dev v0 nud permanent",
            "route add default dev v0",
        ):
            run("ip", "-n", name, *words.split())
        yield name


@contextmanager
def machines(count: int) -> Iterator[tuple[str, list[str]]]:
    """A namespace as `made` makes it, and `count` more on a network with it, each a machine of its own."""
    with made() as centre, contextlib.ExitStack() as stack:
        for words in ("link add bridge type bridge", "link set bridge up", "link set v1 master bridge"):
            run("ip", "-n", centre, *words.split())
        names = []
        for number in range(count):
            name = stack.enter_context(namespace(f"{centre}n{number}", ADDRESS))
            run("ip", "link", "add", "up", "netns", name, "type", "veth", "peer", "name", f"n{number}", "netns", centre)
            for words in (f"address add 10.99.0.{100 + number}/24 dev veth0", "link set veth0 up"):
                run("ip", "-n", name, *words.split())
            run("ip", "-n", centre, "link", "set", f"n{number}", "master", "bridge", "up")
            names.append(name)
        yield centre, names


@contextmanager
def staged(
    namespace: str, zone: dict[str, dict[str, Any]], world: str, others: dict[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """A world on port 443 of the namespace's addresses; gives image, environment and cacert.

    `others` are zones by the addresses of further name servers.
    """
    told = json.dumps({"zone": zone, "world": world, "others": others or {}})
    command = ["ip", "netns", "exec", namespace, sys.executable, str(STAGE), told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stage:
        assert stage.stdout is not None
        assert stage.stdin is not None
        try:
            yield json.loads(stage.stdout.readline())
        finally:
            stage.stdin.close()
            try:
                stage.wait(10)
            except subprocess.TimeoutExpired:
                stage.kill()


@contextmanager
def daemon(
    namespace: str, folder: Path, script: str, environ: Mapping[str, str], answers: Callable[[], bool]
) -> Iterator[None]:
    """A program in a namespace until the block is left, with mounts of its own; ready when it answers.

    The shell `script` begins it, with the namespace's own settings and the folder as its words.
    """
    into = ["nsenter", f"--net=/run/netns/{namespace}", "unshare", "--mount", "--propagation", "private"]
    command = [*into, "sh", "-ec", script, "daemon", str(settings_of(namespace)), str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=dict(environ))
    try:
        until = time.monotonic() + 30
        while not answers():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until, (folder / "log").read_text()
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

"""A network namespace with a world of the lab in it: names, addresses, a resolver, all of the test's own making."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STAGE = Path(__file__).with_name("stage.py")
HOST = "acme.jfrog.io"
BLOBS = "9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com"
HERE = {"A": ["10.99.0.1"]}
NOWHERE = {"A": ["10.99.0.9"]}
"""An address of the namespace's own network at which nobody is: packets to it are lost."""

ZONE: dict[str, dict[str, Any]] = {HOST: HERE, "cgr.dev": HERE, BLOBS: HERE, "www.chainguard.dev": HERE}


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)


def settings_of(name: str) -> Path:
    """The directory whose entries `ip netns exec` puts in the place of those of /etc."""
    return Path("/etc/netns") / name


@contextmanager
def made() -> Iterator[str]:
    """A network with one address of each family, and a resolver configuration of its own."""
    name = f"cgrdoctor{os.getpid()}"
    settings_of(name).mkdir(parents=True)
    (settings_of(name) / "resolv.conf").write_text("nameserver 127.0.0.53\noptions timeout:1 attempts:1\n")
    run("ip", "netns", "add", name)
    try:
        for words in (
            "link set lo up",
            "link add v0 type veth peer name v1",
            "address add 10.99.0.1/24 dev v0",
            "address add fd99::1/64 dev v0 nodad",
            "link set v0 up",
            "link set v1 up",
            "neighbour add 10.99.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent",
            "neighbour add fd99::9 lladdr 02:00:00:00:00:09 dev v0 nud permanent",
            "route add default dev v0",
        ):
            run("ip", "-n", name, *words.split())
        yield name
    finally:
        run("ip", "netns", "delete", name)
        shutil.rmtree(settings_of(name))


@contextmanager
def staged(namespace: str, zone: dict[str, dict[str, Any]], world: str) -> Iterator[dict[str, Any]]:
    """A world on port 443 of the namespace's addresses; gives image, environment and cacert."""
    told = json.dumps({"zone": zone, "world": world})
    command = ["ip", "netns", "exec", namespace, sys.executable, str(STAGE), told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stage:
        assert stage.stdout is not None
        assert stage.stdin is not None
        try:
            yield json.loads(stage.stdout.readline())
        finally:
            stage.stdin.close()
            stage.wait(10)

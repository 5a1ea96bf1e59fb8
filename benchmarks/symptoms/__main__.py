"""`make symptoms`: runs skopeo, podman, buildah, ctr, containerd's CRI and docker in every world of the lab.

Needs root and Debian's packages skopeo, podman, buildah, containerd, docker.io and docker-cli. Writes what they said,
a line of JSON each, to the file named on the command line (it goes on where that ends); names of worlds behind it are
asked alone. `CLIENTS` of the environment chooses clients. `benchmarks.symptoms.tabulate` makes the table of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.symptoms import machine
from benchmarks.symptoms.clients import CLIENTS, Stand, said
from cgrdoctor.lab import FAULTS, running

INSIDE = "CGRDOCTOR_SYMPTOMS_INSIDE"


def main() -> None:
    """Enters a namespace of its own, and there goes through the worlds."""
    if INSIDE not in os.environ:
        into = ["unshare", "--net", "--mount", "--propagation", "private"]
        command = [*into, sys.executable, "-m", "benchmarks.symptoms", *sys.argv[1:]]
        raise SystemExit(subprocess.run(command, env={**os.environ, INSIDE: "1"}, check=False).returncode)
    target = Path(sys.argv[1])
    done = {json.loads(line)["world"] for line in target.read_text().splitlines()} if target.exists() else set()
    names = sys.argv[2:] or [name for name in FAULTS if name not in done]
    with tempfile.TemporaryDirectory(prefix="cgrd-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        machine.furnish(folder)
        proxied = [one for one in names if FAULTS[one].scenario().world.proxy != "none"]
        with machine.engines(folder):
            for one in names:
                if one not in proxied:
                    _write(target, one, _asked(folder, one))
        for one in proxied:
            _write(target, one, _asked(folder, one, own_engines=True))


def _write(target: Path, world: str, rows: list[dict[str, object]]) -> None:
    with target.open("a") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
    print(world, len(rows), flush=True)


def _asked(folder: Path, name: str, *, own_engines: bool = False) -> list[dict[str, object]]:
    scenario = FAULTS[name].scenario()
    if scenario.expected is None:
        return []
    with ExitStack() as stack:
        lab = stack.enter_context(running(scenario.world))
        own = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True)))
        host = lab.image.partition("/")[0]
        hosts = {**lab.ports}
        for mapping in [lab.arguments[at + 1] for at, word in enumerate(lab.arguments) if word == "--connect-to"]:
            asked, number, _, port = mapping.split(":")
            hosts.setdefault(asked if number == "443" else f"{asked}:{number}", int(port))
        stack.enter_context(machine.named(folder, hosts))
        trusted = {one: port for one, port in hosts.items() if scenario.expected != "docker-ca-missing" or one != host}
        machine.trust(folder, trusted, str(lab.cacert))
        if own_engines:
            proxies = {key: value for key, value in lab.environment.items() if key == "HTTPS_PROXY"}
            stack.enter_context(machine.engines(folder, **proxies))
        stand = Stand(lab.image, host, lab.environment, str(lab.cacert), own, folder)
        return [
            {
                "world": name,
                "code": scenario.expected,
                "image": lab.image,
                "client": client,
                "version": version,
                "text": text,
            }
            for client, version, text in said(stand, os.environ.get("CLIENTS", ",".join(CLIENTS)).split(","))
        ]


if __name__ == "__main__":
    main()

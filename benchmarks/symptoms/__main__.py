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
from benchmarks.symptoms.clients import CLIENTS, Stand, said, version
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
    clients = os.environ.get("CLIENTS", ",".join(CLIENTS)).split(",")
    with tempfile.TemporaryDirectory(prefix="cgrd-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        machine.furnish(folder)
        for one in names:
            _write(target, one, [row for client in clients for row in _asked(folder, one, client)])


def _write(target: Path, world: str, rows: list[dict[str, object]]) -> None:
    with target.open("a") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
    print(world, sum(bool(row["text"]) for row in rows), flush=True)


def _asked(folder: Path, name: str, client: str) -> list[dict[str, object]]:
    """What one client says in that world, which nobody asked before: an earlier client would have filled its cache."""
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
        trusted = [one for one in hosts if scenario.expected != "docker-ca-missing" or one != host]
        machine.trust(folder, trusted, str(lab.cacert))
        proxies = {key: value for key, value in lab.environment.items() if key == "HTTPS_PROXY"}
        stack.enter_context(machine.engines(folder, client, lab.cacert, **proxies))
        options = dict(zip(lab.arguments, lab.arguments[1:], strict=False))
        papers = [Path(options[name]) if name in options else None for name in ("--pod", "--pull-secret")]
        stand = Stand(lab.image, host, lab.environment, str(lab.cacert), own, folder, *papers)
        row = {"world": name, "code": scenario.expected, "image": lab.image, "client": client}
        return [{**row, "version": version(client.partition(" ")[0]), "text": said(stand, client)}]


if __name__ == "__main__":
    main()

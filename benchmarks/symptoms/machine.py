"""A machine of its own for the clients: no way out, the names of a world on port 443, dockerd, containerd.

Runs as root inside `unshare --net --mount`, so that nothing of it is seen by the machine that runs it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

DOCKERD = "--bridge=none --iptables=false --ip6tables=false --storage-driver=vfs"
CONTAINERD = """version = 2
root = "{folder}/containerd"
state = "{folder}/containerd-state"
disabled_plugins = ["io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "{folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{folder}/certs.d"
"""
ADDRESSES = 60
PATH = f"/usr/sbin:/usr/bin:/sbin:/bin:{os.environ['PATH']}"


def furnish(folder: Path) -> None:
    """Loopback, and private copies of the files of /etc that worlds change."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for number in range(1, ADDRESSES):  # dockerd takes 127.0.0.0/8 for insecure and falls back to plain HTTP there
        subprocess.run(["ip", "address", "add", f"10.9.0.{number}/32", "dev", "lo"], check=True)
    for name in ("hosts", "resolv.conf"):
        (folder / name).write_text("127.0.0.1 localhost\n" if name == "hosts" else "nameserver 127.0.0.1\n")
        subprocess.run(["mount", "--bind", str(folder / name), f"/etc/{name}"], check=True)
    Path("/etc/docker").mkdir(exist_ok=True)
    (folder / "docker").mkdir()
    (folder / "certs.d").mkdir()
    subprocess.run(["mount", "--bind", str(folder / "docker"), "/etc/docker"], check=True)
    (folder / "containerd.toml").write_text(CONTAINERD.format(folder=folder))


def trust(folder: Path, hosts: Mapping[str, int], cacert: str) -> None:
    """dockerd and containerd read this at each pull."""
    pem = Path(cacert).read_bytes()
    for host in hosts:
        own = folder / "docker" / "certs.d" / host
        own.mkdir(parents=True, exist_ok=True)
        (own / "ca.crt").write_bytes(pem)
        (folder / "certs.d" / host).mkdir(exist_ok=True)
        words = f'server = "https://{host}"\n[host."https://{host}"]\n  ca = "{own}/ca.crt"\n'
        (folder / "certs.d" / host / "hosts.toml").write_text(words)


@contextmanager
def named(folder: Path, hosts: Mapping[str, int]) -> Iterator[None]:
    """Each host at an address of its own, its port 443 led to where the world serves it; one that refuses, refuses."""
    lines, open_ones = ["127.0.0.1 localhost"], []
    for number, (host, port) in enumerate(sorted(hosts.items()), 1):
        name, _, typed = host.partition(":")
        address = f"10.9.0.{number}"
        lines.append(f"{address} {name}")
        if not _refuses(port):
            open_ones.append(_relay(address, int(typed or 443), port))
    (folder / "hosts").write_text("\n".join(lines) + "\n")
    try:
        yield
    finally:
        for server in open_ones:
            server.shutdown(socket.SHUT_RDWR)
            server.close()


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return True
    return False


def _relay(address: str, number: int, port: int) -> socket.socket:
    server = socket.create_server((address, number), backlog=64)
    threading.Thread(target=_accept, args=(server, port), daemon=True).start()
    return server


def _accept(server: socket.socket, port: int) -> None:
    while True:
        try:
            near, _ = server.accept()
            far = socket.create_connection(("127.0.0.1", port))
        except OSError:
            return
        for ends in ((near, far), (far, near)):
            threading.Thread(target=_copy, args=ends, daemon=True).start()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except ConnectionResetError:
        sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sink.close()
    except OSError:
        source.close()


@contextmanager
def engines(folder: Path, **proxies: str) -> Iterator[None]:
    """dockerd and containerd until the block is left."""
    sockets = (
        f"-H unix://{folder}/docker.sock --data-root {folder}/data --exec-root {folder}/exec --pidfile {folder}/pid"
    )
    commands = (
        ["containerd", "--config", f"{folder}/containerd.toml"],
        ["dockerd", *sockets.split(), *DOCKERD.split()],
    )
    with (folder / "log").open("ab") as log:
        started = [
            subprocess.Popen(command, stdout=log, stderr=log, env={"PATH": PATH, "HOME": str(folder), **proxies})
            for command in commands
        ]
        try:
            for name in ("containerd.sock", "docker.sock"):
                _await(folder / name)
            yield
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()


def _await(path: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
            return
        except OSError:
            time.sleep(0.2)
    raise OSError(f"{path.name} does not answer")

"""A machine of its own for the clients: no way out, the names of a world on port 443, dockerd, containerd.

Runs as root inside `unshare --net --mount`, so that nothing of it is seen by the machine that runs it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

DOCKERD = """--bridge=none --iptables=false --ip6tables=false --storage-driver=vfs --max-download-attempts=1
--data-root {folder}/docker-own/data --exec-root {folder}/docker-own/exec --pidfile {folder}/docker-own/pid
--containerd {folder}/containerd.sock"""
CONTAINERD = """version = 2
root = "{folder}/containerd/root"
state = "{folder}/containerd/state"
disabled_plugins = ["io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "{folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
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
    threading.Thread(target=_nameless, args=(socket.socket(type=socket.SOCK_DGRAM),), daemon=True).start()
    (folder / "docker").mkdir()
    subprocess.run(["mount", "--bind", str(folder / "docker"), "/etc/docker"], check=True)
    (folder / "containerd.toml").write_text(CONTAINERD.format(folder=folder))


def _nameless(server: socket.socket) -> None:
    """A name server that knows no name: what stands in no world is not there (RFC 1035, 4.1.1: NXDOMAIN)."""
    server.bind(("127.0.0.1", 53))
    while True:
        question, asker = server.recvfrom(4096)
        flags, rest = b"\x81\x83", question[4:6] + b"\0\0\0\0\0\0"
        server.sendto(question[:2] + flags + rest + _asked(question[12:]), asker)


def _asked(sections: bytes) -> bytes:
    """The question alone, without what comes behind it."""
    return sections[: sections.index(b"\0") + 5]


def trust(folder: Path, hosts: Iterable[str], cacert: str) -> None:
    """dockerd reads this at each pull; nothing of the world before is left."""
    for old in (folder / "docker" / "certs.d").glob("*"):
        shutil.rmtree(old)
    for host in hosts:
        own = folder / "docker" / "certs.d" / host
        own.mkdir(parents=True)
        (own / "ca.crt").write_bytes(Path(cacert).read_bytes())


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
        with suppress(OSError):  # the other direction may have closed it; else it holds it open while it reads
            sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            sink.shutdown(socket.SHUT_RD)
        sink.close()
    except OSError:
        source.close()


@contextmanager
def engines(folder: Path, client: str, cacert: Path, **proxies: str) -> Iterator[None]:
    """What that client asks to pull (containerd, dockerd or nothing), new and empty, until the block is left.

    New, since Go's resolver takes five seconds to see that /etc/hosts is another, and since what an earlier world
    let through would not be asked for again.
    """
    commands = {
        "containerd.sock": ["containerd", "--config", f"{folder}/containerd.toml"],
        "docker.sock": ["dockerd", "-H", f"unix://{folder}/docker.sock", *DOCKERD.format(folder=folder).split()],
    }
    named = {"ctr": ("containerd.sock",), "kubelet": ("containerd.sock",), "docker-classic": tuple(commands)}
    environment = {"PATH": PATH, "HOME": str(folder), **proxies}
    if client == "kubelet":  # dockerd reads its own authorities at each pull; containerd those of its machine, once
        environment["SSL_CERT_FILE"] = str(cacert)
    started: list[subprocess.Popen[bytes]] = []
    with (folder / "log").open("ab") as log:
        try:
            for name in named.get(client, ()):
                started.append(subprocess.Popen(commands[name], stdout=log, stderr=log, env=environment))
                _await(folder / name)
            yield
        finally:
            for process in reversed(started):
                _ended(process)
            for name in ("containerd", "containerd.sock", "docker.sock", "docker-own"):
                _removed(folder / name)


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _removed(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


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

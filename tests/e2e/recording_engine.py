"""A stand-in for Docker's engine: it pulls nothing, and keeps the login that the docker command sends it."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python"


class Handler(BaseHTTPRequestHandler):
    """Answers what docker asks before and for a pull."""

    protocol_version = "HTTP/1.1"
    server: Engine

    def log_message(self, *_words: Any) -> None:
        """Says nothing."""

    def do_HEAD(self) -> None:
        self._say(b"")

    def do_GET(self) -> None:
        told = {"Version": "28.2.2", "ApiVersion": "1.41", "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64"}
        known = {**told, "OSType": "linux", "IndexServerAddress": "https://index.docker.io/v1/"}
        self._say(b"OK" if self.path.endswith("/_ping") else json.dumps(known).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        tag = re.search(r"[?&]tag=([^&]+)", self.path)
        self.server.heard[tag[1] if tag else ""] = self.headers.get("X-Registry-Auth", "")
        self._say(b'{"status":"done"}\n')

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        for name, value in (("Api-Version", "1.41"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Engine(ThreadingMixIn, UnixStreamServer):
    """Serves on a unix socket; `heard` are the headers of pulls by their tags."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), Handler)
        self.heard: dict[str, str] = {}

    def get_request(self) -> tuple[Any, Any]:
        connection, _ = super().get_request()
        return connection, ("docker", 0)


@dataclass(frozen=True)
class Sent:
    """What a docker command sent for a host, and what it said of its configuration."""

    login: dict[str, str]
    said: str

    @property
    def verdict(self) -> tuple[str, str, str]:
        """What an engine makes of it: kind, user and secret; all empty for no login."""
        if self.login.get("registrytoken"):
            return "registry-token", "", self.login["registrytoken"]
        user, password = self.login.get("username", ""), self.login.get("password", "")
        if self.login.get("identitytoken"):
            return "identity-token", user, self.login["identitytoken"]
        return ("basic", user, password) if user and password else ("", "", "")


@dataclass(frozen=True)
class Docker:
    """The docker command of this machine before a stand-in engine."""

    engine: Engine
    command: str
    path: str

    def version(self) -> tuple[int, int]:
        """Of the command."""
        said = subprocess.run(
            [self.command, "--version"], capture_output=True, text=True, timeout=60, check=True
        ).stdout
        found = re.search(r"version (\d+)\.(\d+)", said)
        assert found is not None, said
        return int(found[1]), int(found[2])

    def pulls(self, folder: Path, tag: str) -> Sent:
        """What it sends with the configuration in a folder. A tag of its own tells this pull from the others."""
        words = ["--config", str(folder), "-H", f"unix://{self.engine.server_address}", "pull", "-q", f"{IMAGE}:{tag}"]
        done = subprocess.run(
            [self.command, *words],
            env={"PATH": self.path, "HOME": "/nonexistent"},
            capture_output=True,
            timeout=120,
            check=False,
        )
        said = done.stderr.decode("utf-8", "replace")
        assert tag in self.engine.heard, said
        header = self.engine.heard[tag]
        return Sent(json.loads(base64.urlsafe_b64decode(header)) if header else {}, said)


@contextmanager
def recording(folder: Path, command: str, path: str) -> Iterator[Docker]:
    """The command and its engine until the block is left."""
    with Engine(folder / "engine.sock") as engine:
        threading.Thread(target=engine.serve_forever, daemon=True).start()
        yield Docker(engine, command, path)
        engine.shutdown()

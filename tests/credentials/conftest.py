"""A nursery for runs, and a server for every host there is, which writes down what it is sent."""

from __future__ import annotations

import base64
import ssl
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "nursery")]

from nursing import Nursery  # noqa: E402 - found by the line above

NAMES = (
    "acme.test", "acme.test.", "*.acme.test", "*.repo.acme.test", "acme.test.evil.test", "evil.test", "xacme.test", "cgr.dev",
    "other.test", "xn--bcher-kva.test", "127.0.0.1", "127.0.0.2", "::1", "fd00::7",
)  # fmt: skip


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where runs are forked from."""
    with Nursery() as found:
        yield found


@dataclass
class Everywhere:
    """A server that is every host of `NAMES`; `heard` are host and authorization of each request, decoded."""

    port: int
    bundle: Path
    realm: str = "https://{host}/v2/token"
    location: str = ""
    heard: list[tuple[str, str]] = field(default_factory=list)

    @property
    def arguments(self) -> list[str]:
        """What leads a run here, whatever host it asks."""
        return ["--connect-to", f"::127.0.0.1:{self.port}", "--cacert", str(self.bundle)]

    def told(self, secret: str) -> set[str]:
        """The hosts that heard a secret."""
        return {host for host, text in self.heard if secret in text}


@pytest.fixture(scope="session")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everywhere]:
    folder = tmp_path_factory.mktemp("everywhere")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*NAMES).configure_cert(context)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.context = context
    server.everywhere = Everywhere(server.server_address[1], folder / "ca.pem")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.everywhere
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def everywhere(_served: Everywhere) -> Everywhere:
    """The server, with nothing heard yet."""
    _served.heard.clear()
    _served.realm, _served.location = "https://{host}/v2/token", ""
    return _served


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    context: ssl.SSLContext
    everywhere: Everywhere

    def finish_request(self, request, address):
        """The handshake belongs to the connection's own thread."""
        try:
            with self.context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, address)
        except OSError:
            return

    def handle_error(self, request, address):
        """A peer that goes is no news."""


class _Handler(BaseHTTPRequestHandler):
    """Asks for a login everywhere, and is content with none."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server.everywhere
        host = self.headers.get("Host", "")
        server.heard.append((host, _decoded(self.headers.get("Authorization", "")) + self.path))
        if server.location and not self.path.startswith("/elsewhere"):
            self._answer(307, ("Location", server.location.format(host=host)))
            return
        challenge = f'Bearer realm="{server.realm.format(host=host)}",service="{host}"'
        self._answer(401, ("WWW-Authenticate", challenge))

    do_HEAD = do_POST = do_GET  # noqa: N815 - the names that the standard library calls

    def _answer(self, status, header):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        body = b'{"errors":[{"code":"UNAUTHORIZED","message":"Bad Credentials"}]}'
        self.send_response(status)
        self.send_header(*header)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_arguments):
        """Tests read what was heard, not a log."""


def _decoded(value: str) -> str:
    scheme, _, text = value.partition(" ")
    return base64.b64decode(text).decode("utf-8", "replace") if scheme == "Basic" else text

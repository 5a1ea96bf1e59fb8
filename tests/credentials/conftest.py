"""A nursery for runs, and a server for every host there is, which writes down what it is sent."""

from __future__ import annotations

import base64
import re
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

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


class Unhurried(ssl.SSLContext):
    """Leaves the handshake to the thread of a connection: one that only looks at the port holds up no other."""

    def wrap_socket(self, *arguments, **options):
        return super().wrap_socket(*arguments, **{**options, "do_handshake_on_connect": False})


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

    def answer(self, request: Request) -> Response:
        """Asks for a login everywhere, and is content with none."""
        host = request.headers["Host"]
        self.heard.append((host, _decoded(request.headers.get("Authorization", "")) + request.full_path))
        body = b'{"errors":[{"code":"UNAUTHORIZED","message":"Bad Credentials"}]}'
        if self.location and not request.path.startswith("/elsewhere"):
            return Response(body, 307, {"Location": self.location.format(host=host)}, mimetype="application/json")
        challenge = f'Bearer realm="{self.realm.format(host=host)}",service="{host}"'
        return Response(body, 401, {"WWW-Authenticate": challenge}, mimetype="application/json")

    def told(self, secret: str) -> set[str]:
        """The hosts that heard a secret."""
        return {host for host, text in self.heard if secret in text}


@pytest.fixture(scope="session")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everywhere]:
    bundle = tmp_path_factory.mktemp("everywhere") / "ca.pem"
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(bundle))
    context = Unhurried(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*NAMES).configure_cert(context)
    with HTTPServer("127.0.0.1", ssl_context=context, threaded=True) as server:
        everywhere = Everywhere(server.port, bundle)
        server.expect_request(re.compile("/.*")).respond_with_handler(everywhere.answer)
        yield everywhere


@pytest.fixture
def everywhere(_served: Everywhere) -> Everywhere:
    """The server, with nothing heard yet."""
    _served.heard.clear()
    _served.realm, _served.location = "https://{host}/v2/token", ""
    return _served


def _decoded(value: str) -> str:
    scheme, _, text = value.partition(" ")
    return base64.b64decode(text).decode("utf-8", "replace") if scheme == "Basic" else text

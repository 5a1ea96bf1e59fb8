"""`--connect-to HOST:PORT:ADDR:PORT`: another place to dial, name and TLS unchanged, as curl does it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cgrdoctor.errors import UsageProblem

_FIELD = r"(\[[0-9A-Fa-f:.%]{1,80}\]|[^\[\]:\s/@]{0,255})"
_SHAPE = re.compile(rf"{_FIELD}:([0-9]{{0,5}}):{_FIELD}:([0-9]{{0,5}})")


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """One mapping. An empty `host` or a None `port` matches any, an empty `to_host` or a None `to_port` keeps."""

    host: str
    port: int | None
    to_host: str
    to_port: int | None

    def matches(self, host: str, port: int) -> bool:
        """Whether a connection to `host` and `port` is meant."""
        return self.host in ("", host.lower().rstrip(".")) and self.port in (None, port)

    def applied(self, host: str, port: int) -> tuple[str, int]:
        """Where to dial instead."""
        return self.to_host or host, self.to_port if self.to_port is not None else port

    def __str__(self) -> str:
        def shown(name: str) -> str:
            return f"[{name}]" if ":" in name else name

        return f"{shown(self.host)}:{self.port or ''}:{shown(self.to_host)}:{self.to_port or ''}"


def parse_connect_to(text: str) -> ConnectTo:
    """`HOST:PORT:ADDR:PORT`, any field may be empty, IPv6 in brackets. Raises UsageProblem for anything else."""
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        raise UsageProblem("--connect-to takes HOST:PORT:ADDR:PORT (fields may be empty, IPv6 addresses in brackets)")
    host, port, to_host, to_port = match.groups()
    return ConnectTo(_bare(host).lower().rstrip("."), _port(port), _bare(to_host), _port(to_port))


def mapped(mappings: Sequence[ConnectTo], host: str, port: int) -> ConnectTo | None:
    """The first mapping that matches, as curl takes it."""
    return next((mapping for mapping in mappings if mapping.matches(host, port)), None)


def _bare(name: str) -> str:
    return name.strip("[]")


def _port(text: str) -> int | None:
    if not text:
        return None
    if not 0 < int(text) < 65536:
        raise UsageProblem(f"--connect-to: {text} is no port")
    return int(text)

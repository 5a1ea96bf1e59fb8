"""What a running world shows: how to lead a doctor into it, and what its servers received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cgrdoctor.lab.engine import Server as Engine


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as a server received it."""

    host: str
    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lab:
    """A running world, and how to lead a doctor into it."""

    image: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)
    cacert: Path
    ports: Mapping[str, int]
    secrets: tuple[str, ...] = field(repr=False)
    recorded: list[RecordedRequest] = field(repr=False)
    engine: Engine | None = field(repr=False)

    @property
    def requests(self) -> Sequence[RecordedRequest]:
        """Everything the servers received so far."""
        return tuple(self.recorded)

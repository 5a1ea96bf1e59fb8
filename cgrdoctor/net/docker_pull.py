"""A pull by the Docker Engine: its stream of events as progress, its end as data, bounded in every direction.

`POST /images/create` answers with JSON objects, one a line, while it works, and with an `error` in one of them where it
fails half-way (Docker Engine API, 1.24 to 1.51).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import anyio
import msgspec
from msgspec import structs

from cgrdoctor.net.docker import Engine, EngineProblem, decoded, encoded_login, versioned
from cgrdoctor.net.manifest import DIGEST
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.privacy.secret import Credential
from cgrdoctor.privacy.truncate import cut

LINE = 1024 * 1024
"""Bytes one event may have."""

LAYERS = 1000
"""Layers whose progress is kept."""

TEXT = 2000
"""Characters of an error that are kept."""

STATUS = 200
"""Characters of a state."""

LOOK = 0.2
"""Seconds between two looks at the progress."""

FINISHED = ("Pull complete", "Already exists", "Download complete", "Extracting", "Verifying Checksum")
RETRYING = re.compile(r"Retrying in \d+ seconds?")

Outcome = Literal["pulled", "failed", "stalled"]


class Order(msgspec.Struct, frozen=True):
    """What to pull: `name` without its tag, `selector` a tag or a digest, `platform` where the user asked for one."""

    api: str
    name: str
    selector: str
    host: str
    platform: str | None = None
    credential: Credential | None = None

    def query(self) -> dict[str, str]:
        """The parameters of the request; a digest goes where a tag goes, as docker/cli does it."""
        asked = {"fromImage": self.name, "tag": self.selector}
        return {**asked, "platform": self.platform} if self.platform else asked

    def headers(self) -> dict[str, str]:
        """The login, for the one host it belongs to."""
        if self.credential is None:
            return {}
        return {"X-Registry-Auth": encoded_login(self.credential, self.host)}


class Pulled(msgspec.Struct, frozen=True):
    """How a pull ended. `message` is the engine's own text where it failed, `seconds` how long it took."""

    outcome: Outcome
    seconds: float
    digest: str | None = None
    message: str = ""
    status: int | None = None
    layers: int = 0
    exchange: str = ""


class Layer(msgspec.Struct, frozen=True):
    """What was last heard of a layer; `size` and `most` in bytes, the latter over all its stages."""

    status: str
    size: int
    most: int


@dataclass(slots=True)
class Progress:
    """What a pull has told so far. Written by the thread that reads, read by the event loop."""

    layers: dict[str, Layer] = field(default_factory=dict)
    digest: str | None = None
    error: str = ""
    status: int | None = None
    last: str = ""
    moved_at: float = field(default_factory=time.monotonic)
    abandoned: bool = False

    def take(self, event: Mapping[str, Any]) -> None:
        """One event. Only what changes counts as a move: an engine that keeps retrying does not get on."""
        self.error = self.error or _error(event)
        status, name = event.get("status"), event.get("id")
        if not isinstance(status, str):
            return
        found = status.removeprefix("Digest: ")
        if found != status and DIGEST.fullmatch(found):
            self.digest = found
        detail = event.get("progressDetail")
        current = detail.get("current") if isinstance(detail, Mapping) else None
        self._layer(cut(str(name or ""), STATUS), status, current if isinstance(current, int) else 0)

    def _layer(self, name: str, status: str, size: int) -> None:
        before = self.layers.get(name, Layer("", 0, 0))
        status = cut(status, STATUS)
        found = Layer(status, size, max(size, before.most))
        if before == found or (name not in self.layers and len(self.layers) >= LAYERS):
            return
        self.layers[name] = found
        self.last = status
        if not RETRYING.match(status):
            self.moved_at = time.monotonic()

    @property
    def still_for(self) -> float:
        """Seconds since something moved."""
        return time.monotonic() - self.moved_at

    def real(self) -> list[Layer]:
        """The layers; other events have the tag as their id, or none."""
        return [layer for name, layer in self.layers.copy().items() if re.fullmatch(r"[0-9a-f]{12}", name)]

    def words(self) -> str:
        """`docker pull: 2/5 layers, 13 MB`."""
        parts = self.real()
        done = sum(layer.status.startswith(FINISHED) for layer in parts)
        size = sum(layer.most for layer in parts) / 1e6
        return (
            f"docker pull: {done}/{len(parts)} layers, {size:.0f} MB" if parts else f"docker pull: {cut(self.last, 40)}"
        )


async def pull(
    engine: Engine, order: Order, *, patience: float, ends_at: float, watch: Callable[[str], None]
) -> Pulled:
    """Pulls, telling `watch` how far it is. A pull that gets nowhere for `patience` seconds is given up.

    Time is short from `ends_at` (monotonic) on: a pull that has been still for half of its time by then counts as
    stalled, one that is getting on is left to the deadline of the run. Raises EngineProblem if the engine is lost.
    """
    progress, start = Progress(), time.monotonic()
    outcome: list[EngineProblem | None] = []

    async def read() -> None:
        try:
            await in_daemon_thread(_read, engine, order, progress, patience, name="docker-pull")
        except EngineProblem as problem:
            outcome.append(problem)
        else:
            outcome.append(None)

    async with anyio.create_task_group() as group:
        group.start_soon(read)
        try:
            while not outcome and not _given_up(progress, start, patience, ends_at):
                await anyio.sleep(LOOK)
                watch(engine.recorder.redaction.text(progress.words()))
        finally:
            progress.abandoned = True
        group.cancel_scope.cancel()
    found = _end(progress, outcome[0] if outcome else None, time.monotonic() - start, finished=bool(outcome))
    return structs.replace(found, exchange=_record(engine, order, found))


def _record(engine: Engine, order: Order, found: Pulled) -> str:
    query = urlencode(order.query(), safe="/:@")
    return engine.recorder.add(
        "docker",
        method="POST",
        url=f"{versioned(order.api)}/images/create?{query}",
        address=engine.url,
        status=found.status,
        error=None if found.outcome == "pulled" else f"{found.outcome}: {found.message}",
        timings={"whole": found.seconds},
    )


def _given_up(progress: Progress, start: float, patience: float, ends_at: float) -> bool:
    now = time.monotonic()
    return progress.still_for > patience or (now >= ends_at and progress.still_for > (now - start) / 2)


def _end(progress: Progress, problem: EngineProblem | None, seconds: float, *, finished: bool) -> Pulled:
    if problem is not None and problem.kind != "silent":
        raise problem
    stalled = problem is not None or not finished
    failed = bool(progress.error) or (progress.status or 200) >= 400
    outcome: Outcome = "failed" if failed else "stalled" if stalled else "pulled"
    message = progress.error or (f"last heard: {progress.last or 'nothing'}" if stalled else "")
    return Pulled(outcome, seconds, progress.digest, message, progress.status, len(progress.real()))


def _read(engine: Engine, order: Order, progress: Progress, patience: float) -> None:
    """The thread's work: reads events until the stream ends or nobody wants them any more."""

    def use(status: int, pieces: Iterator[bytes]) -> None:
        progress.status = status
        if status != 200:
            progress.error = _refusal(next(pieces, b"")) or f"HTTP {status}"
            return
        for event in _events(pieces):
            progress.take(event)
            if progress.abandoned:
                return

    path, headers = f"{versioned(order.api)}/images/create", order.headers()
    for login in headers.values():
        engine.recorder.redaction.learn(login, "authorization")
    engine.talk("POST", path, use, silence=patience + 1, query=order.query(), headers=headers)


def _refusal(body: bytes) -> str:
    """The engine's own words in an answer that is no success."""
    message = decoded(body).get("message")
    text = message if isinstance(message, str) else body.decode("utf-8", "replace")
    return cut(" ".join(text.split()), TEXT)


def _events(pieces: Iterator[bytes]) -> Iterator[Mapping[str, Any]]:
    """The JSON objects of a stream, one a line. Raises EngineProblem for a line without end."""
    waiting = b""
    for piece in pieces:
        *lines, waiting = (waiting + piece).split(b"\n")
        if len(waiting) > LINE:
            raise EngineProblem("garbled", f"the engine sends an event of more than {LINE} bytes")
        yield from (decoded(line) for line in lines if line.strip())
    if waiting.strip():
        yield decoded(waiting)


def _error(event: Mapping[str, Any]) -> str:
    detail = event.get("errorDetail")
    message = detail.get("message") if isinstance(detail, Mapping) else None
    found = message or event.get("error")
    return cut(" ".join(found.split()), TEXT) if isinstance(found, str) else ""

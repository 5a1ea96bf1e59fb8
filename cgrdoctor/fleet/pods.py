"""What `kubectl get pods -o json` printed: the lines that the doctor left as termination messages."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

NAME = "cgrdoctor"
LABEL = "app.kubernetes.io/name"
"""How a Pod of the doctor is known where it left no line: by the name of a container, or by this label."""


class Ended(msgspec.Struct, rename="camel"):
    """How a container ended."""

    message: str = ""
    reason: str = ""
    exit_code: int = 0


class Waiting(msgspec.Struct):
    """Why a container has not begun."""

    reason: str = ""


class State(msgspec.Struct):
    """What a container does."""

    terminated: Ended | None = None
    waiting: Waiting | None = None


class Status(msgspec.Struct, rename="camel"):
    """One container of a Pod."""

    name: str = ""
    state: State = msgspec.field(default_factory=State)
    last_state: State = msgspec.field(default_factory=State)


class Statuses(msgspec.Struct, rename="camel"):
    """All containers of a Pod."""

    phase: str = ""
    reason: str = ""
    init_container_statuses: list[Status] | None = None
    container_statuses: list[Status] | None = None


class Spec(msgspec.Struct, rename="camel"):
    """Where it runs."""

    node_name: str = ""


class Meta(msgspec.Struct):
    """What it is called."""

    name: str = ""
    namespace: str = ""
    labels: dict[str, str] | None = None


class Pod(msgspec.Struct):
    """One Pod."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: Spec = msgspec.field(default_factory=Spec)
    status: Statuses = msgspec.field(default_factory=Statuses)


class _Pods(Pod):
    """One Pod, or a list of them."""

    kind: str = ""
    items: list[Pod] | None = None


class Told(msgspec.Struct):
    """What one container of a Pod says: its line, or why it has none."""

    name: str
    node: str | None
    line: bytes | None = None
    why: str = ""


def told(data: bytes) -> Iterator[Told]:
    """Every line in what kubectl printed, and the Pods of the doctor that have none. Raises msgspec.DecodeError."""
    found = msgspec.json.decode(data, type=_Pods)
    for pod in found.items if found.items is not None else [found]:
        yield from _of_pod(pod)


def _of_pod(pod: Pod) -> Iterator[Told]:
    statuses = [*(pod.status.init_container_statuses or ()), *(pod.status.container_statuses or ())]
    ours = (pod.metadata.labels or {}).get(LABEL) == NAME
    lines = [
        (status.name, line)
        for status in statuses
        if (line := _line(status)) is not None and (ours or status.name == NAME or b'"report_sha256"' in line)
    ]
    place = "/".join(part for part in (pod.metadata.namespace, pod.metadata.name) if part) or "Pod"
    node = pod.spec.node_name or None
    for container, line in lines:
        yield Told(f"{place}/{container}" if len(lines) > 1 else place, node, line)
    own = [status for status in statuses if status.name == NAME]
    if not lines and (own or ours):
        yield Told(place, node, why=_why(pod, own or statuses))


def _line(status: Status) -> bytes | None:
    """The line in the message of a container: of this run of it, or of an earlier one where this has not ended."""
    for state in (status.state,) if status.state.terminated else (status.last_state,):
        for line in (state.terminated.message if state.terminated else "").splitlines():
            if line.startswith("{") and '"schema_version"' in line:
                return line.encode("utf-8", "replace")
    return None


def _why(pod: Pod, statuses: list[Status]) -> str:
    for status in statuses:
        if status.state.waiting and status.state.waiting.reason:
            return f"has not run: {status.state.waiting.reason}"
        if status.state.terminated:
            ended = status.state.terminated
            return f"left no line: {ended.reason or 'ended'}, exit status {ended.exit_code}"
    return f"has not run: {pod.status.reason or pod.status.phase or 'its state is not told'}"

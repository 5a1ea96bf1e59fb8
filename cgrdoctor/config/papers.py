"""Documents that were given, read before the first packet: those of Kubernetes may name IMAGE."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from cgrdoctor.config import images
from cgrdoctor.config.values import STANDARD_INPUT, reason, shown, shown_path
from cgrdoctor.errors import UsageProblem

if TYPE_CHECKING:
    from cgrdoctor.given.ticket import Ticket
    from cgrdoctor.kubernetes.papers import Papers, Wanted
    from cgrdoctor.net.reference import Reference

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds in which the writer of a pipe may say nothing."""

FIELDS = {"pod": "--pod", "pull_secret": "--pull-secret"}


def take_papers(values: dict[str, Any], given: dict[str, str]) -> None:
    """Reads what `--pod` and `--pull-secret` name; IMAGE is the Pod's where none was given. Raises UsageProblem."""
    asked = {name: values[name] for name in FIELDS if values.get(name) is not None}
    if [*asked.values(), *values.get("ticket", ())].count(STANDARD_INPUT) > 1:
        raise UsageProblem("standard input is read once: at most one '-' in a command")
    if "tickets" not in values and values.get("ticket"):
        values["tickets"] = tuple(_ticket(path) for path in values["ticket"])
    if not asked or "papers" in values:
        return
    # 1. Each is read by itself, so that what is wrong with it is said of it; 2. then they are one.
    papers = [_read(FIELDS[name], path) for name, path in asked.items()]
    if "pod" in asked and not papers[0].of_pods:
        raise UsageProblem(
            f"--pod: {_place(asked['pod'])} holds no Pod; give what `kubectl get pod NAME -o yaml` prints"
        )
    if "pull_secret" in asked and not papers[-1].secrets:
        raise UsageProblem(
            f"--pull-secret: {_place(asked['pull_secret'])} holds no Secret; "
            "give what `kubectl get secret NAME -o yaml` prints"
        )
    together = papers[0] if len(papers) == 1 else papers[0] + papers[1]
    values["papers"] = _wanted(together, values, given, _place(asked.get("pod", asked.get("pull_secret", Path()))))


def _wanted(papers: Papers, values: dict[str, Any], given: dict[str, str], place: str) -> Wanted | None:
    """The image under test among those of the Pods, and what was said of it."""
    from cgrdoctor.kubernetes.documents import UnusableDocument
    from cgrdoctor.kubernetes.papers import Wanted, choose

    image = values.get("image")
    if image is None and not papers.of_pods:
        return None
    try:
        choice = choose(papers, str(image) if image is not None else "")
    except UnusableDocument as problem:
        raise UsageProblem(f"--pod: {place} {problem}") from None
    if image is None:
        image = values["image"] = _image(choice.image)
        given["image"] = f"Pod in {place}"
    return Wanted(papers, choice, f"{image.host}/{image.path}")


def _image(text: str) -> Reference:
    """The image as the kubelet reads it: it drops nothing of it, as is done for what people type."""
    from cgrdoctor.net.reference import UnusableReference, parse_reference

    try:
        image = images.pulled_image("IMAGE", text)
    except UsageProblem as problem:
        raise UsageProblem(f"--pod: {problem}") from None
    try:
        parse_reference(text)
    except UnusableReference:
        raise UsageProblem(
            f"--pod: the image is no reference as it stands in the Pod (InvalidImageName); write {image}"
        ) from None
    return image


def _read(label: str, path: Path) -> Papers:
    from cgrdoctor.kubernetes.papers import papers_of

    what = "pod" if label == FIELDS["pod"] else "secret"
    return _understood(label, path, papers_of, f"what `kubectl get {what} NAME -o yaml` prints")


def _ticket(path: Path) -> Ticket:
    from cgrdoctor.given.ticket import READS, ticket_of

    return _understood("--given", path, lambda content: ticket_of(content, _place(path)), READS)


def _understood(label: str, path: Path, read: Callable[[bytes], T], wanted: str) -> T:
    """What `read` makes of a file's content, or of standard input's; a refusal ends with what is `wanted`."""
    from cgrdoctor.kubernetes.documents import LIMIT, UnusableDocument

    try:
        if path == STANDARD_INPUT:
            if sys.stdin is None or sys.stdin.isatty():
                raise UsageProblem(f"{label} - reads standard input, and nothing is piped into it")
            content = _all_of(sys.stdin.buffer, LIMIT + 1, label)
        else:
            with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb", buffering=0) as file:
                content = _all_of(file, LIMIT + 1, label)
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{label}: {_place(path)} cannot be read ({reason(error)})") from None
    try:
        return read(content)
    except UnusableDocument as problem:
        told = f"{label}: {_place(path)} {problem}"
        raise UsageProblem(told if "give " in told or "add " in told else f"{told}; give {wanted}") from None


def _all_of(file: BinaryIO, most: int, label: str) -> bytes:
    """What it holds, of a pipe until its writer closes it; never more than `most` bytes."""
    found: list[bytes] = []
    ends = time.monotonic() + PATIENCE
    while (left := most - sum(map(len, found))) > 0:
        if not _ready(file, ends - time.monotonic()):
            raise UsageProblem(f"{label}: nothing ends what is written there; {PATIENCE:g} s were waited")
        piece = os.read(file.fileno(), min(left, 1 << 20))
        if not piece:
            break
        found.append(piece)
    return b"".join(found)


def _ready(file: BinaryIO, seconds: float) -> bool:
    if os.name != "posix":
        return True
    import select

    return bool(select.select([file], [], [], max(seconds, 0))[0])


def _place(path: Path) -> str:
    return "standard input" if path == STANDARD_INPUT else shown_path(shown(str(path), 400))

"""A process that has loaded cgrdoctor already and forks a fresh run for each request: a run costs a third of a start.

Requests and answers are lines of JSON on standard input and output. The command line runs unchanged in the
child, which has its own environment, streams, limits and signal handlers, finds what is on its PYTHONPATH, and has the
`constants` of a request in place of those of modules. Of two answers the first one holds the child's number, once its
streams are open; the second one exit status, seconds, peak KiB.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
import time
from typing import TextIO

WARM = (
    "anyio._backends._asyncio", "cgrdoctor.cli.check", "cgrdoctor.cli.options", "cgrdoctor.engine.discovery", "cgrdoctor.doctor",
    "cgrdoctor.report.write", "cgrdoctor.report.json", "cgrdoctor.report.text", "cryptography.x509", "dns.asyncresolver",
    "h2.connection", "encodings.idna",
)  # fmt: skip


def serve() -> None:
    """Answers requests until standard input ends."""
    for name in WARM:
        importlib.import_module(name)
    from cgrdoctor.engine.discovery import load

    load()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_one(json.loads(line))) + "\n")
        sys.stdout.flush()


def _one(request: dict[str, object]) -> dict[str, object]:
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        _run(request)
    _, status, usage = os.wait4(child, 0)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - start,
        "peak": usage.ru_maxrss,
        "cpu": usage.ru_utime + usage.ru_stime,
    }


def _run(request: dict[str, object]) -> None:
    opened = [
        os.open(str(request[name]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for name in ("stdout", "stderr")
    ]
    os.write(1, json.dumps({"pid": os.getpid()}).encode() + b"\n")
    for number, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), *opened)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    _limit(request)
    os.environ.clear()
    os.environ.update(request["environ"])  # type: ignore[call-overload]  # a mapping of texts
    sys.path[:0] = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    sys.argv = ["cgrdoctor", *request["argv"]]  # type: ignore[misc]  # a list of texts
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, name, _stream(number))
    from cgrdoctor.__main__ import command

    command()


def _limit(request: dict[str, object]) -> None:
    """What the child may not have: `closed` streams, `files` open at a time, a `folder` that is not this one, and is `gone`."""
    for number in request.get("closed", ()):  # type: ignore[attr-defined]  # a list of numbers
        os.close(number)
    if request.get("files"):
        most = int(str(request["files"]))
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if request.get("folder"):
        os.chdir(str(request["folder"]))
    if request.get("gone"):
        os.rmdir(os.getcwd())
    for place, value in request.get("constants", {}).items():  # type: ignore[attr-defined]  # values by module:name
        module, _, name = place.partition(":")
        setattr(importlib.import_module(module), name, value)


def _stream(number: int) -> TextIO | None:
    """A standard stream as the interpreter opens it: None where there is none."""
    try:
        os.fstat(number)
    except OSError:
        return None
    return open(number, "w" if number else "r", 1 if number == 2 else -1, encoding="utf-8", closefd=False)


if __name__ == "__main__":
    serve()

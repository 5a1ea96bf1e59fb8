"""A process that has loaded cgrdoctor already and forks a fresh run for each request: a run costs a third of a start.

Requests and answers are lines of JSON on standard input and output. `main` of the command line runs unchanged in the
child, which has its own environment, streams and signal handlers; the answer holds exit status, seconds, peak KiB.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

WARM = (
    "anyio._backends._asyncio", "cgrdoctor.cli.check", "cgrdoctor.cli.options", "cgrdoctor.discovery", "cgrdoctor.doctor",
    "cgrdoctor.report.write", "cgrdoctor.report.json", "cgrdoctor.report.text", "cryptography.x509", "dns.asyncresolver",
    "h2.connection", "encodings.idna",
)  # fmt: skip


def serve() -> None:
    """Answers requests until standard input ends."""
    import importlib

    for name in WARM:
        importlib.import_module(name)
    from cgrdoctor.discovery import load

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
    for name, number in (("stdout", 1), ("stderr", 2)):
        descriptor = os.open(str(request[name]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(request["environ"])  # type: ignore[call-overload]  # a mapping of texts
    sys.argv = ["cgrdoctor", *request["argv"]]  # type: ignore[misc]  # a list of texts
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - they live as long as the process
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the same
    from cgrdoctor.__main__ import main

    status = main()
    os._exit(status)


if __name__ == "__main__":
    serve()

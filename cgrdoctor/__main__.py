"""The process: signals and streams first, then the command line."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn


def leave(number: int, _frame: object) -> None:
    """Ends the process at once with the status of a signal. A run takes over with a handler that writes a report."""
    os._exit(128 + number)


def stay() -> None:
    """What was asked for is done and delivered: no signal makes another status of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def main() -> int:
    """Runs the command line and returns the exit status."""
    from cgrdoctor.process.streams import forgiving

    with forgiving():
        return _work()


def command() -> NoReturn:
    """The process of the command: it ends with its work, whatever threads, tasks and hooks of others are left."""
    from cgrdoctor.process.own import make_own

    make_own()
    from cgrdoctor.process.outlet import outlet
    from cgrdoctor.process.streams import close_quietly, forgiving

    with forgiving():
        status = _work()
        close_quietly(outlet())
        os._exit(status)


def _work() -> int:
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    from cgrdoctor.process.crash import contain, show_bug

    contain()
    try:
        from cgrdoctor.cli import run

        status = run(sys.argv[1:])
        stay()
        return status
    except BaseException as error:  # noqa: BLE001 - the last place an error can be shown without a traceback
        return _crashed(error, show_bug(error))


def _crashed(error: BaseException, status: int) -> int:
    from cgrdoctor.cli.unable import ended
    from cgrdoctor.process.crash import bug_line

    return ended(sys.argv[1:], f"cgrdoctor broke with {bug_line(error)}", status)


if __name__ == "__main__":
    command()

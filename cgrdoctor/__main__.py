"""The process: signals and streams first, then the command line."""

from __future__ import annotations

import os
import signal
import sys


def leave(number: int, _frame: object) -> None:
    """Ends the process at once with the status of a signal. A run takes over with a handler that writes a report."""
    os._exit(128 + number)


def stay() -> None:
    """What was asked for is done and delivered: no signal makes another status of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def main() -> int:
    """Runs the command line and returns the exit status."""
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    from cgrdoctor.process.crash import contain, show_bug
    from cgrdoctor.process.streams import forgiving

    contain()
    with forgiving():
        try:
            from cgrdoctor.cli import run

            status = run(sys.argv[1:])
            stay()
            return status
        except Exception as error:  # noqa: BLE001 - the last place an error can be shown without a traceback
            return show_bug(error)


if __name__ == "__main__":
    sys.exit(main())

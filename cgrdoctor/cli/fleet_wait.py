"""`cgrdoctor fleet wait`: nothing, until it is ended."""

from __future__ import annotations

import signal
import threading

import click

from cgrdoctor.cli.forms import HELP


@click.command("wait", context_settings=HELP)
def command() -> int:
    """Wait for SIGTERM or SIGINT and end with 0: what a DaemonSet's container does once the line is written."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ended.set())
    while not ended.wait(3600):
        pass
    return 0

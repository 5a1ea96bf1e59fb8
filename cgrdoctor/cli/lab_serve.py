"""`cgrdoctor lab serve`: keeps a simulated world up and says how to reach it."""

from __future__ import annotations

import shlex
import signal
import threading
from typing import Any

import click

from cgrdoctor.cli.completing import worlds
from cgrdoctor.cli.forms import HELP
from cgrdoctor.process.streams import say

DEFAULT = "free"


@click.command("serve", context_settings=HELP)
@click.option(
    "--fault",
    metavar="NAME",
    shell_complete=worlds,
    help="Which world; 'cgrdoctor demo --list-faults' lists them [a healthy one].",
)
def command(fault: str | None) -> int:
    """Serve a simulated cgr.dev and Artifactory on this machine until interrupted.

    Standard output says which variables to set and what to type. Every secret in it belongs to that world alone.
    """
    from cgrdoctor.cli.worlds import lab, refuse_unknown

    module = lab()
    if fault is not None:
        refuse_unknown(module, fault)
    world = module.healthy() if fault is None else module.scenario(fault).world
    stopped = Stop()
    with module.running(world) as running:
        say("\n".join(directions(running)))
        stopped.wait()
    return 128 + stopped.signal


class Stop:
    """Waits for SIGINT or SIGTERM; `signal` is then its number."""

    def __init__(self) -> None:
        self.signal = 0
        self._event = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle)

    def _handle(self, number: int, _frame: Any) -> None:
        self.signal = number
        self._event.set()

    def wait(self) -> None:
        """Returns after the first signal."""
        self._event.wait()


def directions(running: Any) -> list[str]:
    """What to type, shell-quoted."""
    exports = [f"export {name}={shlex.quote(value)}" for name, value in sorted(running.environment.items())]
    ports = [f"# {host} is served on 127.0.0.1:{port}" for host, port in sorted(running.ports.items())]
    return [*ports, *exports, shlex.join(["cgrdoctor", running.image, *running.arguments])]

"""What a command line that came to no run still leaves behind: a verdict, and the status that was asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence


def ended(arguments: Sequence[str], line: str, status: int) -> int:
    """Writes the verdict where `--verdict-to` says, as far as that can be read; the status as `--exit-zero` wants it.

    `line` is what standard error says. Never raises.
    """
    spared = status in (1, 3) and "--exit-zero" in arguments
    path = _value(arguments, "--verdict-to")
    if path:
        try:
            _write(path, arguments, line, status)
        except Exception:  # noqa: BLE001 - the program broke already; that is what is to be told, nothing else
            return 0 if spared else status
    return 0 if spared else status


def _write(path: str, arguments: Sequence[str], line: str, status: int) -> None:
    from pathlib import Path

    from cgrdoctor.report.line import encode, unfinished_line
    from cgrdoctor.report.put import in_place

    in_place(Path(path).expanduser(), encode(unfinished_line(_node(arguments), None, f"{line}.", status)))


def _node(arguments: Sequence[str]) -> str | None:
    """The machine's name, if it is one: what is refused as a name may hold a login."""
    from cgrdoctor.config.values import node
    from cgrdoctor.errors import UsageProblem

    given = _value(arguments, "--node") or os.environ.get("CGRDOCTOR_NODE")
    try:
        return node("--node", given) if given else None
    except UsageProblem:
        return None


def _value(arguments: Sequence[str], option: str) -> str | None:
    """What stands behind an option, or is attached to it; the last one counts."""
    found = None
    for place, word in enumerate(arguments):
        if word == "--":
            break
        if word == option and place + 1 < len(arguments):
            found = arguments[place + 1]
        elif word.startswith(f"{option}="):
            found = word.partition("=")[2]
    return found

"""What the small commands share: a choice of formats, reading reports, and how one says that a name is unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cgrdoctor.errors import OutputProblem, UsageProblem
from cgrdoctor.process.streams import put, say

if TYPE_CHECKING:
    from cgrdoctor.model import Report

Function = TypeVar("Function", bound=Callable[..., Any])

WIDTH = 80
"""Columns of what the small commands print."""

HELP = {"help_option_names": ["-h", "--help"]}
"""Context settings of every command."""


def format_option(*forms: str) -> Callable[[Function], Function]:
    """`-f`, one of `forms`, the first by default. The command gets it as `form`."""
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        metavar="|".join(forms),
        help=f"What goes to standard output [{forms[0]}].",
    )


def show_json(value: Any) -> None:
    """Any structure of ours as indented JSON."""
    import msgspec

    put(msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n")


def show_lines(lines: list[str]) -> None:
    """Lines of text, made inert."""
    from cgrdoctor.report.clean import inert

    say("\n".join(inert(line) for line in lines))


def wrapped(text: str, margin: str = "", hanging: int | None = None) -> list[str]:
    """A paragraph at 80 columns, no name in it broken.

    `margin`, such as '  - ', stands before its first line only; the others are indented by `hanging` columns, as many
    as the margin has unless given.
    """
    import textwrap

    rest = " " * (len(margin) if hanging is None else hanging)
    return textwrap.wrap(
        text, WIDTH, initial_indent=margin, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def report_from(path: str) -> Report:
    """The report in a file or bundle, as it is understood today. Raises UsageProblem."""
    from cgrdoctor.engine.decided import restated

    return restated(written_report(path))


def written_report(path: str) -> Report:
    """The report in a file or bundle, as it was written. Raises UsageProblem."""
    from pathlib import Path

    from cgrdoctor.report.read import read

    return read(Path(path))


def unknown(kind: str, name: str, names: list[str]) -> UsageProblem:
    """Says that there is no such thing, and which name is the nearest, if one is near."""
    from cgrdoctor.config.nearest import nearest
    from cgrdoctor.config.values import shown

    near = nearest(name, names)
    told = f"; the nearest is '{near}'" if near else ""
    return UsageProblem(f"there is no {kind} '{shown(name, 60)}'{told}")


def unwritable(problem: OutputProblem) -> UsageProblem:
    """For commands that know no incomplete outcome: what cannot be written is their usage's fault."""
    return UsageProblem(str(problem))

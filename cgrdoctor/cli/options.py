"""The options of `check` for every command that runs the doctor: as click takes them, and how they become settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cgrdoctor.cli.completing import completer_of
from cgrdoctor.config.options import ROWS
from cgrdoctor.config.rows import Group, Row, Shape

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS = tuple(row for row in ROWS.values() if row.spelling.startswith("--"))

OWN = "Options"
"""Heading of the options of one command alone."""

TERMS = 28
"""Columns of the options in `--help`; a longer one has a line of its own."""


class InGroup(click.Option):
    """An option that knows its heading."""

    def __init__(self, declared: Iterable[str], *, group: Group, **details: Any) -> None:
        super().__init__(list(declared), **details)
        self.group = group


class Grouped(click.Command):
    """A command whose `--help` has its options under their headings, its own first and `--help` last."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every heading with its options, in columns that are the same under each."""
        under: dict[str, list[tuple[str, str]]] = {OWN: [], **{group.value: [] for group in Group}}
        for one in self.get_params(ctx):
            record = one.get_help_record(ctx) if isinstance(one, click.Option) else None
            if record:
                under[_heading(one)].append((record[0].ljust(TERMS), record[1]))
        for heading, lines in under.items():
            if lines:
                with formatter.section(heading):
                    formatter.write_dl(lines, col_max=TERMS)


def _heading(one: click.Parameter) -> str:
    if "--help" in one.opts:
        return Group.OUTPUT.value
    return one.group.value if isinstance(one, InGroup) else OWN


def doctor_options(function: Function) -> Function:
    """Adds every option of `check` to a click command."""
    return _add(function, OPTIONS)


def report_options(function: Function) -> Function:
    """Adds the options that say where a report goes and how it looks."""
    return _add(function, [row for row in OPTIONS if row.group is Group.OUTPUT])


def _add(function: Function, rows: Iterable[Row]) -> Function:
    for row in reversed(list(rows)):
        function = click.option(*row.spellings, row.field, cls=InGroup, group=row.group, **_details(row))(function)
    return function


def _details(row: Row) -> dict[str, Any]:
    details: dict[str, Any] = {"help": _help(row), "shell_complete": completer_of(row)}
    match row.takes.shape:
        case Shape.SWITCH:
            details["is_flag"] = True
        case Shape.COUNT:
            details["count"] = True
        case Shape.TEXT | Shape.NUMBER:
            details["metavar"] = row.takes.word
        case Shape.LIST:
            details |= {"metavar": row.takes.word, "multiple": True}
    return details


def _help(row: Row) -> str:
    sentence = row.help.removesuffix(".") + ("; repeatable" if row.takes.shape is Shape.LIST else "")
    places = [variable.name for variable in row.variables if row.takes_value and not variable.when]
    default = ", ".join([*places, *([row.default] if row.default else [])])
    return f"{sentence} [{default}]." if default else f"{sentence}."


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Of click's values those that were typed."""
    return {name: value for name, value in options.items() if value not in (None, False, (), 0)}


def settings_from(options: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of a run from click's values, the environment and the settings file. Raises UsageProblem."""
    from cgrdoctor.config.settings import resolve

    return resolve(given(options), os.environ if environ is None else environ)

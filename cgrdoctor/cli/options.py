"""The options of `check` for every command that runs the doctor: as click takes them, and how they become settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
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
"""Columns of the options in `--help`."""

MORE = "Variables, settings file and more of each option: docs/options.md\n"


class InGroup(click.Option):
    """An option that knows its heading."""

    def __init__(self, declared: Iterable[str], *, group: Group, **details: Any) -> None:
        super().__init__(list(declared), **details)
        self.group = group


class Grouped(click.Command):
    """A command whose `--help` has its options under their headings, its own first and `--help` last."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every heading with its options, a row each where they fit, in columns that are the same under each."""
        under: dict[str, list[str]] = {OWN: [], **{group.value: [] for group in Group}}
        for one in self.get_params(ctx):
            record = one.get_help_record(ctx) if isinstance(one, click.Option) else None
            if record:
                under[_heading(one)] += _rows(*record, formatter.width)
        formatter.write_paragraph()
        for heading, lines in under.items():
            if lines:
                formatter.write("\n".join([f"{heading}:", *lines, ""]))
        formatter.write(MORE)


def _rows(term: str, meaning: str, width: int) -> list[str]:
    """An option and what it means; a term that is too long has a row of its own if the two do not fit on one."""
    import textwrap

    margin = " " * (TERMS + 4)
    if len(term) > TERMS and len(term) + len(meaning) + 4 <= width:
        return [f"  {term}  {meaning}"]
    lines = textwrap.wrap(meaning, max(width - len(margin), 20), break_long_words=False, break_on_hyphens=False)
    first, *others = lines or [""]
    begun = [f"  {term:<{TERMS}}  {first}"] if len(term) <= TERMS else [f"  {term}", f"{margin}{first}"]
    return [*begun, *(f"{margin}{line}" for line in others)]


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


def chosen_options(*fields: str, **defaults: str) -> Callable[[Function], Function]:
    """Adds the options of these fields; `defaults` says what holds here where some are not given."""
    rows = [replace(row, default=defaults.get(row.field, row.default)) for row in OPTIONS if row.field in fields]
    return lambda function: _add(function, rows)


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
    """A row: what stands where it is not given, too; the page of options says the rest."""
    sentence = row.help.removesuffix(".") + ("; repeatable" if row.takes.shape is Shape.LIST else "")
    return f"{sentence} [{row.default}]." if row.default else f"{sentence}."


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Of click's values those that were typed."""
    return {name: value for name, value in options.items() if value not in (None, False, (), 0)}


def settings_from(options: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of a run from click's values, the environment and the settings file. Raises UsageProblem."""
    from cgrdoctor.config.settings import resolve

    return resolve(given(options), os.environ if environ is None else environ)

"""What a shell may complete: names that are known here. Nothing is loaded before a shell asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from cgrdoctor.config.rows import Row

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]

VARIABLE = "_CGRDOCTOR_COMPLETE"
"""Set by a shell that asks; click's way."""

WHOLE_LINE = ('string split ","', 'string split -m 1 ","')
"""click's script for fish takes `kind,value TAB meaning` apart at every comma, and loses what follows the second."""


def completer_of(row: Row) -> Completer | None:
    """What completes the value of an option: its choices, checks, files, directories; None for anything else."""
    if row.takes.choices:
        return among(row.takes.choices)
    if row.field in ("only", "skip"):
        return checks
    if row.takes.is_path:
        return directories if row.takes.word == "DIR" else files
    return None


def among(words: Sequence[str]) -> Completer:
    """One of these words."""

    def completed(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return items(((word, "") for word in words), incomplete)

    return completed


def files(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The shell's own names of files."""
    return _paths("file", incomplete)


def directories(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The shell's own names of directories."""
    return _paths("dir", incomplete)


def pages(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Whatever `explain` explains."""
    from cgrdoctor.engine.discovery import load
    from cgrdoctor.report.pages import names, page

    catalogue = load()
    found = [name for name in names(catalogue) if name.startswith(incomplete)]
    return items(((name, one.title) for name in found if (one := page(catalogue, name))), incomplete)


def checks(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of checks, and the glob of each area."""
    from cgrdoctor.engine.discovery import load

    found = load().checks
    areas = dict.fromkeys(check.id.partition(".")[0] for check in found)
    named = [(f"{area}.*", f"every check of {area}") for area in areas]
    return items([*named, *((check.id, check.title) for check in found)], incomplete)


def worlds(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of the simulated worlds, if they are installed."""
    from cgrdoctor.cli.worlds import lab
    from cgrdoctor.errors import UsageProblem

    try:
        module = lab()
    except UsageProblem:
        return []
    return items(
        ((one.name, one.title) for part in (module.FAULTS, module.HEALTHY) for one in part.values()), incomplete
    )


def items(named: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    """Those names, with what they mean, that go on where the word ends."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name, help=meaning or None) for name, meaning in named if name.startswith(incomplete)]


def _paths(kind: str, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type=kind)]


def script(program: click.Command, name: str, shell: str) -> str:
    """What the shell reads to complete the command `name`. Raises KeyError for a shell that is not known."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is None:
        raise KeyError(shell)
    asking: Any = made(program, {}, name, VARIABLE)
    text = str(asking.source_template % asking.source_vars()).strip() + "\n"
    return text.replace(*WHOLE_LINE) if shell == "fish" else text

"""A command group that knows its commands by name and imports one only when it is to run."""

from __future__ import annotations

import copy
import functools
from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.words import first_word, is_image, long_options, unknown_option
from cgrdoctor.process.outlet import kept

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Rows = dict[str, tuple[str, str]]
"""Command name to the module that holds it as `command`, and its one line of help."""

AS_WORDS = {"help": "--help", "version": "--version"}
"""Options that are commands of the program, too."""

CLICKS_OWN = (SystemExit, KeyboardInterrupt, EOFError, BrokenPipeError)
"""What click takes for its own way of ending: none of these may turn a command that broke into one that went well."""


class Table(click.Group):
    """Picks the command by the first word that is no option; options may stand on either side of it.

    `fallback` is the command for no word at all, and for a word that contains a slash.
    """

    def __init__(self, name: str, rows: Rows, *, fallback: str | None = None, help: str = "") -> None:  # noqa: A002 - click's name
        super().__init__(
            name, help=help, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]}
        )
        self.rows = rows
        self.fallback = fallback

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the table."""
        return list(self.rows)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, imported now."""
        if cmd_name not in self.rows:
            return None
        import importlib

        command: click.Command = importlib.import_module(self.rows[cmd_name][0]).command
        return command if isinstance(command, Table) else _alone(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list for `--help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.rows.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, from the table alone; after a dash options, those of the fallback too."""
        from cgrdoctor.cli.completing import items

        if not incomplete.startswith("-"):
            return items(((name, line) for name, (_, line) in self.rows.items()), incomplete)
        own = click.Command.shell_complete(self, ctx, incomplete)
        fallback = self.get_command(ctx, self.fallback) if self.fallback else None
        return own + (click.Command.shell_complete(fallback, ctx, incomplete) if fallback else [])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Moves the command to the front, and puts the fallback there if the words name none."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, self._as_far_as_known(args))
        place, options = first_word(args)
        if place is not None and self.fallback and args[place] in AS_WORDS:
            return self.parse_args(ctx, [*args[:place], *args[place + 1 :], AS_WORDS[args[place]]])
        if "--version" in options and self.fallback:
            return super().parse_args(ctx, ["--version"])
        unknown = unknown_option(options)
        if unknown:
            raise click.NoSuchOption(unknown, possibilities=sorted(long_options()), ctx=ctx)
        if place is None and {"-h", "--help"} & set(options):
            return super().parse_args(ctx, ["--help"])
        return super().parse_args(ctx, self._with_command_first(args, place))

    def _as_far_as_known(self, args: list[str]) -> list[str]:
        """The same while somebody still types: without a word that names a command it may yet come."""
        place, _ = first_word(args)
        known = place is not None and (args[place] in self.rows or is_image(args[place]))
        return self._with_command_first(args, place) if known or (args and place is None and self.fallback) else []

    def _with_command_first(self, args: list[str], place: int | None) -> list[str]:
        if place is not None and args[place] in self.rows:
            return [args[place], *args[:place], *args[place + 1 :]]
        if self.fallback and (place is None or is_image(args[place])):
            return [self.fallback, *args]
        if place is None:
            raise click.UsageError(f"'{self.name}' needs one of: {', '.join(self.rows)}")
        raise click.UsageError(self._no_command(args[place:]))

    def _no_command(self, words: list[str]) -> str:
        from cgrdoctor.cli.usage import pasted
        from cgrdoctor.config.nearest import nearest
        from cgrdoctor.config.values import shown

        name = "cgrdoctor" if self.fallback else f"cgrdoctor {self.name}"
        known = nearest(words[0], list(self.rows))
        told = f"the nearest is '{name} {known}'" if known else f"'{name} --help' lists them"
        hint = pasted(words) if self.fallback else None
        hint = hint or (
            "an IMAGE contains a slash: HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE:TAG" if self.fallback else ""
        )
        return f"there is no command '{shown(words[0], 40)}'; {told}" + (f"; {hint}" if hint else "")


def _alone(command: click.Command) -> click.Command:
    """The same command, with standard output for itself while it works: it may load the code of others."""
    work = command.callback
    assert work is not None

    @functools.wraps(work)
    def working(*args: Any, **options: Any) -> Any:
        with kept():
            try:
                return work(*args, **options)
            except CLICKS_OWN as error:
                raise RuntimeError("a command does not end like this") from error

    changed = copy.copy(command)
    changed.callback = working
    return changed

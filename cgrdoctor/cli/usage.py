"""One line for every way a command line can be wrong, without repeating what may be secret."""

from __future__ import annotations

import re

import click

ELSEWHERE = {
    "--explain": "report show",
    "--fault": "demo",
    "--list-faults": "demo",
    **dict.fromkeys(("--dry-run", "--from-cache", "--images", "--rate", "--resume", "--shard"), "sweep"),
}
"""Which command has an option that `check` has not."""


def usage_line(problem: click.ClickException) -> str:
    """What is wrong, as one line. A value with an `@` in it is not repeated: it may hold user information."""
    if isinstance(problem, click.NoSuchOption):
        return _no_such_option(problem)
    text = " ".join((_own_words(problem) or problem.format_message()).split())
    if re.search(r"@(?!sha(?:256|512):)", text):
        hint = problem.param.opts[0] if isinstance(problem, click.BadParameter) and problem.param else "a word"
        text = f"{hint} cannot be used; it holds an '@', so it is not repeated here"
    return "".join(character if character.isprintable() else "?" for character in text)[:300].rstrip(".")


def _own_words(problem: click.ClickException) -> str | None:
    """What to type instead, where click says only what is wrong."""
    if isinstance(problem, click.BadOptionUsage):
        return f"{problem.option_name} needs a value{_value(problem.option_name)}"
    context = problem.ctx if isinstance(problem, click.UsageError) else None
    if context is None:
        return None
    if isinstance(problem, click.MissingParameter) and problem.param:
        return f"'{context.command_path}' needs {_word(problem.param)}"
    if isinstance(problem, click.BadParameter) and problem.param and isinstance(problem.param.type, click.Choice):
        name = (
            max(problem.param.opts, key=len) if isinstance(problem.param, click.Option) else f"'{context.command_path}'"
        )
        return f"{name} takes one of: {', '.join(map(str, problem.param.type.choices))}"
    if problem.message.startswith("Got unexpected extra argument"):
        words = [_word(param) for param in context.command.params if isinstance(param, click.Argument)]
        return f"'{context.command_path}' takes {', '.join(words) or 'no word'}: {_lowered(problem.message)}"
    return None


def _word(param: click.Parameter) -> str:
    return (
        param.metavar
        if isinstance(param, (click.Option, click.Argument)) and param.metavar
        else str(param.name).upper()
    )


def _value(name: str) -> str:
    """What stands for the value of an option of `check`, with a colon before it; click does not tell whose it is."""
    from cgrdoctor.config.options import ROWS

    return next((f": {row.takes.word}" for row in ROWS.values() if name in row.spellings), "")


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _no_such_option(problem: click.NoSuchOption) -> str:
    from cgrdoctor.cli.words import long_options
    from cgrdoctor.config.nearest import nearest
    from cgrdoctor.config.values import shown

    name = problem.option_name.partition("=")[0]
    if name in ELSEWHERE:
        return f"{name} is an option of 'cgrdoctor {ELSEWHERE[name]}'"
    context = problem.ctx
    path = context.command_path if context else "cgrdoctor"
    listed = f"there is no option {shown(name, 40)}; '{path} --help' lists them"
    if not name.startswith("--"):
        return listed
    known = sorted(long_options())
    if context and not isinstance(context.command, click.Group):
        own = [one for param in context.command.get_params(context) for one in param.opts]
        known = [one for one in own if one.startswith("--")]
    near = nearest(name, known)
    return f"there is no option {shown(name, 40)}; the nearest is {near}" if near else listed


def pasted(words: list[str]) -> str | None:
    """The hint for a line pasted with its program, such as `docker pull acme.jfrog.io/...`; None if it is none."""
    from cgrdoctor.net.pasted import read_pasted
    from cgrdoctor.net.pasted_command import PROGRAMS
    from cgrdoctor.net.reference import UnusableReference

    if words[0].lower() not in PROGRAMS | {"sudo", "from", "image:", "-"}:
        return None
    try:
        return f"to check that image: cgrdoctor {read_pasted(' '.join(words)).reference}"
    except UnusableReference:
        return "give the reference alone, without the program"

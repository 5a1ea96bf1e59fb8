"""One line for every way a command line can be wrong, without repeating what may be secret."""

from __future__ import annotations

import re

import click

PROGRAMS = ("docker", "podman", "nerdctl", "sudo", "skopeo", "crane", "from", "image:")
"""First words of lines that are pasted instead of the reference in them."""

ELSEWHERE = {"--explain": "report show", "--fault": "demo", "--list-faults": "demo"}
"""Which command has an option that `check` has not."""


def usage_line(problem: click.ClickException) -> str:
    """What is wrong, as one line. A value with an `@` in it is not repeated: it may hold user information."""
    text = " ".join(problem.format_message().split())
    if isinstance(problem, click.NoSuchOption):
        return _no_such_option(problem)
    if re.search(r"@(?!sha(?:256|512):)", text):
        hint = problem.param.opts[0] if isinstance(problem, click.BadParameter) and problem.param else "a word"
        text = f"{hint} cannot be used; it holds an '@', so it is not repeated here"
    return "".join(character if character.isprintable() else "?" for character in text)[:300].rstrip(".")


def _no_such_option(problem: click.NoSuchOption) -> str:
    from cgrdoctor.cli.words import long_options
    from cgrdoctor.config.nearest import nearest
    from cgrdoctor.config.values import shown

    name = problem.option_name.partition("=")[0]
    command = problem.ctx.command if problem.ctx else None
    if name in ELSEWHERE:
        return f"{name} is an option of 'cgrdoctor {ELSEWHERE[name]}'"
    own = [one for param in command.params for one in param.opts] if command else []
    known = [one for one in own if one.startswith("--")] or sorted(long_options())
    if not name.startswith("--"):
        path = problem.ctx.command_path if problem.ctx else "cgrdoctor"
        return f"there is no option {shown(name, 40)}; '{path} --help' lists them"
    return f"there is no option {shown(name, 40)}; the nearest is {nearest(name, known)}"


def pasted(words: list[str]) -> str | None:
    """The hint for a line pasted with its program, such as `docker pull acme.jfrog.io/...`; None if it is none."""
    if words[0].lower() not in PROGRAMS:
        return None
    from cgrdoctor.net.reference import UnusableReference, parse_reference

    for word in words[1:]:
        try:
            return f"to check that image: cgrdoctor {parse_reference(word)}"
        except UnusableReference:
            continue
    return "give the reference alone, without the program"

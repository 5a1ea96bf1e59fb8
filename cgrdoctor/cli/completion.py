"""`cgrdoctor completion`: what a shell reads to complete commands, options, codes, checks and worlds."""

from __future__ import annotations

import click

from cgrdoctor.cli.completing import among
from cgrdoctor.cli.forms import HELP
from cgrdoctor.process.streams import say

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", context_settings=HELP)
@click.argument("shell", metavar="|".join(SHELLS), type=click.Choice(SHELLS), shell_complete=among(SHELLS))
def command(shell: str) -> int:
    """Print the completion script of a shell.

    \b
      bash  eval "$(cgrdoctor completion bash)"      in ~/.bashrc
      zsh   eval "$(cgrdoctor completion zsh)"       in ~/.zshrc, after compinit
      fish  cgrdoctor completion fish | source       in ~/.config/fish/config.fish
    """
    from cgrdoctor.cli import program
    from cgrdoctor.cli.completing import script

    say(script(program, "cgrdoctor", shell).rstrip("\n"))
    return 0

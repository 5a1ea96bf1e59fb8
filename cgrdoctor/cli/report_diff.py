"""`cgrdoctor report diff`: what changed from one report to another."""

from __future__ import annotations

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, format_option, report_from, show_json
from cgrdoctor.process.streams import say


@click.command("diff", context_settings=HELP)
@click.argument("before", shell_complete=files)
@click.argument("after", shell_complete=files)
@format_option("text", "json")
def command(before: str, after: str, form: str) -> int:
    """Say which findings are new, fixed, changed or no longer testable. The exit status is 1 if anything got worse."""
    from cgrdoctor.report.diff import compare, render

    difference = compare(report_from(before), report_from(after))
    if form == "json":
        show_json(difference)
    else:
        say(render(difference))
    return 1 if difference.got_worse else 0

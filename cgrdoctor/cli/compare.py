"""`cgrdoctor compare`: two reports side by side."""

from __future__ import annotations

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, format_option, report_from, show_json
from cgrdoctor.process.streams import say


@click.command("compare", context_settings=HELP)
@click.argument("left", metavar="REPORT-A", shell_complete=files)
@click.argument("right", metavar="REPORT-B", shell_complete=files)
@format_option("text", "json")
def command(left: str, right: str, form: str) -> int:
    """Set two reports side by side: where an image pulls and where it does not.

    Both are files that an earlier run wrote with -o. The exit status is 0; 'cgrdoctor report diff' judges whether the
    second one is worse.
    """
    from cgrdoctor.report import table
    from cgrdoctor.report.diff import compare

    a, b = report_from(left), report_from(right)
    difference = compare(a, b)
    if form == "json":
        show_json(difference)
    else:
        say(table.render(a, b, difference))
    return 0

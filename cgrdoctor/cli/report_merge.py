"""`cgrdoctor report merge`: several reports in one summary."""

from __future__ import annotations

from pathlib import PurePath

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, format_option, report_from, show_json
from cgrdoctor.process.streams import say


@click.command("merge", context_settings=HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=files)
@format_option("text", "json", "markdown")
def command(files: tuple[str, ...], form: str) -> int:
    """Summarise several reports: which cause was found where."""
    from cgrdoctor.report import merge

    summary = merge.merge([(PurePath(file).name, report_from(file)) for file in files])
    if form == "json":
        show_json(summary)
    else:
        say(merge.as_text(summary) if form == "text" else merge.markdown(summary))
    return 0

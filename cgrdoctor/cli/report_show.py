"""`cgrdoctor report show`: a written report in another format."""

from __future__ import annotations

from typing import Any

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, report_from, show_lines
from cgrdoctor.cli.options import Grouped, report_options, settings_from
from cgrdoctor.errors import UsageProblem


@click.command("show", cls=Grouped, context_settings=HELP)
@click.argument("file", shell_complete=files)
@click.option("--explain", is_flag=True, help="Observations against causes: how the judgement came about.")
@report_options
def command(file: str, *, explain: bool, **options: Any) -> int:
    """Show a report in any format, or write it to files. The exit status says only whether that worked."""
    from cgrdoctor.report.write import deliver

    report = report_from(file)
    if explain:
        from cgrdoctor.engine.again import explained

        show_lines(list(explained(report)))
        return 0
    delivered = deliver(settings_from(options), report)
    if delivered is not report:
        raise UsageProblem("the report was not written everywhere")
    return 0

"""`cgrdoctor report show`: a written report in another format."""

from __future__ import annotations

from typing import Any

import click

from cgrdoctor.cli.forms import HELP, report_from
from cgrdoctor.cli.options import Grouped, report_options, settings_from
from cgrdoctor.errors import UsageProblem


@click.command("show", cls=Grouped, context_settings=HELP)
@click.argument("file")
@report_options
def command(file: str, **options: Any) -> int:
    """Show a report in any format, or write it to files. The exit status says only whether that worked."""
    from cgrdoctor.report.write import deliver

    report = report_from(file)
    delivered = deliver(settings_from(options), report)
    if delivered is not report:
        raise UsageProblem("the report was not written everywhere")
    return 0

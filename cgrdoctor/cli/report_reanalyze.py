"""`cgrdoctor report reanalyze`: today's checks over the facts of yesterday."""

from __future__ import annotations

from typing import Any

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, report_from
from cgrdoctor.cli.options import Grouped, report_options, settings_from


@click.command("reanalyze", cls=Grouped, context_settings=HELP)
@click.argument("file", shell_complete=files)
@report_options
def command(file: str, **options: Any) -> int:
    """Judge the facts in a report with the checks installed here. Nothing is sent anywhere; exit status as check."""
    from cgrdoctor.engine.again import judge_again
    from cgrdoctor.report.write import deliver

    return deliver(settings_from(options), judge_again(report_from(file))).exit_status

"""`cgrdoctor report validate`: is this file a report?"""

from __future__ import annotations

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, show_lines


@click.command("validate", context_settings=HELP)
@click.argument("file", shell_complete=files)
def command(file: str) -> int:
    """Check a report against the schema: exit status 0 if it is one, 1 if it is not, 2 if it cannot be read."""
    from pathlib import Path

    from cgrdoctor.config.values import shown_path
    from cgrdoctor.report.read import content_of
    from cgrdoctor.report.validate import problems

    name = shown_path(file)
    found = problems(content_of(Path(file)), name)
    show_lines([f"{name}: {line}" for line in found] or [f"{name}: a valid report"])
    return 1 if found else 0

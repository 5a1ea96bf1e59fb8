"""`cgrdoctor schema`: the JSON Schema of the report."""

from __future__ import annotations

import click

from cgrdoctor.cli.forms import HELP, show_json


@click.command("schema", context_settings=HELP)
def command() -> int:
    """Print the JSON Schema (2020-12) of the report."""
    from cgrdoctor.report.json import schema

    show_json(schema())
    return 0

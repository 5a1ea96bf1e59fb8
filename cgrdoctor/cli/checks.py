"""`cgrdoctor checks`: what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.forms import HELP, format_option, show_json, show_lines, wrapped
from cgrdoctor.process.streams import tell

if TYPE_CHECKING:
    from cgrdoctor.engine.declare import Check


@click.command("checks", context_settings=HELP)
@format_option("text", "json")
def command(form: str) -> int:
    """List every check with its title.

    'cgrdoctor explain CHECK' says what one looks at, why, and which codes it can find.
    """
    from cgrdoctor.engine.discovery import load

    catalogue = load()
    for problem in catalogue.problems:
        tell(f"cgrdoctor: {problem.where} cannot be used: {problem.message}")
    if form == "json":
        show_json([described(check) for check in catalogue.checks])
    else:
        width = max((len(check.id) for check in catalogue.checks), default=0)
        show_lines(
            [line for check in catalogue.checks for line in wrapped(check.title, f"{check.id:<{width}}  ")],
        )
    return 0


def described(check: Check) -> dict[str, Any]:
    """A check as data."""
    from cgrdoctor.engine.declare import fact_name

    return {
        "id": check.id,
        "title": check.title,
        "codes": [code.name for code in check.codes],
        "needs": [fact_name(fact) for fact in check.needed],
        "guide": check.guide,
        "unlocked_by": check.unlocked_by,
        "distribution": check.distribution or None,
        "explanation": check.doc,
    }

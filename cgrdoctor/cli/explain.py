"""`cgrdoctor explain`: what a code or a check means, without any network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cgrdoctor.cli.forms import HELP, format_option, show_json, show_lines, unknown

if TYPE_CHECKING:
    from cgrdoctor.declare import Check
    from cgrdoctor.model import Code

WIDTH = 80


@click.command("explain", context_settings=HELP)
@click.argument("name", metavar="CODE-or-CHECK")
@format_option("text", "json")
def command(name: str, form: str) -> int:
    """Explain a code (such as remote-url-mismatch) or a check (such as fields.url)."""
    from cgrdoctor.cli.checks import described
    from cgrdoctor.discovery import load

    catalogue = load()
    checks = {check.id: check for check in catalogue.checks}
    if name in catalogue.codes:
        code = catalogue.codes[name]
        found_by = [check.id for check in catalogue.checks if code in check.codes]
        if form == "json":
            import msgspec

            show_json({**msgspec.to_builtins(code), "found_by": found_by})
        else:
            show_lines(code_lines(code, found_by))
    elif name in checks:
        show_json(described(checks[name])) if form == "json" else show_lines(check_lines(checks[name]))
    else:
        raise unknown("code or check", name, [*catalogue.codes, *checks])
    return 0


def code_lines(code: Code, found_by: list[str]) -> list[str]:
    """A code as a page of text."""
    from cgrdoctor.report.outline import LEGS, who_of

    lines = [f"{code.name}: {code.title}", "", *wrapped(code.meaning), ""]
    lines += [f"Where:     {LEGS.get(code.leg, code.leg)}", f"Who:       {who_of(code.owner)}"]
    lines += [f"Found by:  {', '.join(found_by)}"]
    for title, text in (("What is looked at", code.looks_at), ("How to fix it", code.fix)):
        lines += ["", title, *wrapped(text, "  ")] if text else []
    for title, items in (
        ("Looks alike", code.look_alikes),
        ("Explains", code.explains),
        ("Sources", code.sources),
    ):
        lines += ["", title, *(line for item in items for line in wrapped(item, "  - "))] if items else []
    return lines


def check_lines(check: Check) -> list[str]:
    """A check as a page of text: its docstring, which is written for this."""
    from cgrdoctor.declare import fact_name

    lines = [f"{check.id}: {check.title}", "", *check.doc.splitlines(), ""]
    lines += [f"Codes:  {', '.join(code.name for code in check.codes)}"]
    lines += [f"Needs:  {', '.join(fact_name(fact) for fact in check.needed)}"]
    return lines + ([f"Guide:  {check.guide}"] if check.guide else [])


def wrapped(text: str, margin: str = "") -> list[str]:
    """A paragraph at 80 columns; a margin such as '  - ' stands before its first line only."""
    import textwrap

    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=" " * len(margin),
        break_long_words=False,
        break_on_hyphens=False,
    )

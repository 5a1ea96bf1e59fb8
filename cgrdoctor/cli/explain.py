"""`cgrdoctor explain`: what a code, a check or a client's text means, without any network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.completing import pages
from cgrdoctor.cli.forms import HELP, format_option, show_json, show_lines, unknown, wrapped
from cgrdoctor.errors import UsageProblem

if TYPE_CHECKING:
    from cgrdoctor.engine.discovery import Catalogue
    from cgrdoctor.report.pages import Page


@click.command("explain", context_settings=HELP)
@click.argument("name", metavar="CODE-or-CHECK-or-TEXT", shell_complete=pages)
@format_option("text", "json")
def command(name: str, form: str) -> int:
    """Explain a code (such as remote-url-mismatch), a check (such as fields.url) or a client's error text.

    'hosts' explains which of Chainguard's hosts is needed for what. '-' reads a text from standard input: what docker,
    containerd, a kubelet, podman and others print. The same text given in place of IMAGE runs the check.
    """
    if name == "-" or len(name.split()) > 1:
        from cgrdoctor.cli.explain_text import show

        return show(name, form)
    from cgrdoctor.engine.discovery import load
    from cgrdoctor.report.examples import examples
    from cgrdoctor.report.pages import names, page

    catalogue = load()
    wanted = name.strip().lower().replace("_", "-")
    found = page(catalogue, wanted)
    if found is None and wanted in examples():
        raise UsageProblem(
            f"'{wanted}' is a simulated world; to explain its code: cgrdoctor explain {examples()[wanted].code}"
        )
    if found is None and name.isupper() and name.replace("_", "").isalpha():
        from cgrdoctor.cli.explain_text import of_registry

        line = of_registry(name, catalogue)
        if line is not None:
            raise UsageProblem(line)
    if found is None:
        raise unknown("code or check", name, names(catalogue))
    if form == "json":
        show_json(as_data(catalogue, found))
    else:
        show_lines(as_text(found))
    return 0


def as_data(catalogue: Catalogue, found: Page) -> Any:
    """A code with all its fields and what others say about it; a check as `checks` shows it; the table of hosts."""
    import dataclasses

    import msgspec

    from cgrdoctor.cli.checks import described
    from cgrdoctor.net.hosts import HOSTS
    from cgrdoctor.report.examples import fixes, shown
    from cgrdoctor.report.pages import finders, told_apart, why

    code = catalogue.codes.get(found.name)
    if code is not None:
        checks = finders(catalogue, code)
        more = {
            "found_by": [check.id for check in checks],
            "told_apart": told_apart(catalogue.codes, code),
            "why": why(checks, code),
            "example": shown(code.name),
            "fixes": [{"seen": one.seen, "fix": one.fix, "owner": one.owner} for one in fixes(code.name)],
        }
        return {**msgspec.to_builtins(code), **more}
    check = next((check for check in catalogue.checks if check.id == found.name), None)
    return described(check) if check is not None else [dataclasses.asdict(host) for host in HOSTS]


def as_text(found: Page) -> list[str]:
    """A page at 80 columns."""
    lines = wrapped(f"{found.name}: {found.title}")
    for section in found.sections:
        lines += ["", section.title] if section.title else []
        margin = "  " if section.title else ""
        for place, paragraph in enumerate(section.paragraphs):
            lines += [""] if place or not section.title else []
            lines += wrapped(paragraph, margin)
        lines += [""] if section.items and not section.title else []
        lines += section.rows
        for label, text in section.items:
            lines += wrapped(f"{label}: {text}" if label else text, f"{margin}- ")
    return lines

"""The report as one HTML page: everything in it, nothing loaded, nothing that runs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cgrdoctor.model import Report
from cgrdoctor.report.clean import escaped
from cgrdoctor.report.outline import (
    CONFIDENCE,
    by_area,
    caveats,
    closing,
    proof_of,
    shown_status,
    subject_line,
    tally,
    what_of,
    where_of,
    who_of,
)

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = "template.html"


def prepare() -> None:
    """Loads jinja2 and compiles the template."""
    _template()


def render(report: Report) -> str:
    """The page, with a line feed at the end."""
    return _template().render(
        report=report,
        status=shown_status(report),
        subject=subject_line(report),
        areas=by_area(report),
        caveats=caveats(report),
        closing=closing(report),
        tally=tally(report),
        confidence=CONFIDENCE,
        proof_of=proof_of,
    )


@cache
def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.PackageLoader("cgrdoctor", "report"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_made_inert,
    )
    environment.filters.update(where=where_of, what=what_of, who=who_of)
    return environment.get_template(TEMPLATE)


def _made_inert(value: object) -> object:
    """Whatever is put into the page, before it is escaped. Line feeds stay; browsers show them as spaces."""
    if value is None:
        return ""
    return escaped(value) if type(value) is str else value

"""The report as one HTML page: everything in it, nothing loaded, nothing that runs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cgrdoctor.model import Report
from cgrdoctor.report.answers import answered
from cgrdoctor.report.cause import about, told, unless, ways
from cgrdoctor.report.clean import escaped
from cgrdoctor.report.ending import last_line
from cgrdoctor.report.outline import (
    UNFINISHED,
    by_area,
    caveats,
    closing,
    shown_status,
    subject_line,
    tally,
    what_of,
    where_of,
    who_of,
    word_of,
)
from cgrdoctor.report.route import release
from cgrdoctor.report.unlooked import pending, unlocked_by

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
        causes=[told(entry, report) for entry in report.diagnosis],
        headed=bool(report.diagnosis) and report.status not in UNFINISHED,
        status=shown_status(report),
        word=word_of(report),
        subject=subject_line(report),
        ways=ways(report) if report.diagnosis or report.target.image else (),
        release=release(report),
        waited=pending(report) if report.status in UNFINISHED else [],
        unverified=[(one, unlocked_by(one, report)) for one in report.unverified],
        areas=by_area(report),
        caveats=caveats(report),
        last=last_line(report),
        closing=closing(report),
        tally=tally(report),
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
    environment.filters.update(about=about, answered=answered, unless=unless, what=what_of, where=where_of, who=who_of)
    return environment.get_template(TEMPLATE)


def _made_inert(value: object) -> object:
    """Whatever is put into the page, before it is escaped. Line feeds stay; browsers show them as spaces."""
    if value is None:
        return ""
    return escaped(value) if type(value) is str else value

"""`cgrdoctor report verify`: runs what had findings once more and sets before and after side by side."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.forms import HELP, report_from
from cgrdoctor.cli.options import Grouped, doctor_options, given
from cgrdoctor.config.options import ROWS
from cgrdoctor.config.rows import Recorded
from cgrdoctor.errors import UsageProblem
from cgrdoctor.process.streams import tell

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.model import Report

RECORDED = tuple(name for name, row in ROWS.items() if row.recorded is Recorded.CARRIED)
AGAIN = tuple(name for name, row in ROWS.items() if row.recorded is Recorded.AGAIN)
AGAIN_SPELT = ", ".join(ROWS[name].spelling for name in AGAIN)


@click.command("verify", cls=Grouped, context_settings=HELP, epilog=f"To be given again: {AGAIN_SPELT}.")
@click.argument("file")
@doctor_options
def command(file: str, **options: Any) -> int:
    """Run the checks that had findings again, with the options recorded in the report, and say what changed.

    Secrets of the CGRDOCTOR_ variables go only to a host named in this run: name it with --artifactory-url or
    CGRDOCTOR_ARTIFACTORY_URL. What reads files, redirects connections or changes something is not taken over: give it
    again. Exit status as check.
    """
    before = report_from(file)
    settings = settings_of(before, options, file)
    return run(settings, before)


def settings_of(before: Report, options: dict[str, Any], file: str) -> Settings:
    """Command line before environment before report. Raises UsageProblem if nothing can be verified."""
    from cgrdoctor.config.settings import resolve

    typed = given(options)
    typed.setdefault("only", checks_to_run(before))
    recorded = {name: before.run.options[name] for name in RECORDED if name in before.run.options}
    if before.target.image:
        recorded["image"] = before.target.image
    missing = [name for name in AGAIN if name in before.run.options and name not in typed]
    if missing:
        names = ", ".join(ROWS[name].spelling for name in missing)
        tell(f"cgrdoctor: not taken over from the report, give it again if it is still wanted: {names}")
    return resolve(typed, os.environ, recorded=recorded, recorded_in=file)


def checks_to_run(before: Report) -> tuple[str, ...]:
    """The checks with findings of severity warn or fail that exist here. Raises UsageProblem if there are none."""
    from cgrdoctor.engine.discovery import load

    known = {check.id for check in load().checks}
    found = [
        check.id
        for check in before.checks
        if any(finding.severity != "info" for finding in check.findings) and check.id in known
    ]
    if not found:
        raise UsageProblem("the report has no finding of a check that exists here, so there is nothing to verify")
    return tuple(found)


def run(settings: Settings, before: Report) -> int:
    """Runs the doctor; with `-f text` the difference stands before the report."""
    from cgrdoctor.cli.progress import observer_for
    from cgrdoctor.doctor import Examination
    from cgrdoctor.process import outlet
    from cgrdoctor.report.diff import compare, render
    from cgrdoctor.report.write import deliver

    def deliver_both(after: Report) -> Report:
        changes = render(compare(*of_what_ran_again(before, after))) if settings.format == "text" else ""
        return deliver(settings, after, before=changes, patience=outlet.IDLE)

    return Examination(settings, deliver_both, observer_for(settings)).run()


def of_what_ran_again(before: Report, after: Report) -> tuple[Report, Report]:
    """Both reports without the checks that were not selected this time, so that those look neither lost nor new."""
    import msgspec

    selected = {check.id for check in after.checks if check.reason != "not-selected"}
    first, second = (
        msgspec.structs.replace(one, checks=tuple(check for check in one.checks if check.id in selected))
        for one in (before, after)
    )
    return first, second

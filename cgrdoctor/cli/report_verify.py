"""`cgrdoctor report verify`: runs the doctor once more and says whether what a report found is gone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, report_from
from cgrdoctor.cli.options import Grouped, doctor_options, given
from cgrdoctor.config.options import ROWS
from cgrdoctor.config.rows import Recorded
from cgrdoctor.process.streams import tell

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.model import Report
    from cgrdoctor.report.diff import Difference

RECORDED = tuple(name for name, row in ROWS.items() if row.recorded is Recorded.CARRIED)
AGAIN = tuple(name for name, row in ROWS.items() if row.recorded is Recorded.AGAIN)
AGAIN_SPELT = ", ".join(ROWS[name].spelling for name in AGAIN)


@click.command("verify", cls=Grouped, context_settings=HELP, epilog=f"To be given again: {AGAIN_SPELT}.")
@click.argument("file", shell_complete=files)
@doctor_options
def command(file: str, **options: Any) -> int:
    """Run the doctor again, with the options recorded in the report, and say whether its causes are gone.

    The exit status is 0 if the image was seen to pull and none of the report's causes is found again, 1 if it does not
    pull or one is, 3 if that could not be seen. What else is found is listed as new and does not count.

    Secrets of the CGRDOCTOR_ variables go only to a host named in this run: name it with --artifactory-url or
    CGRDOCTOR_ARTIFACTORY_URL. What reads files, redirects connections or changes something is not taken over: give it
    again.
    """
    before = report_from(file)
    settings = settings_of(before, options, file)
    return run(settings, before)


def settings_of(before: Report, options: dict[str, Any], file: str) -> Settings:
    """Command line before environment before report. Raises UsageProblem."""
    from cgrdoctor.config.settings import resolve

    typed = given(options)
    recorded = {name: before.run.options[name] for name in RECORDED if name in before.run.options}
    if before.target.image:
        recorded["image"] = before.target.image
    missing = [name for name in AGAIN if name in before.run.options and name not in typed]
    if missing:
        names = ", ".join(ROWS[name].spelling for name in missing)
        tell(f"cgrdoctor: not taken over from the report, give it again if it is still wanted: {names}")
    return resolve(typed, os.environ, recorded=recorded, recorded_in=file)


def run(settings: Settings, before: Report) -> int:
    """Runs the doctor and judges what came of it; with `-f text` the difference stands before the report."""
    import msgspec

    from cgrdoctor.cli.progress import observer_for
    from cgrdoctor.doctor import Examination
    from cgrdoctor.process import outlet, own
    from cgrdoctor.report.diff import render
    from cgrdoctor.report.verify import verdict
    from cgrdoctor.report.write import deliver

    def deliver_both(after: Report) -> Report:
        changes = render(difference(before, after)) if settings.format == "text" else ""
        if after.status != "interrupted":
            found = verdict(before, after, withheld(settings, os.environ))
            tell(f"cgrdoctor: {found.line}")
            after = msgspec.structs.replace(after, exit_status=found.status)
        return deliver(settings, after, before=changes, patience=outlet.IDLE)

    return Examination(settings, deliver_both, observer_for(settings), own.began()).run()


def withheld(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables whose secrets stay here, because nobody named the host of this run in it."""
    from cgrdoctor.config.naming import hosts_of
    from cgrdoctor.credentials.environment import unsent
    from cgrdoctor.credentials.model import Role

    hosts = hosts_of(settings)
    roles: tuple[Role, ...] = ("rest", "registry")
    asked = [(role, host) for role in roles if (host := hosts.of(role))]
    lists = (one.variables.split(", ") for role, host in asked for one in unsent(role, host, environ, hosts))
    return tuple(dict.fromkeys(name for names in lists for name in names))


def difference(before: Report, after: Report) -> Difference:
    """What differs, as far as the later run looked: what it left out looks neither lost nor new."""
    import msgspec

    from cgrdoctor.report.diff import compare

    selected = {check.id for check in after.checks if check.reason != "not-selected"}
    first, second = (
        msgspec.structs.replace(one, checks=tuple(check for check in one.checks if check.id in selected))
        for one in (before, after)
    )
    found = compare(first, second)
    known = {check.id for check in before.checks if check.reason != "not-selected"}
    return msgspec.structs.replace(found, checks=tuple(turn for turn in found.checks if turn.name in known))

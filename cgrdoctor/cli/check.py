"""`cgrdoctor check`: runs the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.forms import HELP
from cgrdoctor.cli.options import Grouped, doctor_options, settings_from
from cgrdoctor.errors import CgrdoctorError, UsageProblem

if TYPE_CHECKING:
    from cgrdoctor.cli.pasting import Given
    from cgrdoctor.config.settings import Settings


@click.command("check", cls=Grouped, context_settings=HELP, options_metavar="[IMAGE] [OPTIONS]")
@click.argument("words", nargs=-1, metavar="")
@doctor_options
def command(words: tuple[str, ...], **options: Any) -> int:
    """Find out why IMAGE does not pull through Artifactory.

    IMAGE is what you typed after 'docker pull':

    \b
      cgrdoctor acme.jfrog.io/cgr-private/acme.com/python:3.12

    A command, an address, an event or an error text is read for the image in it; '-' reads it from standard input.
    Credentials come from the environment, Docker, jf and .netrc, never from the command line. Exit status: 0 it
    pulls, 1 a cause was found, 2 wrong usage, 3 not decided.
    """
    if [*words, *options.values()].count("-") > 1:
        raise UsageProblem("standard input is read once: at most one '-' in a command")
    given = image_of(words)
    if given is None:
        return run_guarded(settings_from(options))
    from dataclasses import replace

    from cgrdoctor.process.streams import tell

    settings = replace(settings_from({**given.options, **options}), said=given.said)
    if settings.image is not None and settings.image.path.endswith(f"/{given.path}"):
        given.lines.append(f"it is pulled as {settings.image}")
    for line in given.lines:
        tell(f"cgrdoctor: {line}")
    return run_guarded(settings)


def image_of(words: tuple[str, ...]) -> Given | None:
    """IMAGE, if a word or text was given. Raises UsageProblem for more than one."""
    from cgrdoctor.cli.usage import pasted

    if len(words) > 1:
        hint = pasted(list(words)) or "options begin with a dash, and their values follow them"
        raise UsageProblem(f"only one IMAGE can be given, {len(words)} words were; {hint}")
    if not words:
        return None
    from cgrdoctor.cli.pasting import image_option

    return image_option(words[0])


def run_guarded(settings: Settings) -> int:
    """Runs the doctor. If the doctor itself breaks, a report that says so is delivered all the same."""
    try:
        from cgrdoctor.cli.progress import observer_for
        from cgrdoctor.doctor import run_check

        return run_check(settings, observer_for(settings))
    except CgrdoctorError as problem:
        return settings.ends_with(_unusable(settings, problem))
    except Exception as error:  # noqa: BLE001 - whatever broke, the promised document is still written
        from cgrdoctor.process import outlet
        from cgrdoctor.process.crash import bug_line, show_bug
        from cgrdoctor.report.broken import broken_report
        from cgrdoctor.report.write import deliver

        show_bug(error)
        report = broken_report(settings, f"cgrdoctor broke with {bug_line(error)}")
        return settings.ends_with(deliver(settings, report, patience=outlet.IDLE).exit_status)


def _unusable(settings: Settings, problem: CgrdoctorError) -> int:
    """Leaves the verdict of a run that could not be made; what cannot be used is told by whoever called."""
    from cgrdoctor.process.streams import tell
    from cgrdoctor.report.broken import announce

    usage = isinstance(problem, UsageProblem)
    announce(settings, f"{problem}.", 2 if usage else 3)
    if usage:
        raise problem
    tell(f"cgrdoctor: {problem}")
    return 3

"""`cgrdoctor sweep`: every image of a list, on both paths."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cgrdoctor.cli.completing import files
from cgrdoctor.cli.forms import HELP, format_option
from cgrdoctor.cli.options import Grouped, chosen_options, settings_from
from cgrdoctor.errors import UsageProblem
from cgrdoctor.process.streams import say, tell

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.sweep.prepare import Options
    from cgrdoctor.sweep.roster import Roster

TAKEN = (
    "artifactory_url",
    "repository",
    "control_image",
    "no_direct",
    "connect_to",
    "docker_config",
    "cacert",
    "ask",
    "config",
    "timeout",
    "upstream_timeout",
    "deadline",
    "quiet",
)
"""Options of `check` that a sweep has, too."""

INDEX = "JOB_COMPLETION_INDEX"

FASTEST = 100_000.0


@click.command("sweep", cls=Grouped, context_settings=HELP)
@click.option("--images", metavar="FILE|-", shell_complete=files, help="References, manifests, values, Pods as JSON.")
@click.option("--from-cache", is_flag=True, help="Ask Artifactory's storage API only; pull nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked, and send nothing.")
@click.option("--rate", metavar="N", help="Requests a second to a host [as fast as it answers].")
@click.option("--shard", metavar="I/N", help=f"The I-th of N shares, from 0; N alone: I is {INDEX}.")
@click.option("--resume", metavar="FILE", shell_complete=files, help="Go on where its lines end, and append to it.")
@format_option("text", "json")
@click.option(
    "-o", "--output", "outputs", metavar="PATH", multiple=True, shell_complete=files, help="Also .ndjson .html .xml."
)
@chosen_options(*TAKEN, artifactory_url="required", repository="required", deadline="none")
def command(
    images: str | None,
    from_cache: bool,
    dry_run: bool,
    rate: str | None,
    shard: str | None,
    resume: str | None,
    form: str,
    outputs: tuple[str, ...],
    **options: Any,
) -> int:
    """Ask for every image of a list: at cgr.dev, in Artifactory's cache, and through Artifactory.

    \b
      kubectl get pods -A -o json | cgrdoctor sweep --images - \\
        --artifactory-url https://acme.jfrog.io/artifactory --repository cgr-private

    -f json prints a line of JSON an image as it goes, and the summary last. Exit status: 0 all are there and the same
    on both paths, 1 some are not, 3 some were not asked for.
    """
    from cgrdoctor.config.values import expanded
    from cgrdoctor.sweep.outputs import places
    from cgrdoctor.sweep.prepare import Options

    settings = settings_of(options)
    if images is None:
        raise UsageProblem("sweep needs --images FILE, or --images - for standard input")
    resume = str(expanded("--resume", resume)) if resume else None
    where = places(outputs, resume)
    kept = str(where.kept[0]) if where.kept else None
    asked = Options(images, from_cache, dry_run, rate_of(rate), share_of(shard, os.environ), resume, kept)
    roster = roster_of(settings, asked)
    if dry_run:
        return show_plan(roster, asked, settings, form)
    return run(settings, asked, roster, where, form)


def settings_of(options: dict[str, Any]) -> Settings:
    """The settings, with the control image in place of IMAGE. Raises UsageProblem where host or key are not named."""
    from dataclasses import replace

    from cgrdoctor.net.reference import Reference, parse_upstream

    settings = settings_from(options)
    if settings.artifactory_host is None or settings.repository is None:
        raise UsageProblem("sweep needs --artifactory-url URL and --repository KEY: the list does not name them")
    control = parse_upstream(settings.control_image)
    image = Reference(settings.artifactory_host, f"{settings.repository}/{control.path}", control.tag, control.digest)
    return replace(settings, image=image, given={**settings.given, "image": "the control image"})


def roster_of(settings: Settings, asked: Options) -> Roster:
    """The references of the list. Raises UsageProblem for a list in which none is of this repository."""
    from cgrdoctor.sweep.lists import mentions
    from cgrdoctor.sweep.roster import Home, roster

    home = Home(settings.artifactory_host or "", settings.repository or "")
    found = roster(mentions(asked.images), home, asked.share)
    if not found.total and not found.unusable.count:
        others = f"; {found.others.count} are of others" if found.others.count else ""
        raise UsageProblem(f"--images names no image of {home.host}/{home.key} or cgr.dev{others}")
    return found


def rate_of(text: str | None) -> float | None:
    """Requests a second. Raises UsageProblem."""
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= FASTEST:
        raise UsageProblem("--rate takes requests a second above 0, for example 20")
    return number


def share_of(text: str | None, environ: Any) -> tuple[int, int]:
    """`I/N` with I from 0; N stands for 0, so that counting from 1 works as well. Raises UsageProblem."""
    if text is None:
        return 0, 1
    first, slash, last = text.partition("/")
    number, of = (first, last) if slash and first else (environ.get(INDEX, ""), last or first)
    if not (number.isascii() and number.isdigit() and of.isascii() and of.isdigit() and len(number + of) < 12):
        given = f"N alone takes I from {INDEX}, which is not set" if not number else "for example 0/4 to 3/4"
        raise UsageProblem(f"--shard takes I/N; {given}")
    if not 0 <= int(number) <= int(of) or int(of) == 0:
        raise UsageProblem(f"--shard takes I/N with I from 0 to N-1; {number}/{of} is none")
    return int(number) % int(of), int(of)


def run(settings: Settings, asked: Options, roster: Roster, where: Any, form: Any) -> int:
    """Asks, and tells as it goes."""
    from cgrdoctor.cli.sweep_progress import watcher_for
    from cgrdoctor.config.naming import hosts_of, unsent_line
    from cgrdoctor.errors import OutputProblem
    from cgrdoctor.process.crash import silence_libraries
    from cgrdoctor.sweep.ask import now
    from cgrdoctor.sweep.outputs import Outputs
    from cgrdoctor.sweep.run import Sweep
    from cgrdoctor.sweep.summary import summarized

    silence_libraries()
    line = unsent_line(hosts_of(settings), os.environ)
    if line is not None:
        tell(f"cgrdoctor: {line}")
    began, started_at = time.monotonic(), now()
    resumed = Path(asked.resume).absolute() if asked.resume else None
    outputs = Outputs(where, form, resumed, quiet=settings.quiet)
    watcher = watcher_for(settings)
    sweep = Sweep(settings, asked, roster, outputs.line, watcher)
    with sweep.signals():
        try:
            sweep.run()
        finally:
            watcher.finished()
        summary = summarized(sweep, roster, asked, started_at, began)
        try:
            outputs.end(summary)
        except OutputProblem as problem:
            tell(f"cgrdoctor: {problem}")
            return summary.exit_status or 3
    return summary.exit_status


def show_plan(roster: Roster, asked: Options, settings: Settings, form: str) -> int:
    """What would be asked: nothing is sent."""
    from cgrdoctor.cli.forms import show_json
    from cgrdoctor.sweep.journal import earlier
    from cgrdoctor.sweep.plan import plan, plan_text
    from cgrdoctor.sweep.prepare import fingerprint

    known = earlier(Path(asked.resume), fingerprint(settings, asked, roster.home.key)) if asked.resume else ()
    found = plan(roster, asked, no_direct=settings.no_direct, known=known)
    if form == "json":
        show_json(found)
    else:
        say(plan_text(found))
    return 0

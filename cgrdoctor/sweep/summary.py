"""The last line of a sweep, and the same for a person."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator

from cgrdoctor import __version__
from cgrdoctor.model import SCHEMA_VERSION, Effect, ExitStatus
from cgrdoctor.report.clean import inert
from cgrdoctor.report.words import many
from cgrdoctor.sweep.model import WELL, Line, Skipped, Summary
from cgrdoctor.sweep.prepare import Options
from cgrdoctor.sweep.roster import Roster
from cgrdoctor.sweep.run import Sweep

EXAMPLES = 5
WIDTH = 80
MOST_CAUSES = 6


def summarized(sweep: Sweep, roster: Roster, options: Options, started_at: str, began: float) -> Summary:
    """What came of a sweep that has ended."""
    tally = sweep.tally
    home = roster.home
    effect = f"{sweep.may_have_cached} manifests that its cache was not seen to hold were asked for, and can be cached"
    return Summary(
        schema_version=SCHEMA_VERSION,
        tool={"name": "cgrdoctor", "version": __version__},
        summary=sentence(sweep, roster),
        complete=not tally.not_asked and sweep.output_problem is None and sweep.signal is None,
        exit_status=exit_status(sweep),
        references=tally.total,
        carried=tally.carried,
        counts=tally.counts,
        causes=tally.causes,
        worst=tally.worst,
        repository=sweep.repository,
        others=Skipped(count=roster.others.count, images=tuple(roster.others.texts)[:EXAMPLES]),
        effects=(
            (Effect(kind="cache-fill", target=f"{home.host}/{home.key}", description=effect),)
            if sweep.may_have_cached
            else ()
        ),
        requests=sweep.requests,
        options=shown_options(options, roster),
        started_at=started_at,
        duration=round(time.monotonic() - began, 3),
        stopped=why_stopped(sweep),
        resume=resume_command(options) if tally.not_asked > sweep.unusable and not sweep.repository else None,
        notes=tuple(sweep.notes),
    )


def exit_status(sweep: Sweep) -> int:
    """1 if any that was asked for is not there or not the same on both paths, 3 if any was not asked for, else 0."""
    if sweep.signal is not None:
        return 128 + sweep.signal
    if sweep.tally.asked_and_unwell:
        return ExitStatus.FOUND
    return ExitStatus.INCOMPLETE if sweep.tally.not_asked or sweep.output_problem else ExitStatus.WELL


def why_stopped(sweep: Sweep) -> str | None:
    """Why not all were asked for, None if they were."""
    if sweep.signal is not None:
        return "interrupted"
    if sweep.repository is not None:
        return f"the repository itself is broken ({sweep.repository.code})"
    return str(sweep.output_problem) if sweep.output_problem else sweep.stopped


def shown_options(options: Options, roster: Roster) -> dict[str, object]:
    """What was asked for, without what is at its default."""
    home = roster.home
    found: dict[str, object] = {"images": options.images, "artifactory": home.host, "repository": home.key}
    if options.from_cache:
        found["from_cache"] = True
    if options.rate:
        found["rate"] = options.rate
    if options.share[1] > 1:
        found["shard"] = f"{options.share[0]}/{options.share[1]}"
    return found


def resume_command(options: Options) -> str | None:
    """How to go on: the option that reads the lines that there are; None where none were kept."""
    kept = options.resume or options.kept
    return f"the same command with --resume {shlex.quote(kept)}" if kept else None


def sentence(sweep: Sweep, roster: Roster) -> str:
    """One sentence for the ticket."""
    tally, where = sweep.tally, f"{roster.home.host}/{roster.home.key}"
    if sweep.repository is not None:
        return f"{where} is broken: {sweep.repository.summary}"
    unwell, asked = tally.asked_and_unwell, tally.total - tally.not_asked
    parts = [f"{count} {name}" for name, count in tally.counts.items() if name not in (*WELL, "not-asked")]
    if unwell:
        verb, same = ("does", "it is") if unwell == 1 else ("do", "they are")
        text = f"{unwell:,} of {many(asked)} {verb} not pull through {where} as {same} at cgr.dev: {', '.join(parts)}"
    elif asked:
        verb, same = ("pulls", "it is") if asked == 1 else ("pull", "they are")
        text = f"{many(asked)} {verb} through {where}"
        text += "" if tally.counts.get("there") else f" as {same} at cgr.dev"
    else:
        text = f"No image was asked for through {where}"
    return text + (f"; {tally.not_asked} were not asked for" if tally.not_asked else "") + "."


def text(summary: Summary, *, quiet: bool = False) -> str:
    """For a person: counts, causes, the worst, what to know besides, and the verdict last; `quiet`: causes alone."""
    beside = () if quiet else _beside(summary)
    return "\n".join(inert(line) for line in (*_causes(summary), *beside, last_line(summary))) + "\n"


def _causes(summary: Summary) -> Iterator[str]:
    counts = ", ".join(f"{count:,} {name}" for name, count in summary.counts.items())
    yield f"{many(summary.references)}: {counts}"
    if summary.repository is not None:
        broken = summary.repository
        yield f"Cause   {broken.code}: {broken.summary}"
        yield from (f"Fix     {broken.remedy}",) if broken.remedy else ()
        yield f"Owner   {broken.owner}; cgrdoctor {broken.image} says more"
    elif summary.causes:
        yield "Causes"
        for cause in summary.causes[:MOST_CAUSES]:
            yield f"  {cause.count:>6,}  {cause.verdict:<16}{cause.code or ''}"
        left = len(summary.causes) - MOST_CAUSES
        yield from (f"          and {left} more",) if left > 0 else ()


def _beside(summary: Summary) -> Iterator[str]:
    if summary.worst and summary.repository is None:
        yield "Worst"
        for line in summary.worst:
            yield f"  {line.verdict:<16}{line.image}{why(line)}"
    if summary.others.count:
        some = ", ".join(summary.others.images)
        yield f"Others  {summary.others.count:,} of other registries, not asked for: {some}"
    for note in summary.notes:
        yield f"Note    {note}"
    for effect in summary.effects:
        yield f"Effect  {effect.target}: {effect.description}"
    if summary.stopped:
        yield f"Stopped {summary.stopped}"
    if summary.resume:
        yield f"Resume  {summary.resume}"


def why(line: Line) -> str:
    """Why a reference is not well, in the words of the path that says it."""
    for path, seen in (("through Artifactory", line.through), ("cgr.dev", line.direct)):
        if seen is not None and seen.problem:
            return f" ({path}: {seen.problem[:120]})"
    if line.verdict == "stale" and line.age is not None:
        return f" (the copy in the cache is {line.age / 3600:.1f} h old)"
    return ""


def last_line(summary: Summary) -> str:
    """At most 80 columns. What only a cache holds, and a share without images, was not seen to pull: PASS."""
    unwell = sum(n for name, n in summary.counts.items() if name not in (*WELL, "not-asked"))
    left = summary.counts.get("not-asked", 0)
    if summary.stopped == "interrupted":
        word = "INTERRUPTED"
    elif unwell or summary.repository:
        word = "FAIL"
    elif left or not summary.complete:
        word = "INCOMPLETE"
    else:
        word = "HEALTHY" if summary.references and not summary.options.get("from_cache") else "PASS"
    said = f"{unwell:,} of {many(summary.references)} {_are(unwell)} not there or not the same"
    if summary.repository is not None:
        said = f"{summary.repository.code}, the whole repository; {summary.repository.owner}"
    elif not unwell:
        there = summary.references - left
        said = f"{there:,} of {many(summary.references)} {_are(there)} there"
    return f"{word}  {said}{f', {left:,} not asked' if left else ''}"[:WIDTH]


def _are(number: int) -> str:
    return "is" if number == 1 else "are"

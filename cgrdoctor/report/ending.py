"""The last line, which stays on the screen when the prompt is back: one word, code, next step, owner."""

from __future__ import annotations

from collections.abc import Mapping

from cgrdoctor.model import Diagnosis, Report
from cgrdoctor.report.outline import closing, word_of
from cgrdoctor.report.words import brief, clause

LONGEST = 80
"""Columns, whatever the width of the terminal: tickets and logs quote this line."""

LEAST = 8
"""A shorter beginning of a next step says nothing."""

SHORT: Mapping[str, str] = {
    "developer": "you",
    "artifactory-admin": "Artifactory admin",
    "network-team": "network team",
    "chainguard-org-admin": "Chainguard org admin",
    "chainguard-support": "Chainguard support",
    "jfrog-support": "JFrog support",
}
"""Owners, as short as they may be."""


def last_line(report: Report) -> str:
    """At most 80 columns; of another package's code that is too long for that the code alone."""
    word = word_of(report)
    if report.diagnosis:
        return _of_cause(word, report.diagnosis[0])
    if report.status in ("incomplete", "interrupted"):
        return f"{word}: {next_run(report)} (you)"
    return closing(report)


def next_run(report: Report) -> str:
    """What to do so that the next run decides."""
    if report.target.image is None and not report.run.options.get("only"):
        return "name it: cgrdoctor HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE:TAG"
    if report.status == "interrupted":
        return "run it again and let it end"
    late = report.run.duration >= report.run.deadline - 1
    if late:
        return f"run it again with --deadline {2 * report.run.deadline:g}"
    if report.run.options.get("skip"):
        return "run it again without --skip"
    return "see above what it needs, and run it again"


def _of_cause(word: str, entry: Diagnosis) -> str:
    owner = SHORT.get(entry.owner, entry.owner)
    room = LONGEST - len(f"{word} {entry.code}:  ({owner})")
    whole = f"{word} {entry.code}: {next_step(entry, room)} ({owner})"
    shorter = (whole, f"{word} {entry.code} ({owner})", f"{word} {entry.code}")
    return next((line for line in shorter if len(line) <= LONGEST), shorter[-1])


def next_step(entry: Diagnosis, room: int) -> str:
    """The fix in so few characters: the whole, the part of it that fits, its first words; else what Fix names is done.

    An address that does not fit is not shortened: it would be copied.
    """
    told = entry.remedy.summary if entry.remedy is not None else ""
    part = clause(told, room)
    if len(part) >= LEAST:
        return _lower(part)
    words = brief(told, room) if told else ""
    if LEAST + 6 <= len(words) <= room:
        return _lower(words)
    done = f"{told.partition(' ')[0]} what Fix names"
    return _lower(done) if told and len(done) <= room else "see Fix"


def _lower(text: str) -> str:
    """A sentence that goes on after a colon; names such as REST stay."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text

"""Where the lines of a sweep go: standard output, files of lines as they come, pages when all is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from cgrdoctor.config.values import expanded, refuse_unwritable
from cgrdoctor.errors import OutputProblem, UsageProblem
from cgrdoctor.process.outlet import IDLE
from cgrdoctor.process.streams import put
from cgrdoctor.sweep import pages
from cgrdoctor.sweep.journal import Journal, Spool, refuse_foreign
from cgrdoctor.sweep.model import Line, Summary
from cgrdoctor.sweep.summary import text
from cgrdoctor.sweep.tally import encoded

Form = Literal["text", "json"]

SUFFIXES = (".ndjson", ".html", ".xml")


@dataclass(frozen=True, slots=True)
class Places:
    """Files by what they hold; `kept` are files of lines, the one of `--resume` among them."""

    kept: tuple[Path, ...]
    html: tuple[Path, ...]
    junit: tuple[Path, ...]


def places(paths: Iterable[str], resume: str | None) -> Places:
    """What `-o` names, by suffix. Raises UsageProblem for another suffix and for a place that cannot be written."""
    found: dict[str, list[Path]] = {suffix: [] for suffix in SUFFIXES}
    for text_ in [*paths, *([resume] if resume else [])]:
        label = "-o" if text_ != resume else "--resume"
        path = expanded(label, text_).absolute()
        suffix = path.suffix.lower() if text_ != resume else ".ndjson"
        if suffix not in found:
            raise UsageProblem(f"{label}: the name must end in one of {' '.join(SUFFIXES)}")
        refuse_unwritable(label, path)
        if text_ == resume:
            refuse_foreign(path)
        if path not in found[suffix]:
            found[suffix].append(path)
    return Places(*(tuple(found[suffix]) for suffix in SUFFIXES))


class Outputs:
    """Takes lines, then the summary. Raises OutputProblem."""

    def __init__(self, where: Places, form: Form, resumed: Path | None, *, quiet: bool = False) -> None:
        self._where = where
        self._form = form
        self._quiet = quiet
        self._resumed = resumed
        self._journals = {path: Journal(path) for path in where.kept}
        self._spool = Spool() if where.html or where.junit else None

    def line(self, line: Line, carried: bool) -> None:
        """One line; one that was carried over stands in the file it came from already."""
        data = encoded(line)
        for path, journal in self._journals.items():
            if not (carried and path == self._resumed):
                journal.append(data)
        if self._spool is not None:
            self._spool.add(data)
        if self._form == "json":
            put(data, IDLE)

    def end(self, summary: Summary) -> None:
        """The last line, and what is made of all of them. Every output is tried; raises the first problem."""
        problems: list[OutputProblem] = []
        for journal in self._journals.values():
            _tried(problems, partial(journal.append, encoded(summary)))
        if self._spool is not None:
            spool = self._spool
            for path in self._where.html:
                _tried(problems, partial(pages.written, path, pages.html(summary, spool.lines())))
            for path in self._where.junit:
                _tried(problems, partial(pages.written, path, pages.junit(summary, spool.lines())))
        shown = encoded(summary) if self._form == "json" else self._text(summary)
        _tried(problems, partial(put, shown, IDLE))
        if problems:
            raise problems[0]

    def _text(self, summary: Summary) -> bytes:
        return text(summary, quiet=self._quiet).encode("utf-8", "backslashreplace")


def _tried(problems: list[OutputProblem], write: Callable[[], None]) -> None:
    try:
        write()
    except OutputProblem as problem:
        problems.append(problem)

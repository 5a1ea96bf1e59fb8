"""Brings a report where it was asked for: standard output in one format, files by their suffix."""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import tempfile
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cgrdoctor.errors import OutputProblem
from cgrdoctor.model import ExitStatus, Report
from cgrdoctor.process.outlet import NotTaken, outlet
from cgrdoctor.process.streams import put, tell
from cgrdoctor.report.put import Piece, append, in_place

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.config.values import Output

COMPOSED = {"zip": ("bundle", "json", "markdown", "html")}
"""Modules of this package that write a format which is not the work of one of its own name."""


def prepare(settings: Settings) -> None:
    """Loads what delivering will need, so that a delivery in the last moment does not wait for imports."""
    for form in forms_of(settings):
        for home in COMPOSED.get(form, (form,)):
            module = importlib.import_module(f"cgrdoctor.report.{home}")
            if hasattr(module, "prepare"):
                module.prepare()


def forms_of(settings: Settings) -> set[str]:
    """Every format a report is written in."""
    return {settings.format, *(output.format for output in settings.written)}


class Rendered:
    """A report in the formats that are asked for, each made once; `forms` are all of them."""

    def __init__(self, report: Report, forms: Collection[str] = ()) -> None:
        self.report = report
        self.forms = forms
        self._made: dict[str, bytes] = {}

    def of(self, form: str) -> bytes:
        """The report in a format, `text` excepted."""
        if form not in self._made:
            special = {"zip": self._bundle, "line": self._line}.get(form)
            self._made[form] = special() if special else _encoded(self.report, form)
        return self._made[form]

    def changed(self, report: Report) -> Rendered:
        """Another report in the same formats."""
        return Rendered(report, self.forms)

    def _line(self) -> bytes:
        """It names the JSON that is written beside it."""
        from cgrdoctor.report import line

        beside = {"json", "zip"} & {*self.forms}
        return line.encode(line.line_of(self.report, sha256(self.of("json")).hexdigest() if beside else None))

    def _bundle(self) -> bytes:
        from cgrdoctor.report import bundle

        return bundle.pack(*(self.of(form) for form in bundle.FORMS))


def deliver(settings: Settings, report: Report, *, before: str = "", patience: float = math.inf) -> Report:
    """Writes every output of `settings`, then standard output, and gives back the report as it was delivered.

    `before` stands before it on standard output; `patience` is how many seconds a reader may take nothing. If an output
    cannot be written, standard error says so and the report becomes incomplete; what was written before is written
    again, so that all outputs agree.
    """
    place = Files()
    final, working, problems = place.write(settings.written, Rendered(report, forms_of(settings)))
    try:
        to_stdout(settings, final, before, patience)
    except OutputProblem as problem:
        problems.append(problem)
        final, _, more = place.write(working, final.changed(_incomplete(final.report, problem)))
        problems += more
    for one in problems:
        tell(f"cgrdoctor: {one}")
    return final.report


class Files:
    """The files of one delivery; of those that others write to as well it knows what it wrote there."""

    def __init__(self) -> None:
        self._mine: dict[Path, Piece | None] = {}

    def write(
        self, outputs: Sequence[Output], rendered: Rendered
    ) -> tuple[Rendered, Sequence[Output], list[OutputProblem]]:
        """The report as it stands in the files, the outputs that could be written, and why others could not."""
        for output in outputs:
            try:
                self.put(output, rendered.of(output.format))
            except OutputProblem as problem:
                others = [one for one in outputs if one is not output]
                changed = rendered.changed(_incomplete(rendered.report, problem))
                final, working, more = self.write(others, changed)
                return final, working, [problem, *more]
        return rendered, outputs, []

    def put(self, output: Output, data: bytes) -> None:
        """Writes one file. Raises OutputProblem."""
        if output.in_place:
            in_place(output.path, data)
        elif output.format == "line":
            self._mine[output.path] = append(output.path, data, self._mine.get(output.path))
        else:
            write_file(output.path, data)


def _incomplete(report: Report, problem: OutputProblem) -> Report:
    """The report of a run one of whose outputs could not be written, or was not read to its end."""
    signalled, early = report.status == "interrupted", ExitStatus.INCOMPLETE
    said, well = f"An output could not be written: {problem}.", report.status in ("warning", "healthy")
    return msgspec.structs.replace(
        report,
        complete=False,
        status="incomplete" if well else report.status,
        exit_status=early if isinstance(problem, NotTaken) and not signalled else report.exit_status or early,
        summary=f"{said} {report.summary}" if well else f"{report.summary} {said}",
    )


def content(report: Report, form: str) -> bytes:
    """The report in a format, `text` excepted, as bytes."""
    return Rendered(report).of(form)


def _encoded(report: Report, form: str) -> bytes:
    if form == "json":
        from cgrdoctor.report import json

        return json.encode(report)
    module = importlib.import_module(f"cgrdoctor.report.{form}")
    text: str = module.render(report)
    return text.encode("utf-8", "backslashreplace")


def to_stdout(settings: Settings, rendered: Rendered, before: str = "", patience: float = math.inf) -> None:
    """Writes the report to standard output in the chosen format. Raises OutputProblem; a closed pipe is none."""
    if settings.format == "text":
        from cgrdoctor.report import text
        from cgrdoctor.report.terminal import style_for

        stream = outlet()
        shown = before + text.render(rendered.report, style_for(stream, settings))
        put(shown.encode(getattr(stream, "encoding", None) or "utf-8", "backslashreplace"), patience)
    else:
        put(before.encode("utf-8", "backslashreplace") + rendered.of(settings.format), patience)


def write_file(path: Path, data: bytes) -> None:
    """Writes a file in one step: a temporary file in the same directory, mode 0600, then renamed.

    It is not waited for until the disk has it: that takes seconds on a busy machine, and a run has to end.
    Raises OutputProblem, which names the path and the reason; nothing half written stays behind.
    """
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".cgrdoctor-", suffix=path.suffix, dir=path.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(path)
    except (OSError, ValueError) as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise OutputProblem(f"{path} cannot be written ({reason})") from error

"""Brings a report where it was asked for: standard output in one format, files by their suffix."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cgrdoctor.errors import OutputProblem
from cgrdoctor.model import Report
from cgrdoctor.process.streams import put, tell

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.config.values import Output

HOMES = {
    "text": ("text",),
    "json": ("json",),
    "markdown": ("markdown",),
    "html": ("html",),
    "junit": ("junit",),
    "zip": ("bundle", "json", "markdown", "html"),
}
"""Format to the modules of this package that write it."""


def prepare(settings: Settings) -> None:
    """Loads what delivering will need, so that a delivery in the last moment does not wait for imports."""
    for form in {settings.format, *(output.format for output in settings.outputs)}:
        for home in HOMES[form]:
            module = importlib.import_module(f"cgrdoctor.report.{home}")
            if hasattr(module, "prepare"):
                module.prepare()


def deliver(settings: Settings, report: Report) -> Report:
    """Writes every output of `settings` and standard output, and gives back the report as it was delivered.

    If an output cannot be written, standard error says so and the report becomes incomplete; what was written before
    is written again, so that all outputs agree.
    """
    final, working = _write_files(settings.outputs, report)
    try:
        to_stdout(settings, final)
    except OutputProblem as problem:
        final, _ = _write_files(working, _incomplete(final, problem))
    return final


def _write_files(outputs: Sequence[Output], report: Report) -> tuple[Report, Sequence[Output]]:
    """The report as it stands in the files, and the outputs that could be written."""
    for output in outputs:
        try:
            write_file(output.path, content(report, output.format))
        except OutputProblem as problem:
            others = [one for one in outputs if one is not output]
            return _write_files(others, _incomplete(report, problem))
    return report, outputs


def _incomplete(report: Report, problem: OutputProblem) -> Report:
    """The report of a run one of whose outputs could not be written."""
    tell(f"cgrdoctor: {problem}")
    return msgspec.structs.replace(
        report,
        complete=False,
        status="incomplete" if report.status in ("warning", "healthy") else report.status,
        exit_status=report.exit_status or 3,
        summary=f"{report.summary} An output could not be written: {problem}.",
    )


def content(report: Report, form: str) -> bytes:
    """The report in a format, `text` excepted, as bytes."""
    if form == "json":
        from cgrdoctor.report import json

        return json.encode(report)
    if form == "zip":
        from cgrdoctor.report import bundle

        return bundle.encode(report)
    module = importlib.import_module(f"cgrdoctor.report.{form}")
    text: str = module.render(report)
    return text.encode("utf-8", "backslashreplace")


def to_stdout(settings: Settings, report: Report) -> None:
    """Writes the report to standard output in the chosen format. Raises OutputProblem; a closed pipe is none."""
    if settings.format == "text":
        from cgrdoctor.report import text

        shown = text.render(report, text.style_for(sys.stdout, settings))
        put(shown.encode(getattr(sys.stdout, "encoding", None) or "utf-8", "backslashreplace"))
    else:
        put(content(report, settings.format))


def write_file(path: Path, data: bytes) -> None:
    """Writes a file in one step: a temporary file in the same directory, mode 0600, then renamed.

    Raises OutputProblem, which names the path and the reason; nothing half written stays behind.
    """
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".cgrdoctor-", suffix=path.suffix, dir=path.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except (OSError, ValueError) as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise OutputProblem(f"{path} cannot be written ({reason})") from error

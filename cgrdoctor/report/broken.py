"""The report of a run that broke, or was too slow, before it could make one."""

from __future__ import annotations

import contextlib
import platform
from datetime import UTC, datetime

from cgrdoctor import __version__
from cgrdoctor.config.settings import Settings
from cgrdoctor.errors import OutputProblem
from cgrdoctor.model import SCHEMA_VERSION, CheckResult, ExitStatus, Report, Run, TargetRecord, Tool


def broken_report(settings: Settings, line: str) -> Report:
    """What is known of such a run, so that every format still says something; `line` says what became of it."""
    return Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool(name="cgrdoctor", version=__version__),
        run=Run(
            id="",
            node=settings.node,
            started_at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            duration=0.0,
            vantage=settings.vantage,
            deadline=settings.deadline,
            python=platform.python_version(),
            os=platform.system(),
        ),
        target=TargetRecord(image=str(settings.image) if settings.image else None),
        status="incomplete",
        complete=False,
        exit_status=ExitStatus.INCOMPLETE,
        summary=f"{line}.",
        checks=(CheckResult(id="cgrdoctor", title="cgrdoctor itself", status="error", summary=line),),
    )


BEGAN = "The run began and did not end: it was killed, or is still under way."


def announce(settings: Settings, line: str = BEGAN, status: int = ExitStatus.INCOMPLETE) -> None:
    """Leaves a line where the verdict is to stand, so that a run whose process is killed is not silent.

    What takes the place of a file, such as a pipe, gets the verdict alone.
    """
    if settings.verdict_to is None:
        return
    from cgrdoctor.report.line import encode, unfinished_line
    from cgrdoctor.report.put import in_place

    image = str(settings.image) if settings.image else None
    with contextlib.suppress(OutputProblem):
        in_place(settings.verdict_to, encode(unfinished_line(settings.node, image, line, status)), regular=True)

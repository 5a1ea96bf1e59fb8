"""The report of a run that broke before it could make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cgrdoctor.process.crash import bug_line

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings
    from cgrdoctor.model import Report


def broken_report(settings: Settings, error: BaseException) -> Report:
    """What is known of such a run, so that every format still says something."""
    import platform
    from datetime import UTC, datetime

    from cgrdoctor import __version__
    from cgrdoctor.model import SCHEMA_VERSION, CheckResult, Report, Run, TargetRecord, Tool

    line = f"cgrdoctor broke with {bug_line(error)}"
    return Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool(name="cgrdoctor", version=__version__),
        run=Run(
            id="",
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
        exit_status=3,
        summary=f"The run is incomplete: {line}.",
        checks=(CheckResult(id="cgrdoctor", title="cgrdoctor itself", status="error", summary=line),),
    )

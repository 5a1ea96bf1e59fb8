"""What is shown when cgrdoctor itself breaks: one line, or the redacted traceback if asked for."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

from cgrdoctor.streams import tell

if TYPE_CHECKING:
    from cgrdoctor.model import Report
    from cgrdoctor.settings import Settings

SECRET_WORDS = ("PASSWORD", "TOKEN", "SECRET", "KEY", "AUTH", "USER")


def show_bug(error: BaseException) -> int:
    """One line on standard error with what this machine lacks, else the place of the bug; returns exit status 3."""
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC):
        tell(f"cgrdoctor: this machine does not let it work: {error.strerror}")
        return 3
    tell(f"cgrdoctor: broke with {bug_line(error)}; this is a bug of cgrdoctor, please report it")
    if os.environ.get("CGRDOCTOR_DEBUG") or "-vv" in sys.argv:
        tell(redacted_traceback(error))
    return 3


def bug_line(error: BaseException) -> str:
    """Type and place, never the text: it may hold anything."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}" if frame else ""
    return f"{type(error).__name__}{place}"


def redacted_traceback(error: BaseException) -> str:
    """The traceback without anything the environment holds as a secret."""
    import traceback

    from cgrdoctor.redact import Redaction
    from cgrdoctor.report.clean import inert

    redaction = Redaction()
    for name, value in os.environ.items():
        if any(word in name.upper() for word in SECRET_WORDS):
            redaction.learn(value, "environment")
    lines = redaction.text("".join(traceback.format_exception(error))).splitlines()
    return "\n".join(inert(line) for line in lines)


def broken_report(settings: Settings, error: BaseException) -> Report:
    """The report of a run that broke before it could make one, so that every format still says something."""
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

"""What is shown of an error that nobody expected: its type and place, never its text, which may hold anything.

The interpreter would print texts with their tracebacks: of the main thread, of other threads, of finalizers; and the
standard library logs some. All of them end here instead.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Iterator
from types import TracebackType

from cgrdoctor.process.streams import tell

SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC)
MOST = 20
"""Errors of one chain of causes that are shown."""

OURS = ("cgrdoctor", "cgrdoctor_checks", "__main__")
"""The packages whose errors are our own bugs."""

FRAMES = 50
TRACEBACK = 16 * 1024
"""Places and characters of a foreign error that are shown."""


def show_bug(error: BaseException) -> int:
    """One line on standard error: what this machine lacks, else the place of the bug; returns exit status 3.

    With CGRDOCTOR_DEBUG or -vv the places it came through follow.
    """
    if isinstance(error, OSError) and error.errno in SHORTAGES:
        tell(f"cgrdoctor: this machine does not let it work: {error.strerror}")
        return 3
    if is_ours(error):
        tell(f"cgrdoctor: broke with {bug_line(error)}; this is a bug of cgrdoctor, please report it")
    else:
        tell(f"cgrdoctor: code of another package broke with {bug_line(error)}")
    if os.environ.get("CGRDOCTOR_DEBUG") or "-vv" in sys.argv:
        tell(bare_traceback(error))
    return 3


def is_ours(error: BaseException) -> bool:
    """Whether code of this package lies on the way to an error, or nothing is known of its way."""
    import traceback

    places = [frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__)]
    return not places or any(str(place).partition(".")[0] in OURS for place in places)


def bug_line(error: BaseException) -> str:
    """Type and place."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}" if frame else ""
    return f"{type(error).__name__}{place}"


def bare_traceback(error: BaseException) -> str:
    """The traceback of an error and of what led to it, without the errors' own words."""
    import traceback

    lines: list[str] = []
    for one in _chain(error):
        lines += [*traceback.format_tb(one.__traceback__), f"{type(one).__name__} (its text is withheld)\n"]
    return "".join(lines).rstrip()


def foreign_traceback(error: BaseException) -> str:
    """The traceback of an error in another package's code, for its author: with its words, which may hold anything."""
    import traceback

    try:
        lines = "".join(traceback.format_exception(error, limit=FRAMES)).rstrip()
    except BaseException:  # noqa: BLE001 - an error's own text may break in any way
        return bare_traceback(error)
    return lines if len(lines) <= TRACEBACK else f"{lines[: TRACEBACK // 2]}\n[...]\n{lines[-TRACEBACK // 2 :]}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, those it groups, and those that led to it, each once."""
    waiting, met = [error], set[int]()
    while waiting and len(met) < MOST:
        one = waiting.pop(0)
        if id(one) in met:
            continue
        met.add(id(one))
        yield one
        grouped = getattr(one, "exceptions", ())
        waiting += [*grouped, *(other for other in (one.__cause__, one.__context__) if other is not None)]


def contain() -> None:
    """From now on no error that escapes anywhere in this process is shown with its text."""
    sys.excepthook = _escaped
    threading.excepthook = _in_thread
    sys.unraisablehook = _in_finalizer


def silence_libraries() -> None:
    """Keeps what libraries log from standard error, where nobody has set up anything else for it."""
    import logging

    logging.lastResort = logging.NullHandler()


def _escaped(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    show_bug(error)


def _in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
        show_bug(told.exc_value)


def _in_finalizer(told: sys.UnraisableHookArgs) -> None:
    if told.exc_value is not None:
        show_bug(told.exc_value)

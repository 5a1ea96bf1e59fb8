"""Runs one foreign program, and ends with it everything that it started, whatever session or parent that has chosen.

A program of its own: `python -I -S keeper.py PROGRAM ARGUMENT...`. Only a process that has nothing else below it can
take every orphan there for its own (Linux: PR_SET_CHILD_SUBREAPER) and end it. Standard input brings the number of
bytes of the request on a line, then the request; its end, also when whoever started this is gone, is the order to end
all. Standard output is the program's own. Standard error tells a word and a value a line: `started 0`, then `said HEX`
(the beginning of what the program wrote to its standard error) and `ended N`; or `failed N` with an errno.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import sys
import time
from collections.abc import Iterator

PR_SET_CHILD_SUBREAPER = 36
REQUEST_LIMIT = 16 * 1024
"""Bytes of a request; it has to fit into a pipe that nobody reads."""

SAID_LIMIT = 64 * 1024
"""Bytes of standard error the program may write; what is more of it is refused to the program."""

TOLD_LIMIT = 2048
"""Bytes of it that are told."""

DEAF_TO = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Signals by which a program could rid itself of its keeper."""

SECONDS = 1.0
"""For ending what does not want to end."""


def main(arguments: list[str]) -> int:
    """Keeps the program until standard input ends, then ends all."""
    adopt_orphans()
    for number in DEAF_TO:
        signal.signal(number, signal.SIG_IGN)
    wake = _woken_by_children()
    request = _request()
    said = _kept_errors()
    child = _start(arguments, request, said)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    if child is not None:
        _watch(child, wake, said)
        end_all()
    return 0


def adopt_orphans() -> None:
    """From now on whoever loses its parent below this process becomes its child. Without Linux nothing happens."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_all() -> None:
    """Stops all that is below, so that nothing new begins, and kills it, until nothing is left or time is up."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        below = descendants(os.getpid())
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in below:
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
        if not any(True for _ in _reaped()) and not _has_children():
            return
        time.sleep(0.002)


def descendants(ancestor: int) -> list[int]:
    """The processes below one, as /proc shows them now."""
    parents = dict(_parents())
    found = {ancestor}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return sorted(found - {ancestor})


def _parents() -> Iterator[tuple[int, int]]:
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb") as file:
                yield int(name), int(file.read(4096).rpartition(b")")[2].split()[1])


def _woken_by_children() -> int:
    """A descriptor that becomes readable when a child has ended."""
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    return wake


def _request() -> bytes:
    """The number of bytes, a line feed, the bytes; read one by one, because what follows is the end."""
    size = b""
    while not size.endswith(b"\n") and len(size) < 8:
        size += os.read(0, 1) or b"\n"
    left = min(int(size.strip() or b"0"), REQUEST_LIMIT)
    request = b""
    while left > len(request) and (piece := os.read(0, left - len(request))):
        request += piece
    return request


def _kept_errors() -> int:
    """Memory of a fixed size for the program's standard error, which nobody has to read while it runs."""
    import fcntl

    with contextlib.suppress(OSError, AttributeError):
        said = os.memfd_create("said", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(said, SAID_LIMIT)
        fcntl.fcntl(said, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
        return said
    return os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)


def _start(arguments: list[str], request: bytes, said: int) -> int | None:
    """The program's process id, None if it could not be started; tells either."""
    told, teller = os.pipe()
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        _become(arguments, theirs, teller, said)
    os.close(teller)
    os.close(theirs)
    with contextlib.suppress(OSError):
        os.write(ours, request)
    os.close(ours)
    reason = os.read(told, 16)
    if not reason:
        _tell("started", 0)
        return child
    os.waitpid(child, 0)
    _tell("failed", int(reason))
    return None


def _become(arguments: list[str], stdin: int, teller: int, said: int) -> None:
    """Becomes the program, in a session of its own; an errno goes to `teller`, which a success closes."""
    try:
        os.setsid()
        for number in (*DEAF_TO, signal.SIGPIPE, signal.SIGCHLD, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(stdin, 0)
        os.dup2(said, 2)
        os.execvp(arguments[0], arguments)  # noqa: S606 - the very program this is for
    except OSError as error:
        os.write(teller, str(error.errno or errno.EIO).encode())
    finally:
        os._exit(127)


def _watch(child: int, wake: int, said: int) -> None:
    """Tells how the program ended; returns when standard input ends."""
    while True:
        for pid, status in _reaped():
            if pid == child:
                _tell("said", os.pread(said, TOLD_LIMIT, 0).rstrip(b"\0").hex())
                _tell("ended", os.waitstatus_to_exitcode(status))
        ready, _, _ = select.select([0, wake], [], [])
        if 0 in ready and not os.read(0, 512):
            return
        if wake in ready:
            os.read(wake, 512)


def _reaped() -> Iterator[tuple[int, int]]:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _tell(word: str, number: int | str) -> None:
    with contextlib.suppress(OSError):
        os.write(2, f"{word} {number}\n".encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

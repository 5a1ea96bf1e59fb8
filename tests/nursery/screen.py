"""What the command leaves on a terminal when the prompt is back."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass

import pyte

PROMPT = "$ "


@dataclass(frozen=True)
class Shown:
    """The rows of the screen, the prompt's the last of them, and everything that was written to the terminal."""

    rows: tuple[str, ...]
    written: str
    status: int


def on_a_terminal(*arguments: str, rows: int = 24, columns: int = 80, **environ: str) -> Shown:
    """One run of the command, its standard output and error on the same terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    given = {**os.environ, "TERM": "xterm-256color", **environ}
    command = [sys.executable, "-m", "cgrdoctor", *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=given) as running:
        os.close(theirs)
        written = b"".join(iter(lambda: _arriving(ours), b""))
    os.close(ours)
    screen = pyte.Screen(columns, rows)
    pyte.ByteStream(screen).feed(written + PROMPT.encode())
    shown = [row.rstrip() for row in screen.display[: screen.cursor.y + 1]]
    return Shown(tuple(shown), written.decode(), running.returncode)


def _arriving(end: int) -> bytes:
    try:
        return os.read(end, 65536)
    except OSError:  # how a terminal says that nobody writes to it any more
        return b""

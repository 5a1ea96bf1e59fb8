"""Turns a terminal's echo on again when whoever turned it off is gone.

A program of its own, in a session of its own: `python -I -S echo_guard.py`, with the terminal as standard output. It
keeps the terminal's settings, says so by a byte on standard error, and waits on standard input: a byte means that all
is well, the end without one that nobody is left to restore them.
"""

from __future__ import annotations

import contextlib
import os
import sys
import termios


def main() -> int:
    """Keeps the settings of the terminal on standard output until standard input tells."""
    try:
        kept = termios.tcgetattr(1)
    except termios.error:
        return 1
    os.write(2, b"+")
    if not os.read(0, 1):
        with contextlib.suppress(termios.error):
            termios.tcsetattr(1, termios.TCSANOW, kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The README shows what the command prints."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def on_a_terminal(*arguments):
    """What the command prints on a terminal of 80 x 24."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environ = {**os.environ, "TERM": "dumb"}
    command = [sys.executable, "-m", "cgrdoctor", *arguments]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environ):
        os.close(theirs)
        printed = b"".join(iter(lambda: arriving(ours), b""))
    os.close(ours)
    return printed.decode().splitlines()


def unnumbered(line):
    """Exchanges are numbered as they come back, which is not the same in every run."""
    return re.sub(r"\bx\d+ *", "x ", line)


def arriving(end):
    try:
        return os.read(end, 65536)
    except OSError:  # how a terminal says that nobody writes to it any more
        return b""


def test_the_sample_of_the_readme_is_what_is_printed():
    text = README.read_text()
    sample = text.partition("    $ cgrdoctor acme.jfrog.io")[2].partition("\n\n`cgrdoctor` pulls")[0].splitlines()[1:]

    printed = [unnumbered(line) for line in on_a_terminal("demo", "--fault", "token-authentication-disabled")]

    shown = [unnumbered(line.removeprefix("    ")) for line in sample if line.strip() not in ("", "...")]
    assert len(shown) > 8
    assert [line for line in printed if line in shown] == shown

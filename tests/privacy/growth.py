"""Whether work grows with the length of a text and not faster, by ratios of processor time within one run."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMES = 4
"""How much longer the longer of two texts is."""

FACTOR = 2.0
"""How much more than in proportion it may take; work that grows with the square takes TIMES more than that."""

FLOOR = 0.001
"""Seconds below which nothing is said."""

ENOUGH = 2.0
"""Seconds of processor time after which work is given up."""

Work = Callable[[str], object]


class Endless(Exception):
    """Raised in the midst of work that takes too long."""


@contextmanager
def limited() -> Iterator[None]:
    """Ends what is done meanwhile, regular expressions too, after some processor time."""

    def give_up(*_: object) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, ENOUGH)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def seconds(work: Work, text: str, repeats: int = 3) -> float:
    """Processor time, the least of several tries."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work(text)
        best = min(best, time.process_time() - start)
    return best


def pumped(before: str, pump: str, size: int) -> str:
    """A beginning, a run of the same characters, and an end that fits nothing."""
    return before + pump * (size // len(pump)) + "\x05"


def complaint(work: Work, before: str, pump: str, size: int, floor: float = FLOOR) -> str | None:
    """What is wrong with the growth of `work` on a run of `size` characters. One that is quick is not looked at."""
    long, short = pumped(before, pump, size), pumped(before, pump, size // TIMES)
    told = f"{before!r} + {pump!r} * n"
    try:
        with limited():
            if seconds(work, long, repeats=1) < floor:
                return None
    except Endless:
        return f"{told}: no end for {size}"
    for repeats in (3, 9):
        slow, quick = seconds(work, long, repeats), seconds(work, short, repeats)
        if slow < floor or slow <= quick * TIMES * FACTOR:
            return None
    return f"{told}: {slow * 1000:.1f} ms for {size}, {quick * 1000:.1f} ms for {size // TIMES}"


CORE = ("\\", "a-", '"', "'", "%", "A", " ", "\n", "1", ".", "/", ":", "a.-")
PUMPS = (
    *CORE, "a", "aA", "\t", "\r\n", "a ", "a:", "a/", "a.", "a@", "-", "_", "=", "&", "&amp;", "#", "@", ",", ";", "?", "x=", "?a&", "+",
    "<", ">", "<a>", "[", "]", "{", "(", "$", "`", "*", "~", "|", "%25", "%2", "Zm9v", "eyJ", "eyj", "Basic ", "Bearer ", "://", "a://",
    "https://a", "[redacted]", "[withheld]", "…", "...", '"a"', '\\"', "\\\\n", "é", "\N{KELVIN SIGN}", "\ufffd", "\U0001f426", "0", "0a ",
    "sha256:", "api/", "-----BEGIN ", "cookie:", "password", '"password":"', "token=", "\x00", "\x1b[",
)  # fmt: skip
"""What somebody may say many times."""

"""Takes over from `.fuzz` what leads to steps that the corpus does not take: `python tests/fuzz/keep.py`.

The smallest inputs come first and an input is kept only if it takes a step (from one line of ours to the next) that
none before it took, so that the corpus stays small.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import conftest  # noqa: F401 - makes the parts of the hostile tests importable
from target import CORPUS, ENTRIES, RUN, one

KEPT = Path(__file__).parents[2] / ".fuzz" / "corpus"
LARGEST = 1024
"""Bytes of an input that is taken over."""

RUNS = 12
"""Whole runs that are taken over: each takes a good part of a second when the corpus is replayed."""

Step = tuple[str, int, int]


def steps(data: bytes) -> set[Step]:
    """The steps an input takes through our own code, in this thread."""
    found: set[Step] = set()
    last: dict[FrameType, int] = {}

    def line(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            found.add((frame.f_code.co_filename, last.get(frame, 0), frame.f_lineno))
            last[frame] = frame.f_lineno
        elif event == "return":
            last.pop(frame, None)
        return line

    def call(frame: FrameType, _event: str, _argument: Any) -> Any:
        return line if "cgrdoctor" in frame.f_globals.get("__name__", "") else None

    sys.settrace(call)
    try:
        one(data)
    finally:
        sys.settrace(None)
    return found


def main() -> None:
    """Writes what is worth keeping and says how much that is."""
    taken = set().union(*(steps(path.read_bytes()) for path in sorted(CORPUS.iterdir())))
    inputs = [path.read_bytes() for path in KEPT.iterdir()]
    runs = kept = 0
    for data in sorted((data for data in inputs if len(data) <= LARGEST), key=lambda data: (len(data), data)):
        whole = data[:1] in RUN or data[:1] not in ENTRIES
        new = steps(data) - taken if runs < RUNS or not whole else set()
        if new:
            taken |= new
            runs += whole
            kept += 1
            name = f"found-{hashlib.sha256(data).hexdigest()[:12]}"
            (CORPUS / name).write_bytes(data)
    size = sum(path.stat().st_size for path in CORPUS.iterdir())
    sys.stdout.write(f"kept {kept} of {len(inputs)}; the corpus has {size} bytes and takes {len(taken)} steps\n")


if __name__ == "__main__":
    main()

"""`python -m benchmarks.accuracy`: runs the grid and prints the page; `--write` puts it into docs/accuracy.md.

`--check` compares with the page as it stands, seconds aside; `--sample N` runs every Nth row; names choose worlds.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from benchmarks.accuracy.catalogue import ABSENT, numbers
from benchmarks.accuracy.grid import rows, run
from benchmarks.accuracy.page import Result, page

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
SECONDS = re.compile(r"^\| seconds per diagnosis.*$", re.MULTILINE)
EXACT = 0.95
"""Share of the visible rows in which the true code must come first."""


def main() -> int:
    """Exit status 1 if a promise is not kept, or with `--check` if the page is not the one of this grid."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy")
    parser.add_argument("worlds", nargs="*")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--jobs", type=int, default=3, help="some rows wait more than they compute")
    options = parser.parse_args()
    results = run(rows(options.worlds)[:: options.sample], options.jobs)
    text = page(results, numbers(), ABSENT)
    kept = promises_kept(results)
    print(failures(results) if options.worlds or not kept else text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    stale = options.check and SECONDS.sub("", text) != SECONDS.sub("", PAGE.read_text(encoding="utf-8"))
    if stale:
        print("docs/accuracy.md is not the page of this grid: run make accuracy")
    return int(stale or not kept)


def promises_kept(results: list[Result]) -> bool:
    """Exact, right leg, no false alarm, nothing wrong and certain, nothing of ours broken."""
    visible = [result for result in results if result.expected and result.visible]
    return (
        sum(result.verdict.exact for result in visible) >= EXACT * len(visible)
        and all(result.verdict.leg for result in visible)
        and all(not result.verdict.wrongly_certain and not result.answer.broken for result in results)
        and all(result.verdict.passed for result in results if result.expected is None)
    )


def failures(results: list[Result]) -> str:
    """The rows that do not pass, one a line, and how many there are."""
    bad = [result for result in results if not result.verdict.passed or result.answer.broken]
    lines = [
        f"{result.name} | {result.variation} | {'visible' if result.visible else 'hidden'} | "
        f"{result.answer.codes} {result.answer.confidences[:1]} rivals {result.answer.rivals} {result.answer.broken}"
        for result in bad
    ]
    return "\n".join([*lines, f"{len(bad)} of {len(results)} rows do not pass"])


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks.accuracy`: runs the grid and prints the page; `--write` puts it into docs/accuracy.md.

`--check` holds a run against the page as it stands, for CI: it fails if the page is not that of this grid, or if the
run does not reach what the page says. Times are not compared. `--sample N` runs every Nth row; names choose worlds.
After the whole grid the cases from the field are played, whose figures stand apart and promise nothing yet.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from benchmarks.accuracy.catalogue import ABSENT, numbers
from benchmarks.accuracy.grid import rows, run
from benchmarks.accuracy.lookalikes import GROUPS
from benchmarks.accuracy.page import Result, page, separated
from benchmarks.field.case import KEPT, load
from benchmarks.field.page import section, spliced
from benchmarks.field.play import play_all

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
MEASURED = re.compile(r"^\| (?:seconds|requests) per diagnosis.*\n", re.MULTILINE)
"""Lines that the machine has a part in."""

REQUESTS = re.compile(r"^\| requests per diagnosis, median \| \d+ \| (\d+) \|", re.MULTILINE)
EXACT = 0.95
"""Share of the visible rows in which the true code must come first."""

HEALTHY_WORLDS = 60
FIELD_JOBS = 2


def main() -> int:
    """Exit status 1 if a promise is not kept, or with `--check` if the page is not the one of this grid."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy")
    parser.add_argument("worlds", nargs="*")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--jobs", type=int, default=4, help="some rows wait more than they compute")
    options = parser.parse_args()
    results = run(rows(options.worlds)[:: options.sample], options.jobs)
    text = page(results, numbers(), ABSENT)
    whole = not options.worlds and options.sample == 1
    if whole:
        text = spliced(text, section(list(play_all(load([KEPT]), FIELD_JOBS))))
    kept = promises_kept(results, whole=whole)
    print(text if kept and whole else failures(results))
    if options.write and whole:
        PAGE.write_text(text, encoding="utf-8")
    stale = options.check and not agree(text, PAGE.read_text(encoding="utf-8"))
    if stale:
        print("docs/accuracy.md is not the page of this grid: run make accuracy")
    return int(stale or not kept)


def agree(made: str, stored: str) -> bool:
    """Whether two pages say the same, times aside; the second may promise no fewer requests than the first needed."""
    needed, promised = (REQUESTS.search(text) for text in (made, stored))
    affordable = needed is not None and promised is not None and int(needed[1]) <= int(promised[1]) + 1
    return affordable and MEASURED.sub("", made) == MEASURED.sub("", stored)


def promises_kept(results: list[Result], *, whole: bool = False) -> bool:
    """Exact, right leg, no false alarm, nothing wrong and certain, nothing of ours broken; of the whole grid also the
    number of healthy worlds, and every group of look-alikes."""
    visible = [result for result in results if result.expected and result.visible]
    healthy = [result for result in results if result.expected is None]
    rows_are_right = (
        sum(result.verdict.exact for result in visible) >= EXACT * len(visible)
        and all(result.verdict.leg for result in visible)
        and all(not result.verdict.wrongly_certain and not result.answer.broken for result in results)
        and all(result.verdict.passed for result in healthy)
    )
    if not whole:
        return rows_are_right
    groups = ([result for result in results if result.name in names] for names in GROUPS.values())
    return (
        rows_are_right
        and len({result.name for result in healthy}) >= HEALTHY_WORLDS
        and all(separated(rows_of) for rows_of in groups)
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

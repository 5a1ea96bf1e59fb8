"""`python -m benchmarks.field [FILE-or-FOLDER...]`: plays cases from the field and judges the installed command.

Without a name it plays the cases of the project; `--write` then puts them into docs/accuracy.md, of which the rest
stays as it is. One line a case: name, right or WRONG, code, leg, confidence, seconds, and why it is wrong. Exit status
0 if all are right, 1 if not, 2 if a file is no case.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.field.case import KEPT, CaseProblem, load
from benchmarks.field.page import section, spliced
from benchmarks.field.play import Played, play_all

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
PLACES = ("first", "remedy", "rivals", "anywhere", "not_first")


def main(words: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.field")
    parser.add_argument("places", nargs="*", type=Path, metavar="FILE-or-FOLDER")
    parser.add_argument("-j", "--jobs", type=int, default=2, metavar="N", help="how many are played at a time [2]")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the reports and texts there")
    parser.add_argument(
        "--write", action="store_true", help="write docs/accuracy.md; only with the project's own cases"
    )
    options = parser.parse_args(words)
    if options.write and options.places:
        parser.error("--write is for the cases of the project")
    try:
        cases = load(options.places or [KEPT])
    except CaseProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    found = []
    for played in play_all(cases, options.jobs, options.keep):
        print(line(played), flush=True)
        found.append(played)
    for text in wants(found):
        print(text)
    print(total(found))
    if options.write:
        PAGE.write_text(spliced(PAGE.read_text(encoding="utf-8"), section(found)), encoding="utf-8")
    return int(not all(played.verdict.right for played in found))


def line(played: Played) -> str:
    """One case in columns."""
    first = played.said.first
    told = [str(first.get(name, "-")) for name in ("code", "leg", "confidence")]
    columns = f"{played.case.name:<48} {'right' if played.verdict.right else 'WRONG'}  {told[0]:<36} {told[1]:<24} "
    reasons = "; ".join(played.verdict.wrong)
    return f"{columns}{told[2]:<9} {played.said.seconds:5.1f}  {reasons}".rstrip()


def wants(found: Iterable[Played]) -> Iterable[str]:
    """Words that a person looks for in vain, which do not count yet, and how many cases want any."""
    wanting = [played for played in found if any(getattr(played.case.expect.wants, name) for name in PLACES)]
    unmet = [played for played in wanting if played.verdict.unmet]
    for played in unmet:
        yield f"{played.case.name:<48} wants  {'; '.join(played.verdict.unmet)}"
    yield f"{len(wanting) - len(unmet)} of {len(wanting)} that want words have them"


def total(found: Sequence[Played]) -> str:
    """The last line."""
    verdicts = [played.verdict for played in found]
    right, certain, healthy = (sum(getattr(one, name) for one in verdicts) for name in ("right", "certain", "healthy"))
    return f"{right} of {len(verdicts)} right, {certain} wrong and certain, {healthy} false healthy"


if __name__ == "__main__":
    sys.exit(main())

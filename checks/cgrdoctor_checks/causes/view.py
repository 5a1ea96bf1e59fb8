"""The table of a run against its causes, as text: the tool with which a wrong decision is understood.

A letter stands for what a cause says of a row: `N` names it, `p` points to it, `f` fits, `x` contradicts.
"""

from __future__ import annotations

from collections.abc import Iterator

from cgrdoctor_checks.causes.catalogue import causes
from cgrdoctor_checks.causes.decide import Decision, decide
from cgrdoctor_checks.causes.explain import table_of
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import Weighed, weigh

LETTERS = {-1: "x", 0: ".", 1: "f", 2: "p", 3: "N"}


def view(case: Case) -> Iterator[str]:
    """Rows first, then a line a cause that is not indifferent, then what was decided."""
    table = table_of(case)
    decision = decide(table, causes())
    for number, row in enumerate(table.rows, 1):
        yield f"{number:3} {_row(row)}"
    yield ""
    weighed = [weigh(cause, table) for cause in causes()]
    for one in sorted(weighed, key=lambda one: (one.out, -one.sign, one.cause.name)):
        if one.sign or one.exclusion is not None:
            yield _cause(one)
    yield ""
    yield from _decided(decision, table)


def _row(row: Row) -> str:
    mark = "!" if row.failing else " "
    told = (row.stage or "", str(row.status or ""), ",".join(sorted(row.marks)), row.credential, row.node)
    said = " ".join(text for text in told if text)
    where = " ".join(text for text in (row.arm, row.step, row.image) if text)
    return f"{mark} {where}: {row.outcome}, {row.mechanism} (by {row.speaker}) {said}".rstrip()


def _cause(one: Weighed) -> str:
    letters = "".join(LETTERS[int(answer)] for _, answer in one.answers)
    out = (
        f"  ruled out: {one.exclusion.by}"
        if one.out and one.exclusion is not None
        else "  ruled out"
        if one.out
        else ""
    )
    return f"{one.cause.name:36} {one.sign} {letters}{out}"


def _decided(decision: Decision, table: Table) -> Iterator[str]:
    for entry in decision.entries:
        sure = "certain" if entry.certain else "likely"
        beside = ", ".join(one.cause.name for one in entry.rivals) or "nothing"
        yield f"=> {entry.best.cause.name}, {sure}; beside it: {beside}"
    if not table.failing:
        yield "=> nothing fails"

"""From weighed causes to the entries of a diagnosis. Nothing here knows a cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import structs

from cgrdoctor.model import LEGS
from cgrdoctor_checks.causes.row import Row
from cgrdoctor_checks.causes.table import Table
from cgrdoctor_checks.causes.weigh import CONTRADICTS, FITS, NAMES, POINTS, Cause, Weighed, weigh

ENTRIES = 3
"""Causes that one pull is explained by at most; more at once would be noise."""


class Entry(msgspec.Struct, frozen=True):
    """A cause that explains failing rows. `certain` where only it does; `unaccounted` are rows it leaves open."""

    best: Weighed
    rivals: tuple[Weighed, ...]
    certain: bool
    unaccounted: tuple[Row, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """The entries, what was ruled out, and failing rows that no cause accounts for."""

    entries: tuple[Entry, ...]
    ruled_out: tuple[Weighed, ...]
    unaccounted: tuple[Row, ...]


def decide(table: Table, causes: Iterable[Cause]) -> Decision:
    """The causes of what fails in the table, the one to act on first at the front."""
    weighed = [weigh(cause, table) for cause in causes]
    # 1. What is ruled out leaves; what accounts for nothing that failed never competes.
    left = [one for one in weighed if not one.out and one.demand > 0]
    entries: list[Entry] = []
    inferred = [one for one in weighed if _inferred_away(one) and one.demand > 0]
    rows = table.failing
    while rows and len(entries) < ENTRIES:
        # 2. The rest compete; a state then yields to what opened it.
        best = _best(left, rows, table, first=not entries)
        if best is None:
            break
        # 3. What the first leaves unaccounted for makes a further entry where a cause at least points to it.
        rest = tuple(row for row in rows if not best.accounts(row))
        # 4. Certainty and rivals follow from all that is left; where nothing is left beside an entry that is not
        # certain, what was only inferred away is its rival.
        entry = _entry(best, left, rows, rest, table)
        doubted = (
            () if entry.certain or entry.rivals else _rivals(best, [one for one in inferred if one.best(rows) > 0])
        )
        entries.append(structs.replace(entry, rivals=entry.rivals or doubted))
        rows = rest
    ruled_out = tuple(one for one in weighed if one.out and (one.signed or one.exclusion))
    return Decision(tuple(entries), ruled_out, rows)


def _best(left: Sequence[Weighed], rows: Sequence[Row], table: Table, *, first: bool) -> Weighed | None:
    able = [one for one in left if one.best(rows) >= (FITS if first else POINTS)]
    ranked = sorted(able, key=lambda one: _rank(one, rows, table))
    best = ranked[0] if ranked else None
    return _opener(best, ranked) if best is not None else None


def _rank(one: Weighed, rows: Sequence[Row], table: Table) -> tuple[object, ...]:
    """Smaller goes first: a shut gate, named for the image itself, accounts for more, better sign, exact, nearer."""
    code = one.cause.code
    return (
        -int(one.cause.gate and one.named),
        -int(_named_for_itself(one, table)),
        -sum(one.accounts(row) for row in rows),
        -one.sign,
        int(code.umbrella),
        LEGS.index(code.leg),
        -int(one.witness),
        code.name,
    )


def _named_for_itself(one: Weighed, table: Table) -> bool:
    """Whether the image's own failing rows, or a further try of them, name it."""
    target = table.target
    named = one.best((*target, *table.of("again"))) == NAMES
    return named and one.best(target) > 0 and not one.cause.code.umbrella


def _opener(best: Weighed, ranked: Sequence[Weighed]) -> Weighed:
    """What opened a state goes before it, where it has a sign of its own."""
    openers = [one for one in ranked if one.cause.opens(best.cause) and one.signed]
    return openers[0] if openers else best


def _entry(best: Weighed, left: Sequence[Weighed], rows: Sequence[Row], rest: tuple[Row, ...], table: Table) -> Entry:
    mine = [row for row in rows if best.accounts(row)]
    others = [one for one in left if one is not best and one.best(mine) > 0]
    signed = [one for one in others if one.signed and not _explained_by(best, one)]
    opener_left = any(one.cause.opens(best.cause) and one.signed for one in others)
    certain = best.named and not signed and not rest and not table.asked.guessed and not opener_left
    certain = certain and not best.cause.code.umbrella
    return Entry(best, _rivals(best, others), certain, rest)


def _inferred_away(one: Weighed) -> bool:
    """Whether it is ruled out by inference alone, which what is not seen may undo."""
    contradicted = any(answer == CONTRADICTS for _, answer in one.answers)
    return one.out and not contradicted and one.exclusion is not None and not one.exclusion.hard


def _explained_by(best: Weighed, other: Weighed) -> bool:
    """An umbrella over the same, or a consequence, is no other explanation."""
    code = best.cause.code
    return other.cause.name in code.explains or (other.cause.code.umbrella and other.sign <= best.sign)


def _rivals(best: Weighed, others: Sequence[Weighed]) -> tuple[Weighed, ...]:
    """Beside a named cause only those with a sign; else all that fit, strongest first."""
    strong = best.named and not best.cause.code.umbrella
    parent = best.cause.parent if best.demand == NAMES else None
    able = [one for one in others if one.cause.rival and one.cause.name != parent] or list(others)
    signed = [one for one in able if one.signed and not one.cause.code.umbrella]
    able = signed if strong and signed else able
    return tuple(sorted(able, key=lambda one: (-one.sign, int(one.cause.code.umbrella), one.cause.name)))

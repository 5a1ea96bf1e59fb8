"""How a cause is weighed against the table: five answers to each row, and what rules it out.

A cause's weight is a maximum over rows, so that no row can lower it but one that contradicts, which rules it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Literal

import msgspec

from cgrdoctor import Code, Finding
from cgrdoctor.model import Owner
from cgrdoctor_checks.causes.observations import Case
from cgrdoctor_checks.causes.row import Row, evidence
from cgrdoctor_checks.causes.table import Table


class Answer(IntEnum):
    """What a cause says of a row: it rules the cause out, says nothing, could be its work, points to it, names it."""

    CONTRADICTS = -1
    NOTHING = 0
    FITS = 1
    POINTS = 2
    NAMES = 3


CONTRADICTS, NOTHING, FITS, POINTS, NAMES = Answer

Scope = Literal["image", "organization", "repository", "blobs", "instance", "moment"]
"""What a cause stops: one image, the images of one organization, every image of the repository, what lies on the blob
host, everything on the host, or whatever comes at a bad moment or to one node."""


class Exclusion(msgspec.Struct, frozen=True):
    """Why a cause is ruled out. A hard one was read or said; a soft one is inferred, and yields to a name."""

    by: str
    evidence: tuple[str, ...] = ()
    hard: bool = False


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be wrong.

    `answer` says what a row means to it, asking nothing of the table that depends on an order; `excluded` what rules it
    out; `finding` writes it down. `rival` is the observation that would exclude it, for a person, and `who` could make
    it; empty where it is no explanation of its own. `parent` names the same trouble less exactly; `opened_by` is the
    one that, or whose children, open this state and go before it where they have a sign. A `gate` that is shut keeps
    the request from what lies behind it.
    """

    code: Code
    answer: Callable[[Row, Table], Answer]
    finding: Callable[[Case], Finding | None]
    rival: str
    who: Owner
    stops: Scope
    gate: bool = False
    excluded: Callable[[Table], Exclusion | None] = lambda _: None
    parent: str | None = None
    opened_by: str | None = None

    @property
    def name(self) -> str:
        """The permanent name of its code."""
        return self.code.name

    def opens(self, other: Cause) -> bool:
        """Whether it opens the state that `other` is."""
        return self is not other and other.opened_by in (self.name, self.parent or self.name)


class Weighed(msgspec.Struct, frozen=True):
    """A cause with its answers; `demand` and `witness` are the best of each role."""

    cause: Cause
    answers: tuple[tuple[Row, Answer], ...]
    exclusion: Exclusion | None

    @property
    def demand(self) -> int:
        return max((answer for row, answer in self.answers if row.failing), default=0)

    @property
    def witness(self) -> int:
        return max((answer for row, answer in self.answers if not row.failing), default=0)

    def best(self, rows: Iterable[Row]) -> int:
        """The best answer to any of these rows."""
        wanted = set(rows)
        return max((answer for row, answer in self.answers if row in wanted), default=0)

    @property
    def sign(self) -> int:
        """The weight: the best on demand rows plus the best on witness rows that name or point."""
        return max(self.demand, 0) + (self.witness if self.witness >= POINTS else 0)

    @property
    def named(self) -> bool:
        """Whether any row names it."""
        return any(answer == NAMES for _, answer in self.answers)

    @property
    def signed(self) -> bool:
        """Whether it has a sign of its own: a row that names it or points to it."""
        return any(answer >= POINTS for _, answer in self.answers)

    def accounts(self, row: Row) -> bool:
        """Whether this failing row could be its work."""
        return any(answer > 0 for one, answer in self.answers if one == row)

    @property
    def out(self) -> bool:
        """Whether it is ruled out: by a row that contradicts, hard, or by inference where no failing row names it."""
        if any(answer == CONTRADICTS for _, answer in self.answers):
            return True
        return self.exclusion is not None and (self.exclusion.hard or self.demand < NAMES)


def weigh(cause: Cause, table: Table) -> Weighed:
    """The cause against every row."""
    answers = tuple((row, cause.answer(row, table)) for row in table.rows)
    return Weighed(cause, answers, cause.excluded(table) or _by_another_try(cause, table) or _by_scope(cause, table))


def _by_another_try(cause: Cause, table: Table) -> Exclusion | None:
    """The very request that failed, answered well by another node: only what is one node's, or passes, is left."""
    better = [row for row in table.of("again") if row.outcome == "works" and row.has("another-node")]
    if not better or cause.stops == "moment":
        return None
    return Exclusion("another node answers the same request well", better[0].evidence, hard=True)


def _by_scope(cause: Cause, table: Table) -> Exclusion | None:
    """Another image that comes through, fresh and as deep, clears what stops every image of the repository."""
    if cause.stops not in ("repository", "instance") or table.control != "works" or table.asked.several:
        return None
    if any(row.at_blob for row in table.target):
        return None
    control = [row for row in table.of("control", "control-tags") if row.outcome == "works"]
    nodes = {row.node for row in control if row.node}
    if nodes and any(row.node and row.node not in nodes for row in table.target):
        return None
    return Exclusion("the control image comes through the same repository", evidence(control))

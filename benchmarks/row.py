"""One line of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure and the most that was promised, in the same unit."""

    what: str
    measured: float
    promised: float
    unit: str = "times"

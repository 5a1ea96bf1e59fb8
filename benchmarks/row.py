"""One line of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure and the most that was promised, or the least, in the same unit."""

    what: str
    measured: float
    promised: float
    unit: str = "times"
    least: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether it is as promised."""
        return self.measured >= self.promised if self.least else self.measured <= self.promised

    def __str__(self) -> str:
        """As a row of the table."""
        bound = "at least" if self.least else "at most"
        return f"| {self.what} | {self.measured:.2f} {self.unit} | {bound} {self.promised:g} {self.unit} |"

"""What a run observed about one pull, as one flat table of rows: the only thing that causes are weighed by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from cgrdoctor_checks.causes.row import Arm, Credential, Row


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, as far as causes depend on it.

    `private` is an image of another organization than the free one, `organization` whether it names one, `pinned` a
    digest, `rolling` one of the tags that Free images have, `latest` that one. `virtual` is None where the class of the
    repository is not known, `several` says that a virtual has, or may have, more than one remote for cgr.dev.
    `settings`: the remotes' fields were shown; `anonymous`: none of them has a user name. `behind` a virtual, a member
    is looked at in its place, which is `guessed` where membership was not shown. `hidden`: the pull itself works.
    """

    private: bool = False
    pinned: bool = False
    rolling: bool = False
    latest: bool = False
    organization: bool = True
    virtual: bool | None = None
    several: bool = False
    settings: bool = False
    anonymous: bool | None = None
    behind: bool = False
    guessed: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a run, in no order that means anything, and what was asked for."""

    rows: tuple[Row, ...] = ()
    asked: Asked = field(default_factory=Asked)

    def of(self, *arms: Arm) -> Iterator[Row]:
        """The rows of these arms."""
        return (row for row in self.rows if row.arm in arms)

    @property
    def failing(self) -> tuple[Row, ...]:
        """The demand rows that failed."""
        return tuple(row for row in self.rows if row.failing)

    @property
    def target(self) -> tuple[Row, ...]:
        """The failing rows of the image under test itself: of its pull, else of what hides behind the cache."""
        own = tuple(row for row in self.failing if row.arm == "through")
        return own or self.failing

    def any(self, arm: Arm, *mechanisms: str, credential: Credential | None = None) -> bool:
        """Whether a row of this arm names one of these mechanisms, seen with this credential if one is given."""
        return any(row.mechanism in mechanisms and credential in (None, row.credential) for row in self.of(arm))

    def verdict(self, *verdicts: str, credential: Credential | None = None) -> bool:
        """Whether cgr.dev itself gave one of these verdicts on the image."""
        return self.any("direct", *verdicts, credential=credential)

    def setting(self, *names: str) -> bool:
        """Whether a setting that was read has one of these departures."""
        return self.any("settings", *names)

    @property
    def control(self) -> Control:
        """How the control image fares through the same repository."""
        return control_of(self)


Control = Literal["works", "cached", "alike", "otherwise", "unknown"]


def control_of(table: Table) -> Control:
    """`works` only where an answer of upstream's was seen; `alike` where it fails as the image under test does."""
    rows = [row for row in table.of("control") if row.outcome != "unasked"]
    failing = [row for row in rows if row.outcome != "works"]
    meanings = {row.mechanism for row in table.target}
    if failing:
        return "alike" if any(row.mechanism in meanings for row in failing) else "otherwise"
    if not rows:
        return "unknown"
    if table.asked.several and "upstream-token" in meanings:
        return "unknown"
    lists = list(table.of("control-tags"))
    if lists:
        return "works" if all(row.outcome == "works" for row in lists) else "cached"
    return "cached" if any(row.fresh is False for row in rows) else "works"

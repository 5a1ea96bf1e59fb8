"""What a run observed about one pull, as one flat table: the only thing that causes are weighed by.

A row is one question that was put to somebody, and what came back. *Demand* rows are the pull, the control image and
the live tag lists through Artifactory: a failing one has to be accounted for. *Witness* rows weigh and need no account.
What was not asked is no row, or one whose outcome is `unasked`: neither a success nor a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from cgrdoctor_checks.causes.origin import Speaker

Role = Literal["demand", "witness"]
Arm = Literal[
    "through",
    "control",
    "tags",
    "control-tags",
    "again",
    "member",
    "second-route",
    "direct",
    "direct-control",
    "catalog",
    "spelling",
    "trace",
    "connection-test",
    "settings",
    "cache",
    "rest",
    "token",
]
Outcome = Literal["works", "missing", "refused", "page", "error", "silent", "damaged", "limited", "unasked", "seen"]
"""`seen` is what was read and neither works nor fails: a setting, an entry of the cache, a line of a log."""

Login = Literal["sent", "none", "withheld", ""]
Credential = Literal["same", "other", "unknown", ""]
Image = Literal["target", "control", "other", ""]

BLOBS = ("config", "layer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One observation.

    `mechanism` is what the answer names in our words (a symptom, a verdict of cgr.dev, the name of a setting), `stage`
    the stage towards upstream that its text quotes, `quoted` an upstream status in it, `realm` the host of a realm in
    it, `marks` further short words for what it holds. `asked` is the host that was asked, whoever `speaker` is. `fresh`
    tells an answer of upstream's from the cache's, None where that is not known. `credential` says whether the login
    that was presented is the remote's own. `guessed` marks a member whose membership was not shown. `seconds` is the
    time to the first byte.
    """

    arm: Arm
    role: Role = "witness"
    step: str = ""
    image: Image = ""
    outcome: Outcome = "seen"
    mechanism: str = ""
    stage: str | None = None
    status: int | None = None
    quoted: int | None = None
    realm: str = ""
    marks: frozenset[str] = frozenset()
    repository: str = ""
    guessed: bool = False
    asked: str = ""
    answered: str = ""
    speaker: Speaker = "unknown"
    fresh: bool | None = None
    login: Login = ""
    credential: Credential = ""
    node: str = ""
    seconds: float = 0.0
    why: str = ""
    words: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def failing(self) -> bool:
        """Whether it demands an account."""
        return self.role == "demand" and self.outcome not in ("works", "unasked", "seen")

    @property
    def at_blob(self) -> bool:
        """Whether it is about config or a layer."""
        return self.step in BLOBS

    def has(self, *marks: str) -> bool:
        """Whether it bears one of these marks."""
        return not self.marks.isdisjoint(marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
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
    def same_credential(self) -> bool:
        """Whether what cgr.dev says of our credential it says of the remote's."""
        return any(row.credential == "same" for row in self.of("direct", "direct-control", "catalog"))

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


def evidence(rows: Iterable[Row]) -> tuple[str, ...]:
    """The exchanges behind these rows, each once."""
    return tuple(dict.fromkeys(one for row in rows for one in row.evidence))

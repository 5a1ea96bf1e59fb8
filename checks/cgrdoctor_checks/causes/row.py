"""One observation of a run: a question that was put to somebody, and what came back.

*Demand* rows are the pull, the control image and the live tag lists through Artifactory: a failing one has to be
accounted for. *Witness* rows weigh and need no account. What was not asked is no row, or one whose outcome is
`unasked`: neither a success nor a failure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from cgrdoctor_checks.causes.origin import Speaker

Role = Literal["demand", "witness"]
Arm = Literal[
    "through",
    "control",
    "tags",
    "control-tags",
    "again",
    "member",
    "direct",
    "direct-control",
    "catalog",
    "spelling",
    "trace",
    "puller",
    "connection-test",
    "settings",
    "cache",
    "token",
]
Outcome = Literal["works", "missing", "refused", "page", "error", "silent", "damaged", "limited", "unasked", "seen"]
"""`seen` is what was read and neither works nor fails: a setting, an entry of the cache, a line of a log."""

Login = Literal["sent", "none", "withheld", ""]
Credential = Literal["same", "other", "unknown", ""]
Image = Literal["target", "control", "other", ""]

BLOBS = ("config", "layer")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One observation.

    `mechanism` is what the answer names in our words (a symptom, a verdict of cgr.dev, the name of a setting), `stage`
    the stage towards upstream that its text quotes, `quoted` an upstream status in it, `realm` the host of a realm in
    it, `marks` further short words for what it holds. `asked` is the host that was asked, whoever `speaker` is. `fresh`
    tells an answer of upstream's from the cache's, None where that is not known. `credential` says whether the login
    that was presented is the remote's own. `guessed` marks a member whose membership was not shown.
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


def evidence(rows: Iterable[Row]) -> tuple[str, ...]:
    """The exchanges behind these rows, each once."""
    return tuple(dict.fromkeys(one for row in rows for one in row.evidence))

"""What a sweep is given and what comes of it, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from cgrdoctor.model import Effect, Struct

Verdict = Literal[
    "same",
    "there",
    "missing",
    "forbidden",
    "stale",
    "other-digest",
    "other-platforms",
    "blocked",
    "broken",
    "not-asked",
]
"""`there`: it pulls, or is cached, through Artifactory, and the direct path was not to be asked."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
WELL: tuple[Verdict, ...] = ("same", "there")


@dataclass(frozen=True, slots=True)
class Asked:
    """A reference of the list. `path` is the image's below the repository's key; `upstream` as cgr.dev names it."""

    image: str
    path: str
    selector: str
    upstream: str = ""

    @property
    def upstream_image(self) -> str:
        """`org/name:tag` or `org/name@digest`."""
        return f"{self.upstream}{'@' if ':' in self.selector else ':'}{self.selector}"


class Seen(Struct, frozen=True, kw_only=True):
    """What one path answered: HTTP status, the manifest's digest, and in words why it is no manifest."""

    status: int | None = None
    digest: str | None = None
    problem: str | None = None


class Line(Struct, frozen=True, kw_only=True):
    """One reference. `through` and `direct` are null where that path was not asked.

    `digest` is that of what is served through Artifactory, else of what its cache holds, else of what cgr.dev has;
    `age` that of the copy in its cache, in seconds; `at` RFC 3339; `asked_with` stands for the options of the sweep.
    """

    image: str
    upstream_image: str | None = None
    through: Seen | None = None
    direct: Seen | None = None
    verdict: Verdict = "not-asked"
    code: str | None = None
    digest: str | None = None
    age: float | None = None
    at: str = ""
    asked_with: str = ""


class Cause(Struct, frozen=True, kw_only=True):
    """A verdict with its code: how many references have it, and some of them."""

    verdict: Verdict
    code: str | None
    count: int
    images: tuple[str, ...]


class Repository(Struct, frozen=True, kw_only=True):
    """What is wrong with the repository as a whole, as the doctor found it on one of its images."""

    code: str
    summary: str
    owner: str
    image: str
    remedy: str = ""


class Skipped(Struct, frozen=True, kw_only=True):
    """References of the list that are of another registry or repository: how many, and some of them."""

    count: int = 0
    images: tuple[str, ...] = ()


class Summary(Struct, frozen=True, kw_only=True):
    """The last line. `summary` is one sentence; `counts` by verdict; `requests` by host; `notes` what to know besides.

    `stopped` says why the sweep ended before its list did, `resume` how to go on. `carried` counts references whose
    answers were taken from an earlier sweep. Durations are in seconds.
    """

    schema_version: str
    tool: dict[str, str]
    summary: str
    complete: bool
    exit_status: int
    references: int
    carried: int
    counts: dict[str, int]
    causes: tuple[Cause, ...]
    worst: tuple[Line, ...]
    repository: Repository | None
    others: Skipped
    effects: tuple[Effect, ...]
    requests: dict[str, int]
    options: dict[str, object]
    started_at: str
    duration: float
    stopped: str | None = None
    resume: str | None = None
    notes: tuple[str, ...] = ()

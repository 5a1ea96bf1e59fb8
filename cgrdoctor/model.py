"""What a run finds, as data: facts, findings, checks, diagnosis, report.

Frozen, without behaviour, and unable to hold a `Secret` (msgspec refuses the type). The shapes are those of the
public JSON report; keys may be added within a major `schema_version`, never renamed or removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Any, ClassVar, Literal, get_args

import msgspec

SCHEMA_VERSION = "1.1"

Severity = Literal["fail", "warn", "info"]
"""The worst first."""

Confidence = Literal["certain", "likely", "possible"]
CheckStatus = Literal["pass", "info", "warn", "fail", "skip", "error"]
RunStatus = Literal["interrupted", "faulty", "incomplete", "warning", "healthy"]
"""The first that applies is a run's."""

FactStatus = Literal["observed", "unobservable", "not-needed", "broken"]
SkipReason = Literal["blocked", "not-applicable", "not-selected", "deadline"]
Leg = Literal[
    "reference",
    "client",
    "client-to-artifactory",
    "artifactory",
    "policy",
    "artifactory-to-upstream",
    "upstream-account",
    "image",
    "cache",
    "client-to-upstream",
]
"""In the order in which they are mended: what stands nearer to the user hides what lies behind it."""

Owner = Literal[
    "developer", "artifactory-admin", "network-team", "chainguard-org-admin", "chainguard-support", "jfrog-support"
]
Area = Literal[
    "reference", "docker", "network", "artifactory", "fields", "token", "pull", "cache", "policy", "direct", "image"
]
"""What the id of a check begins with, in the order of the path a pull takes."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
LEGS: tuple[Leg, ...] = get_args(Leg)
OWNERS: tuple[Owner, ...] = get_args(Owner)
AREAS: tuple[Area, ...] = get_args(Area)


class ExitStatus(IntEnum):
    """What the command ends with. A run that a signal ends has 128 and the signal's number; `HELD` is SIGALRM's, which
    ends a process whose interpreter did not come back by itself.
    """

    WELL = 0
    FOUND = 1
    UNUSABLE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130
    HELD = 142
    TERMINATED = 143


ObservedFrom = Literal["here", "artifactory", "ticket"]
ExchangeKind = Literal["http", "dns", "tcp", "tls", "process", "file", "docker"]
CommandKind = Literal["shell", "rest", "terraform", "ui"]

Header = tuple[str, str]


@dataclass(frozen=True)
class Own:
    """Marks texts that this program chose or made, in which no secret is looked for.

    Without a `form` those are its own words (`cgrdoctor.privacy.own_words`), with one whatever the expression matches.
    Any other text in such a place is treated as anybody's.
    """

    form: str = ""


Word = Annotated[str, Own()]
"""An id, a code, the name of a fact, the title of a check: a word of ours."""

Kind = Annotated[str, Own(r"[A-Za-z][A-Za-z0-9-]{0,30}")]
"""One of a few words that our own code chooses from."""

Moment = Annotated[str, Own(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[+-][0-9]{2}:[0-9]{2})")]
"""RFC 3339."""

Digest = Annotated[str, Own(r"[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{128}")]
"""What this program computed or drew by lot, in hexadecimal."""

Setting = Annotated[Any, Own()]
"""The value of an option: a word of a closed set, or anything else."""

Version = Annotated[str, Own(r"(?:HTTP/)?[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}(?:[a-z+.-]{1,4}[0-9]{1,4})?")]


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything here: immutable, keyword-only."""


class Fact(Struct, frozen=True, kw_only=True):
    """Base of every fact. A subclass is one role (`ArtifactoryPath`), named in reports in kebab-case.

    `exchanges` holds the ids of the exchanges that prove it. `version` rises when a field changes its meaning, so
    that older reports are not judged by a misunderstanding. `observed_from` says where the fact was seen.
    """

    version: ClassVar[int] = 1
    observed_from: ClassVar[ObservedFrom] = "here"

    exchanges: tuple[Word, ...] = ()


class Command(Struct, frozen=True, kw_only=True):
    """One thing to type or click. Shell commands are quoted; secrets appear as variable names only."""

    description: str
    command: str
    kind: CommandKind
    changes: bool


class Remedy(Struct, frozen=True, kw_only=True):
    """How to mend a finding on this very target."""

    summary: str
    steps: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()


class Rival(Struct, frozen=True, kw_only=True):
    """Another cause that fits what was seen, and the observation that would exclude it."""

    code: Word
    would_be_excluded_by: str
    who: Owner
    subject: str = ""


class RuledOut(Struct, frozen=True, kw_only=True):
    """A cause that this run excluded, and the observation that did."""

    code: str
    by: str
    evidence: tuple[str, ...] = ()


class Code(Struct, frozen=True, kw_only=True):
    """A permanent name for one trouble, with its offline explanation: the one source of `explain`, docs, report.

    `why` says why it matters, `told_apart` how to tell it from a look-alike, by that one's name; of a pair one of
    the two holds it. `explains` names the codes that are this one's consequences when both are found. `umbrella`
    marks a code that names the leg because the exact cause cannot be seen. `ticket` is what JFrog support is asked
    for where JFrog runs Artifactory; empty where it is a setting, an account, or nothing of Artifactory's own side.
    `faults` are numbers in the catalogue of faults.
    """

    name: str
    title: str
    leg: Leg
    owner: Owner
    meaning: str
    fix: str
    why: str = ""
    looks_at: str = ""
    look_alikes: tuple[str, ...] = ()
    told_apart: dict[str, str] = {}
    explains: tuple[str, ...] = ()
    umbrella: bool = False
    yields_to: tuple[Leg, ...] = ()
    ticket: str = ""
    faults: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """By the permanent name."""
        return hash(self.name)


class Because(Struct, frozen=True, kw_only=True):
    """One reason for a diagnosis, with the ids of what shows it."""

    text: str
    evidence: tuple[Word, ...] = ()


class Finding(Struct, frozen=True, kw_only=True):
    """One judgement of one check about one subject (a host, repository key, image or file).

    `setting` is the name that Artifactory's REST API has for what should be `expected` and is `actual`.
    """

    code: Word
    leg: Leg
    severity: Severity
    summary: str
    subject: str
    setting: Word | None = None
    expected: str | None = None
    actual: str | None = None
    evidence: tuple[Word, ...] = ()
    remedy: Remedy | None = None
    confidence: Confidence = "certain"
    rivals: tuple[Rival, ...] = ()
    explains: tuple[Word, ...] = ()
    because: tuple[Because, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    owner: Owner | None = None


class CheckResult(Struct, frozen=True, kw_only=True):
    """What became of one check. `findings` are what it yielded; a skip says why, and what lies behind it."""

    id: Word
    title: Word
    status: CheckStatus
    reason: SkipReason | None = None
    summary: str = ""
    needs: tuple[Word, ...] = ()
    blocked_by: tuple[Word, ...] = ()
    root_cause: Word | None = None
    findings: tuple[Finding, ...] = ()
    duration: float = 0.0
    observed_from: ObservedFrom = "here"


class FactRecord(Struct, frozen=True, kw_only=True):
    """A fact as it stands in a report. `value` is the fact's own data, null unless `status` is `observed`."""

    status: FactStatus
    reason: Word | None = None
    version: int = 1
    observed_at: Moment | None = None
    observed_from: ObservedFrom = "here"
    duration: float = 0.0
    value: dict[str, Any] | None = None
    blocked_by: tuple[Word, ...] = ()
    root_cause: Word | None = None
    unlocked_by: Word | None = None


class Exchange(Struct, frozen=True, kw_only=True):
    """One question put to a peer, a process or a file, and what came back, already redacted.

    `request_headers_as`/`response_headers_as` name the exchange whose equal list is given there (each list is
    stored once). `timings` are seconds by stage, `body_size` bytes as read, `body_excerpt` bounded text.
    """

    id: Word
    kind: ExchangeKind
    at: Moment
    method: Word = ""
    url: str = ""
    address: str | None = None
    via: str | None = None
    http_version: Version | None = None
    status: int | None = None
    error: str | None = None
    request_headers: tuple[Header, ...] = ()
    response_headers: tuple[Header, ...] = ()
    request_headers_as: Word | None = None
    response_headers_as: Word | None = None
    body_size: int | None = None
    body_sha256: Digest | None = None
    body_excerpt: str | None = None
    timings: dict[Word, float] = {}


class Effect(Struct, frozen=True, kw_only=True):
    """Something the run may have changed elsewhere (filling a cache is one)."""

    kind: Word
    target: str
    description: str


class Explained(Struct, frozen=True, kw_only=True):
    """A finding that is a consequence of the diagnosis it stands in."""

    check: Word
    code: Word
    subject: str


class Diagnosis(Struct, frozen=True, kw_only=True):
    """One root cause."""

    code: Word
    title: Word
    leg: Leg
    severity: Severity
    confidence: Confidence
    summary: str
    subject: str
    because: tuple[Because, ...] = ()
    explains: tuple[Explained, ...] = ()
    rivals: tuple[Rival, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    owner: Owner = "developer"
    remedy: Remedy | None = None
    sources: tuple[Word, ...] = ()


class Unverified(Struct, frozen=True, kw_only=True):
    """A requirement of the guide that could not be looked at, why, and what would unlock it."""

    subject: Word
    why: str
    unlocked_by: Word


class Tool(Struct, frozen=True, kw_only=True):
    """Which program wrote the report."""

    name: Word
    version: Version


class Run(Struct, frozen=True, kw_only=True):
    """When, where and how the run was made. `node` is what its machine is called, `requests` counts them by host."""

    id: Digest
    node: str | None = None
    started_at: Moment
    duration: float
    vantage: Literal["client", "artifactory"]
    deadline: float
    python: Version
    os: str
    options: dict[Word, Setting] = {}
    requests: dict[str, int] = {}


class TargetRecord(Struct, frozen=True, kw_only=True):
    """What was asked about, as far as it is known. `certain` is false while part of it is inferred."""

    image: str | None = None
    artifactory_url: str | None = None
    artifactory_host: str | None = None
    repository: str | None = None
    repository_class: Word | None = None
    access_method: Literal["repository-path", "subdomain", "port", "unknown"] = "unknown"
    upstream_image: str | None = None
    control_image: str | None = None
    platform: str | None = None
    certain: bool = False


class TokenMark(Struct, frozen=True, kw_only=True):
    """A token this run had, without its text: where it was found, for which host, its keyed fingerprint.

    Equal fingerprints in two reports of one user on one machine mean the same token.
    """

    source: str
    host: str
    fingerprint: Digest


class Redactions(Struct, frozen=True, kw_only=True):
    """How many texts were withheld from the report, by kind, and the tokens among them by their fingerprints.

    `note` says so if a secret is one of our own words, which stay in ids, codes, names and keys.
    """

    count: int = 0
    kinds: dict[Word, int] = {}
    tokens: tuple[TokenMark, ...] = ()
    note: str | None = None


class Report(Struct, frozen=True, kw_only=True):
    """A whole run: the one thing every output format reads."""

    schema_version: Version
    tool: Tool
    run: Run
    target: TargetRecord
    status: RunStatus
    complete: bool
    exit_status: int
    summary: str
    diagnosis: tuple[Diagnosis, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    facts: dict[Word, FactRecord] = {}
    exchanges: tuple[Exchange, ...] = ()
    effects: tuple[Effect, ...] = ()
    redactions: Redactions = Redactions()
    truncated: str | None = None

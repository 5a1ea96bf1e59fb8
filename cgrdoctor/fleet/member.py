"""One report of a fleet, as far as the fleet needs it: read from a whole report or from its line."""

from __future__ import annotations

from typing import Any

import msgspec

from cgrdoctor.engine.decided import restated
from cgrdoctor.model import (
    SCHEMA_VERSION,
    CheckResult,
    FactRecord,
    Report,
    Run,
    RunStatus,
    Severity,
    Struct,
    TargetRecord,
    Tool,
)
from cgrdoctor.report.clean import inert
from cgrdoctor.report.differing import differing, further
from cgrdoctor.report.later import opened
from cgrdoctor.report.outline import status_of

MAJOR = SCHEMA_VERSION.partition(".")[0]


Table = tuple[tuple[str, ...], tuple[str, ...]]
"""Names and the values that go with them: many machines share both, and the rest is as small as it can be."""


class Unfit(Exception):
    """What was read is neither a report nor a line; the text says why, as `is ...`."""


class Found(Struct, frozen=True, kw_only=True):
    """A root cause in one report. A line tells title, leg and severity of the first at most."""

    code: str
    subject: str
    severity: Severity
    title: str = ""
    leg: str | None = None
    owner: str | None = None
    fix: str | None = None


class Member(Struct, frozen=True, kw_only=True, gc=False):
    """One report. `table` holds what can differ between machines; `selected`: only some checks were asked about."""

    name: str
    node: str | None
    image: str | None
    status: RunStatus
    exit_status: int
    summary: str
    artifactory_url: str | None = None
    started_at: str | None = None
    selected: bool = False
    causes: tuple[Found, ...] = ()
    table: Table = ((), ())
    sha256: str | None = None

    @property
    def seen(self) -> dict[str, str]:
        """What can differ between machines, by name."""
        return dict(zip(*self.table, strict=True))

    @property
    def shown(self) -> str:
        """The status as people read it."""
        return status_of(self.status, selected=self.selected)

    @property
    def who(self) -> str:
        """The machine, else the report."""
        return self.node or self.name


class _Line(msgspec.Struct, gc=False):
    """What stands in a line; keys that are not there are empty."""

    schema_version: str
    status: RunStatus
    exit: int
    node: str | None = None
    image: str | None = None
    codes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    leg: str | None = None
    owner: str | None = None
    seen: dict[str, str] = msgspec.field(default_factory=dict)
    summary: str = ""
    fix: str | None = None
    report_sha256: str | None = None


class _Result(msgspec.Struct):
    id: str
    title: str = ""
    status: str = ""
    reason: str | None = None
    summary: str = ""


class _Fix(msgspec.Struct):
    summary: str = ""


class _Cause(msgspec.Struct):
    code: str
    severity: Severity
    subject: str = ""
    title: str = ""
    leg: str | None = None
    owner: str | None = None
    remedy: _Fix | None = None


class _Value(msgspec.Struct):
    value: dict[str, Any] | None = None


class _Facts(msgspec.Struct, rename="kebab"):
    """The facts that `differing` reads; all others are passed over."""

    artifactory_path: _Value | None = None
    upstream_path: _Value | None = None
    blob_host_path: _Value | None = None
    artifactory_ping: _Value | None = None
    registry_ping: _Value | None = None
    upstream_ping: _Value | None = None
    caller: _Value | None = None
    configuration_answer: _Value | None = None
    registry_login: _Value | None = None
    docker_engine: _Value | None = None
    docker_settings: _Value | None = None
    pull_through: _Value | None = None
    direct_pull: _Value | None = None


class _Report(msgspec.Struct):
    """What of a report is read."""

    schema_version: str
    tool: Tool
    run: Run
    target: TargetRecord
    status: RunStatus
    complete: bool
    exit_status: int
    summary: str
    diagnosis: tuple[_Cause, ...] = ()
    checks: tuple[_Result, ...] = ()
    facts: _Facts = msgspec.field(default_factory=_Facts)


_line = msgspec.json.Decoder(_Line)
_report: msgspec.json.Decoder[_Report] = msgspec.json.Decoder(opened(_Report))


class Pool:
    """Texts and tables that many reports share are kept once."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._tables: dict[Table, Table] = {}
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._causes: dict[Found, Found] = {}

    def text(self, text: str) -> str:
        """The one text that equals this one."""
        return self._texts.setdefault(text, text)

    def table(self, seen: dict[str, str]) -> Table:
        """The one table that equals this one."""
        names = tuple(seen)
        names = self._names.setdefault(names, names)
        values = seen.values()
        table = (names, tuple(map(self._texts.setdefault, values, values)))
        return self._tables.setdefault(table, table)

    def cause(self, cause: Found) -> Found:
        """The one cause that equals this one."""
        return self._causes.setdefault(cause, cause)


def from_line(data: bytes | memoryview, name: str, pool: Pool, node: str | None = None) -> Member:
    """The member of a line; `node` is who wrote it where the line does not say. Raises Unfit."""
    try:
        line = _line.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError) as problem:
        raise Unfit(_why(problem, "line")) from None
    _refuse_other_major(line.schema_version)
    text = pool.text
    return Member(
        name=name,
        node=line.node or node,
        image=text(line.image) if line.image else None,
        status=line.status,
        exit_status=line.exit,
        summary=text(line.summary),
        causes=tuple(pool.cause(one) for one in _causes_of(line)) if line.codes else (),
        table=pool.table(line.seen),
        sha256=line.report_sha256,
    )


def _causes_of(line: _Line) -> list[Found]:
    severity: Severity = "warn" if line.status == "warning" else "fail"
    subjects = (*line.subjects, *("" for _ in line.codes))
    found = [
        Found(code=code, subject=subject, severity=severity)
        for code, subject in zip(line.codes, subjects, strict=False)
    ]
    found[0] = msgspec.structs.replace(found[0], leg=line.leg, owner=line.owner, fix=line.fix)
    return found


def from_report(data: bytes | memoryview, name: str, pool: Pool, sha256: str | None = None) -> Member:
    """The member of a whole report. Raises Unfit."""
    try:
        read = _report.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError) as problem:
        raise Unfit(_why(problem, "report of cgrdoctor")) from None
    _refuse_other_major(read.schema_version)
    report = _as_report(read)
    stated = restated(report)
    options = report.run.options
    return Member(
        name=name,
        node=report.run.node,
        image=report.target.image,
        artifactory_url=report.target.artifactory_url,
        started_at=report.run.started_at,
        status=stated.status,
        exit_status=stated.exit_status,
        summary=pool.text(stated.summary),
        selected=bool(options.get("only")),
        causes=tuple(pool.cause(_found(cause)) for cause in read.diagnosis),
        table=pool.table({**differing(report), **further(report)}),
        sha256=sha256,
    )


def _found(cause: _Cause) -> Found:
    return Found(
        code=cause.code,
        subject=cause.subject,
        severity=cause.severity,
        title=cause.title,
        leg=cause.leg,
        owner=cause.owner,
        fix=cause.remedy.summary if cause.remedy else None,
    )


def _as_report(read: _Report) -> Report:
    """As much of a report as is asked of it here."""
    facts = {
        name.replace("_", "-"): FactRecord(status="observed", value=found.value)
        for name in _Facts.__struct_fields__
        if (found := getattr(read.facts, name)) is not None
    }
    checks = tuple(
        CheckResult(id=one.id, title=one.title, status=one.status, reason=one.reason, summary=one.summary)  # type: ignore[arg-type]  # a later version may have more words
        for one in read.checks
    )
    return Report(
        schema_version=read.schema_version,
        tool=read.tool,
        run=read.run,
        target=read.target,
        status=read.status,
        complete=read.complete,
        exit_status=read.exit_status,
        summary=read.summary,
        checks=checks,
        facts=facts,
    )


def _refuse_other_major(version: str) -> None:
    if version.partition(".")[0] != MAJOR:
        raise Unfit(f"has schema version {inert(version)[:20]}; this cgrdoctor understands {MAJOR}.x")


def _why(problem: Exception, what: str) -> str:
    if isinstance(problem, msgspec.ValidationError):
        return f"is no {what}: {inert(str(problem))[:120]}"
    return "is no JSON"

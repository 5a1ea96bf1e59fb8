"""The report as JSON: written deterministically, read tolerantly, described by a schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from cgrdoctor.errors import UsageProblem
from cgrdoctor.model import SCHEMA_VERSION, Exchange, Report
from cgrdoctor.net.bounded_json import is_within
from cgrdoctor.privacy.typed_walk import DEPTH
from cgrdoctor.report.clean import ACTIVE, inert, without_surrogates

LIMIT = 1024 * 1024
"""Bytes of an encoded report; more than this nobody attaches to a ticket."""

SCHEMA_URL = "https://json-schema.org/draft/2020-12/schema"


def encode(report: Report) -> bytes:
    """UTF-8 with two spaces of indent and a line feed at the end, at most 1 MiB.

    A larger report loses the excerpts of bodies first, then the oldest exchanges that are nobody's evidence, then all
    exchanges and the values of facts; `truncated` says what was left out.
    """
    for shorten in (_whole, _without_excerpts, _without_idle_exchanges, _without_exchanges, _without_values):
        data = _encode(shorten(report))
        if len(data) <= LIMIT:
            break
    return data


def _encode(report: Report) -> bytes:
    """In the order of the contract; only what has no order of its own is sorted."""
    tree = msgspec.to_builtins(report, order="deterministic")
    try:
        document = msgspec.json.encode(tree)
    except UnicodeEncodeError:
        document = msgspec.json.encode(_mapped(tree, without_surrogates))
    return msgspec.json.format(_escaped(document.decode()).encode(), indent=2) + b"\n"


def _escaped(document: str) -> str:
    """Active characters as JSON escapes: the same document, inert where it is printed. They stand in texts only."""
    return ACTIVE.sub(lambda found: json.dumps(found[0])[1:-1], document)


def _mapped(tree: Any, change: Callable[[str], str]) -> Any:
    if isinstance(tree, str):
        return change(tree)
    if isinstance(tree, dict):
        return {change(name): _mapped(value, change) for name, value in tree.items()}
    return [_mapped(item, change) for item in tree] if isinstance(tree, (list, tuple)) else tree


def _whole(report: Report) -> Report:
    return report


def _without_excerpts(report: Report) -> Report:
    bare = tuple(msgspec.structs.replace(exchange, body_excerpt=None) for exchange in report.exchanges)
    return msgspec.structs.replace(
        report, exchanges=bare, truncated=_note(report, "the excerpts of bodies were left out")
    )


def _without_idle_exchanges(report: Report) -> Report:
    """Drops the oldest exchanges that nothing refers to, as many as the excess asks for."""
    bare = _without_excerpts(report)
    excess = len(_encode(bare)) - LIMIT
    wanted = evidence(report)
    kept: list[Exchange] = []
    for exchange in bare.exchanges:
        if excess > 0 and exchange.id not in wanted:
            excess -= len(msgspec.json.encode(exchange))
        else:
            kept.append(exchange)
    gone = len(bare.exchanges) - len(kept)
    note = f"{bare.truncated}, and {gone} exchanges that nothing refers to"
    return msgspec.structs.replace(bare, exchanges=tuple(kept), truncated=note)


def _without_exchanges(report: Report) -> Report:
    return msgspec.structs.replace(report, exchanges=(), truncated=_note(report, "all exchanges were left out"))


def _without_values(report: Report) -> Report:
    facts = {name: msgspec.structs.replace(record, value=None) for name, record in report.facts.items()}
    note = "all exchanges and the values of facts were left out"
    return msgspec.structs.replace(report, exchanges=(), facts=facts, truncated=_note(report, note))


def _note(report: Report, text: str) -> str:
    return f"{report.truncated}; {text}" if report.truncated else text


def evidence(report: Report) -> frozenset[str]:
    """Ids of exchanges (and names of facts) that a finding, a diagnosis or another exchange's headers refer to."""
    ids = {one for entry in report.diagnosis for reason in entry.because for one in reason.evidence}
    ids |= {one for check in report.checks for finding in check.findings for one in finding.evidence}
    ids |= {name for exchange in report.exchanges for name in _shared_headers(exchange)}
    return frozenset(ids)


def _shared_headers(exchange: Exchange) -> tuple[str, ...]:
    return tuple(name for name in (exchange.request_headers_as, exchange.response_headers_as) if name)


def decode(data: bytes, name: str = "the report") -> Report:
    """Reads a report; unknown keys are ignored, unknown words kept. Raises UsageProblem, one line, for what is none."""
    major = _major(data, name)
    own = int(SCHEMA_VERSION.partition(".")[0])
    if major != own:
        age = "newer" if major > own else "older"
        raise UsageProblem(f"{name} has schema version {major}, {age} than this cgrdoctor understands ({own}.x)")
    try:
        report = _decoded(data)
        _refuse_deep(report, name)
        return report
    except msgspec.ValidationError as problem:
        raise UsageProblem(f"{name} is no report of cgrdoctor: {inert(str(problem))[:200]}") from None
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise UsageProblem(f"{name} is no JSON") from None


def _decoded(data: bytes) -> Report:
    """Raises msgspec.ValidationError for what is no report in the words of any version."""
    try:
        return msgspec.json.decode(data, type=Report)
    except msgspec.ValidationError:
        from cgrdoctor.report.later import opened

        read: Report = msgspec.json.decode(data, type=opened(Report))
        return read


def _refuse_deep(report: Report, name: str) -> None:
    values = (*report.run.options.values(), *(record.value for record in report.facts.values()))
    if not all(is_within(value, DEPTH) for value in values):
        raise UsageProblem(f"{name} is no report of cgrdoctor: it has values nested more than {DEPTH} deep")


class _Head(msgspec.Struct):
    """What must be understood before the rest is read."""

    schema_version: str


def _major(data: bytes, name: str) -> int:
    try:
        version = msgspec.json.decode(data, type=_Head).schema_version
    except msgspec.ValidationError:
        raise UsageProblem(f"{name} is no report of cgrdoctor: it has no schema_version") from None
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise UsageProblem(f"{name} is no JSON") from None
    number = version.partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise UsageProblem(f"{name} is no report of cgrdoctor: its schema_version is no version")
    return int(number)


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a report. Unknown keys are allowed, as they are in reports of later minor versions."""
    found = msgspec.json.schema(Report)
    return {"$schema": SCHEMA_URL, "title": f"A report of cgrdoctor, schema version {SCHEMA_VERSION}", **found}

"""The report as one line of JSON: short enough for a termination message of Kubernetes, whole enough to be merged."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from cgrdoctor.model import SCHEMA_VERSION, Confidence, Leg, Owner, Report, RunStatus, Struct
from cgrdoctor.report.clean import ACTIVE, inert, without_surrogates
from cgrdoctor.report.differing import differing

LIMIT = 4096
"""Bytes of a line, its end included."""

CODES = 32
"""Causes that a line names."""

NAME, CODE, SUBJECT = 1024, 128, 256
"""Characters of a name of a machine or an image, of a code, and of a subject."""

SHORTEST = 40
"""Characters to which a text is cut before it is left out."""


class Line(Struct, frozen=True, kw_only=True):
    """One run on one line: `-f line`, a line more in an `.ndjson`, `--verdict-to`.

    `leg`, `confidence`, `owner` and `fix` are those of the first cause; `subjects` go with `codes`.
    `exit` is the status that the run has found, whatever the process ended with. `report_sha256` is that of the JSON
    that the same run wrote.
    """

    schema_version: str
    node: str | None = None
    image: str | None = None
    status: RunStatus
    exit: int
    complete: bool
    codes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    leg: Leg | None = None
    confidence: Confidence | None = None
    owner: Owner | None = None
    seen: dict[str, str] = msgspec.field(default_factory=dict)
    summary: str = ""
    fix: str | None = None
    report_sha256: str | None = None


def line_of(report: Report, sha256: str | None = None) -> Line:
    """The line of a report, not yet cut."""
    first = report.diagnosis[0] if report.diagnosis else None
    entries = report.diagnosis[:CODES]
    return Line(
        schema_version=report.schema_version,
        node=_bounded(report.run.node, NAME),
        image=_bounded(report.target.image, NAME),
        status=report.status,
        exit=report.exit_status,
        complete=report.complete,
        codes=tuple(_shown(entry.code, CODE) for entry in entries),
        subjects=tuple(_shown(entry.subject, SUBJECT) for entry in entries),
        leg=first.leg if first else None,
        confidence=first.confidence if first else None,
        owner=first.owner if first else None,
        seen=differing(report),
        summary=_shown(report.summary, LIMIT),
        fix=_shown(first.remedy.summary, LIMIT) if first and first.remedy else None,
        report_sha256=sha256,
    )


def unfinished_line(node: str | None, image: str | None, summary: str, status: int) -> Line:
    """The line of a run that has no report."""
    return Line(
        schema_version=SCHEMA_VERSION,
        node=_bounded(node, NAME),
        image=_bounded(image, NAME),
        status="incomplete",
        exit=status,
        complete=False,
        summary=_shown(summary, LIMIT),
    )


def _shown(text: str, most: int) -> str:
    """Foreign text on one line; `most` characters are looked at, so that no text takes long."""
    return inert(text[:most])


def _bounded(text: str | None, most: int) -> str | None:
    return None if text is None else _shown(text, most)


def render(report: Report) -> str:
    """The line of a report whose JSON is not written, with a line feed at the end."""
    return encode(line_of(report)).decode()


def encode(line: Line) -> bytes:
    """At most 4,096 bytes of JSON and a line feed. What is too much is cut: fix, then summary, then what was seen."""
    data = _encode(line)
    if len(data) <= LIMIT:
        return data
    for shorter in _shortened(line):
        data = _encode(shorter)
        if len(data) <= LIMIT:
            return data
    return data


def _shortened(line: Line) -> Iterator[Line]:
    """Shorter and shorter lines; of the texts that stay, the last is cut no more than is needed."""
    over = len(_encode(line)) - LIMIT
    replace = msgspec.structs.replace
    yield replace(line, fix=_cut(line.fix or "", over) if line.fix else None)
    line = replace(line, fix=None)
    over = len(_encode(line)) - LIMIT
    yield replace(line, summary=_cut(line.summary, over))
    line = replace(line, summary=_cut(line.summary, len(line.summary)))
    while line.seen:
        line = replace(line, seen=dict(list(line.seen.items())[:-1]))
        yield line
    while len(line.codes) > 1:
        line = replace(line, codes=line.codes[:-1], subjects=line.subjects[: len(line.codes) - 1])
        yield line
    short = {name: value[:SUBJECT] for name, value in (("node", line.node), ("image", line.image)) if value}
    line = replace(line, **short, subjects=())
    yield line
    yield replace(line, summary=line.summary[:SHORTEST])


def _cut(text: str, over: int) -> str:
    """A text that takes at least `over` bytes less in JSON, if it may lose as many."""
    if over <= 0:
        return text
    kept = text
    while len(kept) > SHORTEST and len(_encoded(text)) - len(_encoded(kept)) < over + 3:
        missing = over + 3 - (len(_encoded(text)) - len(_encoded(kept)))
        kept = kept[: max(SHORTEST, len(kept) - max(1, missing // 6))]
    return kept if kept == text else f"{kept}..."


def _encoded(text: str) -> bytes:
    return msgspec.json.encode(without_surrogates(text))


def _encode(line: Line) -> bytes:
    """On one line, with active characters as escapes of JSON."""
    try:
        document = msgspec.json.encode(line).decode()
    except UnicodeEncodeError:
        tree = json.loads(json.dumps(msgspec.to_builtins(line)))
        document = msgspec.json.encode(_spoken(tree)).decode()
    return ACTIVE.sub(lambda found: json.dumps(found[0])[1:-1], document).encode() + b"\n"


def _spoken(tree: object) -> object:
    """The same without what UTF-8 has no bytes for."""
    if isinstance(tree, str):
        return without_surrogates(tree)
    if isinstance(tree, dict):
        return {without_surrogates(str(name)): _spoken(value) for name, value in tree.items()}
    return [_spoken(one) for one in tree] if isinstance(tree, list) else tree

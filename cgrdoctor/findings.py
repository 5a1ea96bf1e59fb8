"""How a check writes down what it found: `fail`, `warn`, `info`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from cgrdoctor.model import Because, Code, Confidence, Finding, Leg, Owner, Remedy, Rival, Severity


class Details(TypedDict, total=False):
    """What a finding may say beyond its summary and subject; see `cgrdoctor.model.Finding`."""

    setting: str | None
    expected: str | None
    actual: str | None
    evidence: Sequence[str]
    remedy: Remedy | None
    confidence: Confidence
    rivals: Sequence[Rival]
    leg: Leg | None
    explains: Sequence[str]
    because: Sequence[Because]
    owner: Owner | None


def fail(code: Code, summary: str, *, subject: str, **details: Unpack[Details]) -> Finding:
    """The pull asked for fails because of this, or would fail if nothing were cached."""
    return _finding(code, "fail", summary, subject, details)


def warn(code: Code, summary: str, *, subject: str, **details: Unpack[Details]) -> Finding:
    """Pulls work, but a setting departs from the guide or trouble is near."""
    return _finding(code, "warn", summary, subject, details)


def info(code: Code, summary: str, *, subject: str, **details: Unpack[Details]) -> Finding:
    """Normal, or undecidable from here."""
    return _finding(code, "info", summary, subject, details)


def graded(code: Code, severity: Severity, summary: str, *, subject: str, **details: Unpack[Details]) -> Finding:
    """A finding whose severity is known only at judgement."""
    return _finding(code, severity, summary, subject, details)


def _finding(code: Code, severity: Severity, summary: str, subject: str, details: Details) -> Finding:
    """A trouble without a remedy of its own has that of its code."""
    return Finding(
        code=code.name,
        leg=details.get("leg") or code.leg,
        severity=severity,
        summary=summary,
        subject=subject,
        setting=details.get("setting"),
        expected=details.get("expected"),
        actual=details.get("actual"),
        evidence=tuple(details.get("evidence", ())),
        remedy=details.get("remedy") or (Remedy(summary=code.fix) if severity != "info" else None),
        confidence=details.get("confidence", "certain"),
        rivals=tuple(details.get("rivals", ())),
        explains=tuple(details.get("explains", ())),
        because=tuple(details.get("because", ())),
        owner=details.get("owner") or code.owner,
    )

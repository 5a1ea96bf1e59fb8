"""What a person reads about a world, without what differs between two runs of it."""

from __future__ import annotations

import re

from cgrdoctor.model import Report
from cgrdoctor.report import text
from cgrdoctor.report.page import Style

_CHANGING = (
    (re.compile(r"\bx\d+(?: +|\b)"), "x# "),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z| UTC)?)?"), "[date]"),
    (re.compile(r"\b\d\d:\d\d(?::\d\d)?\b"), "[time]"),
    (re.compile(r"\b\d+(?:\.\d+)? (?:ms|s|min|h)\b|(?<=after )\d+\.\d+ \.\.\."), "[duration]"),
    (re.compile(r"\b\d+ requests?\b"), "[requests]"),
    (re.compile(r"\b(?:127\.0\.0\.1|localhost):\d+"), "[loopback]"),
    (re.compile(r"/tmp/cgrdoctor-lab-\w+"), "[folder]"),
    (re.compile(r"\b\d+ other causes?\b"), "[others]"),
)
_COUNTS = re.compile(r"  (?:[a-z]+ )?\d+ (?:ok|noted|n/a|not seen|warn|FAIL|WARN|error|requirement)", re.IGNORECASE)
"""How many checks found what, which depends on what this machine has installed."""


def wording(report: Report) -> str:
    """The default text, unwrapped."""
    lines = text.render(report, Style(wrapped=False)).rstrip("\n").split("\n")
    kept = "\n".join(line for line in lines if not _COUNTS.match(line))
    for pattern, name in _CHANGING:
        kept = pattern.sub(name, kept)
    return kept

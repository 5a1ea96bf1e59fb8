"""What must hold for the report of a run in this process, whatever was answered to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from client import SECRETS
from oracle import spellings

from cgrdoctor.engine.board import Outcome
from cgrdoctor.engine.declare import fact_name
from cgrdoctor.model import Report
from cgrdoctor.report import html, junit, markdown, text
from cgrdoctor.report import json as report_json
from cgrdoctor.report.validate import problems
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough

ACTIVE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
EXCHANGES = 120
"""Questions of a run, addresses and processes included, whatever the answers."""

LONGEST = 21.0
"""Seconds of a run with a deadline of 20."""


def shown(report: Report, loudness: int = 2) -> str:
    """Everything a user can get to see of a report; less of the text with less `loudness`."""
    formats = (html.render, junit.render, markdown.render, lambda one: text.render(one, text.Style(loudness=loudness)))
    return "\n".join([report_json.encode(report).decode(), *(render(report) for render in formats)])


def sound(report: Report, outcomes: Mapping[Any, Outcome], loudness: int = 2) -> None:
    """What no answer may change."""
    broken = {fact_name(kind): one.reason for kind, one in outcomes.items() if one.status == "broken"}
    broken |= {check.id: check.summary for check in report.checks if check.status == "error"}
    assert broken == {}
    everything = shown(report, loudness)
    assert list(problems(report_json.encode(report), "the report")) == []
    assert report.run.duration <= LONGEST
    assert ACTIVE.findall(everything) == []
    leaked = [name for name, secret in SECRETS.items() for one in spellings(secret) if one in everything]
    assert leaked == []
    assert len(report.exchanges) <= EXCHANGES
    pull = outcomes[PullThrough].fact if PullThrough in outcomes else None
    assert report.status != "healthy" or (pull is not None and pull.works), report.summary
    bare = [
        entry for entry in report.diagnosis if not (entry.confidence == "certain" or entry.rivals or entry.explains)
    ]
    assert [(entry.code, entry.summary) for entry in bare] == []

"""What is left to do once the deadline has passed is little, for the largest report that is kept."""

from __future__ import annotations

import os
import time
from itertools import count

import msgspec
import pytest

from cgrdoctor.config.settings import Invocation, invocation, resolve
from cgrdoctor.doctor import Examination
from cgrdoctor.engine.discovery import load
from cgrdoctor.engine.kept import EVERY_FACT, LARGEST, TEXT
from cgrdoctor.engine.plan import plan_catalogue
from cgrdoctor.model import Fact, Report
from cgrdoctor.privacy.recorder import BUDGET
from cgrdoctor.report import json, text

SECONDS = 0.2
"""Processor time in which the report is made and written."""

SECRETS = [
    f"{kind}-{number}/Qv7+{'kL2x' * length}=" for number, kind in enumerate(("pass", "token")) for length in (1, 200)
]
WORDS = (
    "HTTP 502: upstream cgr.dev said %3Cno gateway%3E \\u0022now\\u0022; digest sha256:{} for acme.com/python:3.12, "
)


class Large(Fact, frozen=True, kw_only=True):
    texts: tuple[str, ...]


class Larger(Fact, frozen=True, kw_only=True):
    texts: tuple[str, ...]


def prose(size: int) -> str:
    """An ordinary text of a peer, with quotings in it."""
    made, number = "", count()
    while len(made) < size:
        made += WORDS.format(f"{next(number):064x}")
    return made[:size]


@pytest.fixture(name="full")
def _full() -> Examination:
    """A run that has recorded all that a report keeps."""
    environ = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    settings = resolve({"image": "acme.jfrog.io/cgr-private/acme.com/python:3.12", "deadline": "30"}, environ)
    run = Examination(settings, written)
    run._catalogue = load()
    run._plan = plan_catalogue(run._catalogue, seeds=(Invocation,), only=(), skip=())
    run._board.give(invocation(settings))
    for secret in SECRETS:
        run._redaction.learn(secret, "test")
    body = prose(3 * 4096)
    for number in range(BUDGET // 2048):
        header = ("Via", prose(900) + str(number))
        run._recorder.add(
            "http", url=f"https://acme.jfrog.io/{number}", status=502, body=body.encode(), response_headers=[header]
        )
    for kind, size in ((Large, LARGEST), (Larger, EVERY_FACT - LARGEST)):
        run._board.give(kind(texts=(prose(TEXT - 200),) * (size // TEXT - 2)))
    return run


def written(report: Report) -> Report:
    json.encode(report)
    text.render(report)
    return report


def test_the_largest_report_is_made_in_little_time(full):
    best = min(_processor_time(full) for _ in range(3))

    report = full.report()
    assert sum(len(one.body_excerpt or "") for one in report.exchanges) > BUDGET / 4
    assert len(msgspec.json.encode(report.facts)) > EVERY_FACT * 3 / 4
    assert best <= SECONDS


def _processor_time(run: Examination) -> float:
    start = time.process_time()
    run._finish()
    return time.process_time() - start

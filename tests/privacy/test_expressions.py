"""No regular expression of the project takes more than linear time on anything that a peer can say.

`make test` runs each on a sample of the attacks, the same each time; `make hostile` on all of them.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from expressions import Call, called, held
from growth import CORE, PUMPS, complaint

HELD = held()
CALLED = called()
SIZE = 4096
WHOLE = os.environ.get("CGRDOCTOR_HOSTILE") == "whole"
SAMPLE = 6
"""Attacks on each expression in `make test`."""

CONSTANT = frozenset(
    (
        "cgrdoctor.privacy.typed",
        "cgrdoctor.symptoms.client",
        "cgrdoctor.symptoms.mechanism",
        "cgrdoctor_checks.facts.artifactory.upstream_stages",
        "cgrdoctor_checks.facts.artifactory.wording",
    )
)
"""Modules whose functions compile expressions of their own, which are found where they are kept."""


def literals(pattern: re.Pattern[Any]) -> list[str]:
    """The texts that an expression names, such as those it begins with."""
    tree = re._parser.parse(pattern.pattern, pattern.flags)  # type: ignore[attr-defined]  # what re itself reads it with
    return [*dict.fromkeys(run for run in _runs(tree) if run)][:12]


def _runs(tree: Any) -> Iterator[str]:
    run = ""
    for code, value in tree:
        if str(code) == "LITERAL":
            run += chr(value)
            continue
        yield run
        run = ""
        for inner in _trees(value):
            yield from _runs(inner)
    yield run


def _trees(value: Any) -> Iterator[Any]:
    if isinstance(value, re._parser.SubPattern):  # type: ignore[attr-defined]  # the same
        yield value
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _trees(inner)


def attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Beginnings and runs: of anything, and of what the expression itself names."""
    named = literals(pattern)
    yield from (("", pump) for pump in (*PUMPS, *named))
    yield from ((before, pump) for before in named for pump in (*CORE, *named))


def first_complaint(pattern: re.Pattern[Any], *, every: bool = WHOLE) -> str | None:
    of_bytes = isinstance(pattern.pattern, bytes)

    def everywhere(text: str) -> None:
        pattern.sub(b"" if of_bytes else "", text.encode() if of_bytes else text)

    def whole(text: str) -> None:
        pattern.fullmatch(text.encode() if of_bytes else text)

    met = [(work, *attack) for work in (everywhere, whole) for attack in attacks(pattern)]
    chosen = met if every else random.Random(ascii(pattern.pattern)).sample(met, SAMPLE)
    return next(filter(None, (complaint(*one, SIZE) for one in chosen)), None)


@pytest.mark.parametrize("name", HELD)
def test_every_expression_is_linear(name: str) -> None:
    assert first_complaint(HELD[name]) is None, HELD[name].pattern


@pytest.mark.parametrize("call", [call for call in CALLED if call.pattern is not None], ids=lambda call: call.place)
def test_every_expression_in_a_call_is_linear(call: Call) -> None:
    assert first_complaint(re.compile(call.pattern)) is None, call.pattern


def test_no_expression_is_put_together_from_what_a_text_says() -> None:
    assert {call.place.partition(":")[0] for call in CALLED if call.pattern is None} <= CONSTANT


@pytest.mark.parametrize("bad", [r"\\*\"", r"\b[a-z.-]*://", r"(\w+\s?)*:"])
def test_an_expression_that_is_not_linear_is_noticed(bad: str) -> None:
    assert first_complaint(re.compile(bad), every=True)

"""What the doctor said of each simulated fault: what was seen, the fix for it, the first rows of the screen.

Kept as data beside this module, so that `explain` and the docs show it without a network; `python -m docs.examples`
makes it of real runs, and every test that runs a world holds what it sees against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from cgrdoctor.model import Diagnosis, Report

KEPT = "examples.json"

PORT = "18080"
"""Stands for a port that was free at the time."""

HOME = "/home/you"
"""Stands for the folder of a simulated machine."""

REST = ("  Then", "  Owner", "  Or")
"""Where the first rows end: behind the fix."""

_NUMBER = re.compile(r"(?<![\w.-])x(\d+)(?![\w.-])( *)")
_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d{4,5}\b")
_FOLDER = re.compile(r"/tmp/cgrdoctor-lab-\w+")  # noqa: S108 - a name in a text, nothing is opened
_NO_HOME = re.compile(r"(?:/tmp/cgrdoctor-\w+|/nonexistent)(?:/\.docker)?(?=/config\.json)")
_DIGEST = re.compile(r"([0-9a-f]{12})[0-9a-f]{20,}")
_VARIES = re.compile(
    r"(?<![\d.])\d+(?:\.\d+)?(?= ?(?:m?s\b|\.\.\.))|\d{4}-\d\d-\d\d[T ][\d:.]+Z?|\b[0-9a-f]{12,}\b"
    r"|\b\d\d:\d\d(?::\d\d)?\b|(?<!\d)\d+ KiB"
)
"""Seconds, times, sizes and digests differ from run to run."""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """The first cause of a run. `rows` are those of a terminal of 80 columns; none where another world shows them."""

    code: str
    owner: str
    seen: str
    fix: str
    rows: tuple[str, ...] = ()


def example_of(report: Report) -> Example | None:
    """What a report says first; None if it names no cause."""
    from cgrdoctor.report import text

    if not report.diagnosis:
        return None
    first = report.diagnosis[0]
    rows = text.render(report).splitlines()
    end = next((place for place, row in enumerate(rows) if row.startswith(REST)), len(rows))
    return Example(
        code=first.code,
        owner=first.owner,
        seen=_lasting(first.summary),
        fix=_fix(first),
        rows=tuple(numbered(rows[:end])),
    )


def _fix(entry: Diagnosis) -> str:
    return _lasting(entry.remedy.summary) if entry.remedy else ""


def _lasting(words: str) -> str:
    return _settled_names(words.strip().rstrip("."))


def numbered(rows: Sequence[str]) -> list[str]:
    """The rows with exchanges numbered as they are named: which number one gets depends on the moment."""
    known: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        name = f"x{known.setdefault(match[1], str(len(known) + 1))}"
        column = not match.string[: match.start()].removeprefix("  Seen").strip()
        return name.ljust(len(match[0])) if column else name + match[2]

    return [_settled_names(_NUMBER.sub(renamed, row)) for row in rows]


def _settled_names(words: str) -> str:
    """A port and a folder stand for any, and of a digest the beginning is enough."""
    return _NO_HOME.sub(f"{HOME}/.docker", _FOLDER.sub(HOME, _DIGEST.sub(r"\1...", _PORT.sub(PORT, words))))


def same(one: Example, other: Example) -> bool:
    """Whether two runs of a world said the same, apart from what differs between runs."""
    rows = not one.rows or not other.rows or _settled(" ".join(one.rows)) == _settled(" ".join(other.rows))
    facts = [(each.code, each.owner, _settled(each.seen), _settled(each.fix)) for each in (one, other)]
    return rows and facts[0] == facts[1]


def _settled(words: str) -> str:
    return _VARIES.sub("#", " ".join(words.split()))


@cache
def examples() -> Mapping[str, Example]:
    """By the name of the world."""
    return msgspec.json.decode(files(__package__).joinpath(KEPT).read_bytes(), type=dict[str, Example])


def shown(code: str) -> tuple[str, ...]:
    """The first rows of a screen with this code; none if no world has it."""
    return next((one.rows for one in examples().values() if one.code == code and one.rows), ())


def fixes(code: str) -> tuple[Example, ...]:
    """One example of each fix that a world of this code was given."""
    found: dict[str, Example] = {}
    for one in examples().values():
        if one.code == code and one.fix:
            found.setdefault(one.fix, one)
    return tuple(found.values())

"""The page of the JSON report: read off the structures that a report is written from, and their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from cgrdoctor.fleet.summary import Summary
from cgrdoctor.model import SCHEMA_VERSION, Digest, ExitStatus, Moment, Report
from cgrdoctor.report.line import Line
from cgrdoctor.sweep import model as sweep

INTRODUCTION = (
    "`-f json` prints one document a run, `-o report.json` writes it; `cgrdoctor schema` prints its JSON Schema, "
    "`cgrdoctor report validate` holds a file against it. It is the one thing that every other format, `report show`, "
    "`diff`, `verify`, `reanalyze`, `redact` and `merge` read. At the end of this page stand `Line`, the same run in "
    "at most 4,096 bytes, `Summary`, what `report merge -f json` makes of many, and what `sweep -f json` prints: a "
    "`Line of a sweep` an image as it goes, and the `Summary of a sweep` last."
)
PROMISE = (
    f"`schema_version` is {SCHEMA_VERSION}. Within a major number nothing is renamed or removed: keys, codes, ids of "
    "checks and names of facts stay, and keys may be added, which raises the minor number. Every report of the major "
    "number is read: a key that is not there is null or empty, one that is not known is kept. Another major number "
    "ends a command with exit status 2. Of the sets of words below only those of `status`, `severity` and "
    "`confidence` are closed; the others may grow."
)
READING = (
    "Times are RFC 3339 in UTC, durations are seconds. Ids of exchanges and names of facts in `evidence`, `needs` and "
    "`blocked_by` are found in `exchanges` and `facts`. Secrets are taken out before a text gets into the report."
)
ENDINGS = {
    ExitStatus.WELL: "nothing at or above `--fail-on` was found, and the run is complete",
    ExitStatus.FOUND: "a finding at or above `--fail-on`, in a complete run or not",
    ExitStatus.UNUSABLE: "command line, settings file or IMAGE cannot be used; one line on standard error, no report",
    ExitStatus.INCOMPLETE: "the run is incomplete: its deadline came, something of ours broke, an output could not be "
    "written, or what was asked was not decided",
    ExitStatus.INTERRUPTED: "SIGINT; the report holds what was known by then",
    ExitStatus.HELD: "the interpreter was held beyond the deadline and was ended by SIGALRM: a bug of ours, no report",
    ExitStatus.TERMINATED: "SIGTERM; the report holds what was known by then",
}
NAMED: dict[Any, str] = {Moment: "time", Digest: "hexadecimal text"}
PLAIN: dict[Any, str] = {str: "text", bool: "true or false", int: "number", float: "number", Any: "anything"} | {
    object: "anything"
}


def report_page() -> list[str]:
    """The paragraphs of the page, its title excepted."""
    statuses = _table(("Status", "When"), ((f"`{int(one)}`", text) for one, text in ENDINGS.items()))
    parts = [
        INTRODUCTION,
        PROMISE,
        READING,
        "## Exit status",
        "`exit_status`, and what the command itself ends with.",
        statuses,
    ]
    kinds = (Report, Line, Summary, sweep.Line, sweep.Summary)
    for kind in dict.fromkeys(part for whole in kinds for part in structures(whole)):
        hints = get_type_hints(kind, include_extras=True)
        rows = ((f"`{field.name}`", written(hints[field.name])) for field in msgspec.structs.fields(kind))
        parts += [f"## {title(kind)}", _prose(kind), _table(("Key", "Value"), rows)]
    return parts


def title(kind: type[msgspec.Struct]) -> str:
    """The heading of a structure; a sweep has a line, a cause and a summary of its own."""
    return f"{kind.__name__} of a sweep" if kind.__module__ == sweep.__name__ else kind.__name__


def structures(kind: Any) -> list[type[msgspec.Struct]]:
    """The structures of a report, each once, in the order in which they are met."""
    found: dict[type[msgspec.Struct], None] = {}
    waiting = [kind]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one not in found:
            found[one] = None
            waiting += [part for hint in get_type_hints(one).values() for part in _parts(hint)]
    return list(found)


def _parts(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from _parts(part)


def written(hint: Any) -> str:
    """A type in words."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in NAMED:
        return NAMED[hint]
    if origin is Annotated:
        return written(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin in (Union, UnionType):
        return " or ".join([written(one) for one in arguments if one is not NoneType] + ["null"])
    if origin is tuple:
        return (
            f"list of {written(arguments[0])}" if Ellipsis in arguments else f"[{', '.join(map(written, arguments))}]"
        )
    if origin is dict:
        return f"object: {written(arguments[1])} by name"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return f"[{title(hint)}](#{title(hint).lower().replace(' ', '-')})"
    return PLAIN[hint]


def _prose(kind: type) -> str:
    return re.sub(r"\s*\n\s*", " ", inspect.getdoc(kind) or "")


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

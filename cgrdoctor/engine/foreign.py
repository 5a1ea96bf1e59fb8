"""Code of others inside a run: whatever it raises is its own error, and what it brings into the report has a size.

The bounds hold for every check and probe; ours stay far below them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import msgspec

from cgrdoctor.model import Code, Command, Finding, Struct
from cgrdoctor.privacy.truncate import cut

TEXT = 2000
"""Characters of one text of a finding."""

COMMAND = 8000
"""Characters of one command; a block of Terraform takes more room than a sentence."""

MANY = 60
"""Members of one list of a finding: evidence, rivals, steps, commands."""

READ = 1000
"""Findings of one check that are looked at; a check may go on yielding for ever."""

KEPT = 100
"""Findings of one check that are kept, those of the highest severity."""

FOREIGN_FINDINGS = 128 * 1024
"""Bytes of all findings of other packages' checks in one report; ours have no such bound."""

FOREIGN_FACTS = 128 * 1024
"""Bytes of all facts of other packages' probes in one report: their share of `kept.EVERY_FACT`, which leaves the rest
to ours, however much the others observe.
"""

REASON = 500
"""Characters of why something could not be looked at, or broke."""

OnBug = Callable[[str, BaseException], None]
"""Is told where something broke, and with what."""

S = TypeVar("S", bound=Struct)

_READY = (msgspec.json.Decoder(Finding), msgspec.json.Decoder(Code))
"""msgspec reads a type when it meets it first, and two threads that do so at the same time crash the interpreter."""


def said(error: BaseException) -> str:
    """Type and text of an error on one line, whatever its author made of them."""
    try:
        return cut(f"{type(error).__name__}: {' '.join(str(error).split())}", REASON)
    except BaseException:  # noqa: BLE001 - an error's own text may break in any way
        return "an error whose text cannot be read"


def worded(reason: object) -> str:
    """The reason an outcome of a probe or check gives, as a text of bounded length."""
    return cut(reason, REASON) if type(reason) is str else said(TypeError(f"a reason that is no text: {reason!r:.80}"))


@dataclass(slots=True)
class Read:
    """Findings as they were read: whether there are `more` than these, and how many were `cut` to size."""

    findings: list[Finding] = field(default_factory=list)
    more: bool = False
    cut: int = 0


def read_findings(yielded: Iterable[Any], allowed: Sequence[str]) -> Read:
    """The first findings of a check, each cut to size. Raises TypeError or ValueError for what is no finding of it."""
    read = Read()
    for one in islice(yielded, READ + 1):
        if len(read.findings) == READ:
            read.more = True
            break
        if not isinstance(one, Finding):
            raise TypeError(f"yielded {type(one).__name__}, not a Finding")
        if one.code not in allowed:
            raise ValueError(f"yielded the code {worded(one.code)!r}, which it does not declare")
        read.findings.append(small := sized(one))
        read.cut += small is not one
    return read


def sized(value: S) -> S:
    """A structure whose texts and lists are at most as long as a report takes; the same one if they are."""
    limit = COMMAND if isinstance(value, Command) else TEXT
    changes = {}
    for name in value.__struct_fields__:
        old = getattr(value, name)
        if (new := _sized(old, limit)) is not old:
            changes[name] = new
    return msgspec.structs.replace(value, **changes) if changes else value


def sized_any(value: Any) -> Any:
    """The same for a text or a list outside a structure."""
    return _sized(value, TEXT)


def _sized(value: Any, limit: int) -> Any:
    if isinstance(value, str):
        return cut(value, limit)
    if isinstance(value, Struct):
        return sized(value)
    if isinstance(value, tuple | list):
        members = [_sized(member, limit) for member in value[:MANY]]
        same = len(members) == len(value) and all(new is old for new, old in zip(members, value, strict=True))
        return value if same else tuple(members)
    return value


def bare(finding: Finding) -> Finding:
    """A finding without what goes with it, where a report has no room."""
    return msgspec.structs.replace(
        finding, summary=cut(finding.summary, REASON), evidence=(), remedy=None, rivals=(), explains=(), because=()
    )


def checked(value: S) -> S:
    """A structure made by foreign code, proven to be what its type says. Raises TypeError or ValueError."""
    try:
        return msgspec.convert(msgspec.to_builtins(value), type(value))
    except (msgspec.ValidationError, RecursionError, OverflowError) as problem:
        raise ValueError(f"{type(value).__name__}: {problem}") from None


def size_of(value: Struct) -> int:
    """Bytes of a structure in a report. Raises TypeError or ValueError for one that cannot be written."""
    try:
        return len(msgspec.json.encode(value))
    except UnicodeEncodeError:
        return len(repr(value))
    except (msgspec.MsgspecError, RecursionError, OverflowError) as problem:
        raise ValueError(str(problem)) from None


def interrupter() -> Callable[[threading.Thread], None]:
    """What raises SystemExit in a thread that computes and computes, so that it takes no time from all others.

    A thread that waits for something meets it only then; one that will not hear goes on. Made before it is needed,
    because nothing can be loaded in good time beside such a thread.
    """
    try:
        import ctypes

        raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    except (ImportError, AttributeError):
        return lambda _thread: None
    return lambda thread: _ignored(raise_in(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)))


def _ignored(_result: object) -> None:
    """How many threads were met: the one that is meant, or none because it has ended meanwhile."""

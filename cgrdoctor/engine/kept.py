"""The facts of a run as its report keeps them: bounded, and redacted the moment they are observed.

So little is left to do when the run ends: only what was learnt since is looked for once more.
"""

from __future__ import annotations

import threading
from typing import Any

import msgspec

from cgrdoctor.engine.board import Outcome
from cgrdoctor.model import Fact, FactRecord
from cgrdoctor.privacy.redact import Redaction
from cgrdoctor.privacy.truncate import cut
from cgrdoctor.privacy.typed_walk import DEPTH, TOO_DEEP

TEXT = 4096
"""Characters of a text in a fact."""

LARGEST = 320 * 1024
"""Bytes of one fact as JSON: a list of two thousand repositories fits."""

EVERY_FACT = 512 * 1024
"""Bytes of all facts together, ours and those of other packages (whose share is `foreign.FOREIGN_FACTS`); of one that
does not fit any more only that it was observed is kept.
"""


class Kept:
    """Records of facts by their type. Thread-safe: the report may be written by a watchdog at any moment."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._lock = threading.Lock()
        self._records: dict[type[Fact], tuple[Outcome, int, FactRecord]] = {}
        self._left = EVERY_FACT

    def record(self, outcome: Outcome) -> FactRecord:
        """The outcome as it stands in the report."""
        known, generation = self._records.get(outcome.fact_type), self._redaction.generation
        if known is None or known[0] is not outcome:
            record = self._made(outcome)
        else:
            value = self._redaction.again(known[2].value, known[1], outcome.fact_type)
            record = _with(self._redaction.again(_with(known[2], None), known[1]), value)
        self._records[outcome.fact_type] = (outcome, generation, record)
        return record

    def _made(self, outcome: Outcome) -> FactRecord:
        try:
            told = _bounded_record(outcome.record())
            size = len(msgspec.json.encode(told.value))
        except (RecursionError, TypeError, ValueError) as error:
            return FactRecord(status="broken", reason=f"its value cannot be written ({type(error).__name__})")
        with self._lock:
            fits = size <= min(LARGEST, self._left)
            self._left -= size if fits else 0
        if not fits:
            told = _with(told, None, f"its value of {size} bytes is too large for a report")
        clean = self._redaction.tree(told.value, outcome.fact_type)
        return _with(self._redaction.struct(_with(told, None)), clean)


def _with(record: FactRecord, value: Any, reason: str | None = None) -> FactRecord:
    return msgspec.structs.replace(record, value=value, reason=reason or record.reason)


def _bounded_record(record: FactRecord) -> FactRecord:
    reason = cut(record.reason, TEXT) if record.reason else record.reason
    return msgspec.structs.replace(record, reason=reason, value=_bounded(record.value, 0))


def _bounded(value: Any, depth: int) -> Any:
    """Data with its texts cut; what is nested too deep is left out."""
    if isinstance(value, str):
        return cut(value, TEXT)
    if isinstance(value, (dict, list, tuple)) and depth > DEPTH:
        return TOO_DEEP
    if isinstance(value, dict):
        return {_bounded(key, depth): _bounded(item, depth + 1) for key, item in value.items()}
    return [_bounded(item, depth + 1) for item in value] if isinstance(value, (list, tuple)) else value

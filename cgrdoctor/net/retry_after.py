"""How long a peer asks to be left alone (RFC 9110, 10.2.3: seconds, or a moment by its own clock)."""

from __future__ import annotations

from datetime import datetime

from cgrdoctor.net.answer import parse_date

LONGEST = 31 * 86400
"""Seconds; more is no answer to the question when to come back."""


def delay(value: str | None, sent: datetime | None) -> int | None:
    """Seconds to wait from the moment an answer was `sent`; None for no value, none that can be read, or none ahead."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        seconds = int(text[:12])
    else:
        until = parse_date(text)
        if until is None or sent is None:
            return None
        seconds = round((until - sent).total_seconds())
    return seconds if 0 < seconds <= LONGEST else None

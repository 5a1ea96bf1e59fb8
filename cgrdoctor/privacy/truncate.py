"""A foreign text cut to a length, with a mark: redaction takes out what a cut left of a secret before it."""

from __future__ import annotations

ELLIPSIS = "…"


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of a text, the last of them an ellipsis if some are missing."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS

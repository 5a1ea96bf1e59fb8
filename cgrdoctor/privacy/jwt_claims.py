"""Reads what a token says of itself, without verifying it: a hint for people, never a verdict."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from cgrdoctor.net.bounded_json import read_json

LIMIT = 64 * 1024
"""Characters of a token that are looked at."""


def claims(token: str) -> dict[str, Any] | None:
    """The payload of a JWT, None for anything that is none. Never raises."""
    parts = token.strip().split(".") if len(token) <= LIMIT else []
    if len(parts) != 3:
        return None
    try:
        raw = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        value = read_json(raw)
    except (binascii.Error, ValueError):
        return None
    return value if isinstance(value, dict) else None


def expiry(told: dict[str, Any]) -> datetime | None:
    """The `exp` claim, UTC; None if there is none or it is no time."""
    raw = told.get("exp")
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        return datetime.fromtimestamp(raw, UTC)
    except (ValueError, OverflowError, OSError):
        return None

"""What people put in the place of what they do not show."""

from __future__ import annotations

import re

MASK = re.compile(
    r"[*•…]|\.{3}|x{4,}|redacted|masked|sensitive|removed|hidden|<[^<>]{0,60}>|\[[^\[\]]{0,60}\]", re.IGNORECASE
)


def is_masked(text: str) -> bool:
    """Whether nothing but masks stands there."""
    return MASK.search(text) is not None and not MASK.sub("", text).strip()

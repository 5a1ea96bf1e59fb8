"""What a refusal gives as its reason, beyond that it refuses."""

from __future__ import annotations

import re

from cgrdoctor.net.refusal_words import PERMISSION

_BEHIND = re.compile(r"permission for [\w-]+:\s*\S")
_BARE = ("", "forbidden", "access denied", "access is denied", "denied", "unauthorized", "unauthorised")
_LETTERS = re.compile(r"[A-Za-z]+")
_KIND = re.compile(r"requested access to the resource is denied", re.IGNORECASE)


def gives_reason(message: str) -> bool:
    """Whether a refusal says more than that it refuses: behind its own words, or in words of another kind."""
    if PERMISSION.search(message):
        return _BEHIND.search(message) is not None
    return not _KIND.search(message) and " ".join(_LETTERS.findall(message[:200])).lower() not in _BARE

"""Include and exclude patterns as Artifactory reads them, for the lab: the doctor's own reading is held against it."""

from __future__ import annotations

import re


def matched(includes: str, excludes: str, path: str) -> bool:
    """Whether a path passes both pattern lists of a repository."""
    included = any(_matches(pattern, path) for pattern in includes.split(","))
    return included and not any(_matches(pattern, path) for pattern in excludes.split(",") if pattern)


ANT = re.compile(r"(/\*\*/|^\*\*/|/\*\*$|\*\*|\*|\?)")
SPELLED = {"/**/": "/(?:.*/)?", "**/": "(?:.*/)?", "/**": "(?:/.*)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _matches(pattern: str, path: str) -> bool:
    """Ant's patterns: `*` and `?` stay within a segment, `**` spans segments; what ends in a slash is all below."""
    spelled = pattern.strip()
    spelled += "**" if spelled.endswith("/") else ""
    parts = ANT.split(spelled)
    return re.fullmatch("".join(SPELLED.get(part, re.escape(part)) for part in parts), path) is not None

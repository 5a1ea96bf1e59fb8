"""References with more in their path than key and image: the path of a URL before the key, cgr.dev's name behind it.

Seen in reports of builds and clusters (2026): `HOST/artifactory/KEY/...`, `HOST/artifactory/api/docker/KEY/...`,
`HOST/v2/KEY/...`, addresses of the UI (`HOST/ui/native/KEY/...`, `HOST/ui/repos/tree/General/KEY/...`),
`HOST/KEY/cgr.dev/...`.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile

import msgspec

from cgrdoctor.net.reference import Reference

UPSTREAM = "cgr.dev"

URL_PARTS = ("artifactory", "api", "docker", "v2", "ui", "native", "repos", "tree", "general", "webapp", "home")
"""Segments of Artifactory's own URLs that stand before a repository key, in lower case."""


BEGINNINGS = ("artifactory", "api", "v2", "ui", "webapp")
"""Those that such a path begins with; the others are what repositories are called as well (`docker`)."""


class Misplaced(msgspec.Struct, frozen=True):
    """`path` is the reference's without what does not belong there, `extra` that; `key` whether it begins with a key
    that was seen.
    """

    path: str
    extra: str
    key: bool


def misplaced(reference: Reference, keys: Collection[str]) -> Misplaced | None:
    """What does not belong in the path, or None. `keys` are those of the repositories that were seen."""
    segments = reference.segments
    start = 0 if segments[0] in keys else _key_at(segments, keys)
    rest = segments[start:]
    extra = list(segments[:start])
    behind = 1 if rest[0] in keys or (extra and rest[0] != UPSTREAM) else 0
    if len(rest) > behind + 1 and rest[behind] == UPSTREAM:
        extra.append(UPSTREAM)
        rest = (*rest[:behind], *rest[behind + 1 :])
    if not extra or len(rest) < 2:
        return None
    return Misplaced("/".join(rest), "/".join(extra), rest[0] in keys)


def _key_at(segments: tuple[str, ...], keys: Collection[str]) -> int:
    """Where the last key stands behind parts of a URL alone (`docker` may be both); without one, where those end."""
    if segments[0].lower() not in BEGINNINGS:
        return 0
    parts = len([*takewhile(lambda segment: segment.lower() in URL_PARTS, segments[:-1])])
    return next((place for place in range(parts, -1, -1) if segments[place] in keys), parts)

"""How a case from the field is known: the word before the first colon of its source."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "captured": "the bytes of a real answer were published",
    "words": "its text was published, status and envelope were not",
    "reported": "a public thread or note tells of it; how much of the answer it shows is not recorded here",
    "vendor": "a page of the vendor's tells of it",
    "source": "read in a program's source",
    "decompiled": "somebody's reading of a release of Artifactory",
    "made": "made after others of its kind",
}
UNSTATED = "not said"


def evidence(source: str) -> tuple[str, str]:
    """The kind of evidence, and the source without it."""
    kind, colon, rest = source.partition(":")
    return (kind, rest.strip()) if colon and kind in KINDS else (UNSTATED, source)

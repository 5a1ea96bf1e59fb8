"""The edge that cgr.dev stands behind (Google's), by the answers that it gives in cgr.dev's place.

Read off captured answers: `Server: Google Frontend`, `Via: 1.1 google`, a page of a title that is the bare status.
"""

from __future__ import annotations

import re

from cgrdoctor.net.step import Step

TITLE = re.compile(
    r"(?:error )?[45]\d\d(?: \([a-z ]{1,40}\))?!{0,2}\d?|(?:error )?5\d\d[ :-]{1,3}[a-z -]{1,40}", re.IGNORECASE
)
"""Titles of the pages of the edge: the status alone, `403`, `Error 502 (Server Error)!!1`; of a 5xx, which no filter
answers on purpose, with its usual words, `502 Bad Gateway`.
"""

FILTERS = re.compile(
    r"squid|zscaler|blue ?coat|mcafee|skyhigh|forti|netskope|palo ?alto|websense|forcepoint|symantec|sophos|barracuda"
    r"|checkpoint|check point|iboss|umbrella|menlo",
    re.IGNORECASE,
)
"""What filters on the way call themselves in Server and Via; whatever their pages look like, they are not the edge."""

QUOTED = re.compile(
    r"<title>\s{0,5}(?:error )?403(?: \(forbidden\))?!{0,2}\d?\s{0,5}</title|permission to get url"
    r"|\bgoogle frontend\b|\b1\.1 google\b",
    re.IGNORECASE,
)
"""What a text holds that quotes a refusal of the edge."""


def is_edge(step: Step) -> bool:
    """Whether an answer for cgr.dev is one of the edge, by its headers or by its bare title.

    cgr.dev's own answers pass through it and bear its headers too, but they are JSON.
    """
    headers = f"{step.header('server') or ''} {step.header('via') or ''}"
    if step.shape not in ("html", "text") or FILTERS.search(headers):
        return False
    if "google" in headers.lower():
        return True
    return step.shape == "html" and TITLE.fullmatch(step.title.strip()) is not None


def quotes_edge(text: str) -> bool:
    """Whether a text of Artifactory's quotes a page of the edge's refusal."""
    return QUOTED.search(text) is not None

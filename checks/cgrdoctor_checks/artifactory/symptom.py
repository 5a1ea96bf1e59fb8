"""What an answer of Artifactory's registry means, by (endpoint, status, code, message, content type) together.

Artifactory folds most upstream troubles into a few answers (facts from JFrog's knowledge base, Artifactory OSS 6.20 and
captures of 7.161). A text decides only where it names a mechanism; a text nobody has seen falls back to the status.
"""

from __future__ import annotations

import re
from typing import Literal

from cgrdoctor.net.registry import Step

Symptom = Literal[
    "ok",
    "transport",
    "html",
    "page",
    "unauthorized",
    "forbidden",
    "unfound",
    "upstream-token",
    "upstream-transport",
    "assumed-offline",
    "offline",
    "blacked-out",
    "pattern",
    "mime",
    "xray",
    "curation",
    "rate-limited",
    "unsupported-route",
    "storage-full",
    "lock-down",
    "unavailable",
    "wrong-content",
    "not-registry",
    "refused",
]

UpstreamStage = Literal["dns", "connect-timeout", "refused", "unreachable", "tls", "proxy", "reset", "read-timeout", ""]

_SPELLINGS: tuple[tuple[Symptom, str], ...] = (
    ("xray", r"\bxray\b"),
    ("curation", r"\bcurat(?:ion|ed)\b"),
    ("assumed-offline", r"assumed[ -]?offline|temporarily (?:set |marked )?offline"),
    ("blacked-out", r"black(?:ed|listed)?[ -]?out"),
    ("pattern", r"(?:include|exclude|inclusion|exclusion)[ /a-z]*pattern"),
    ("mime", r"mime[ -]?types?"),
    (
        "upstream-token",
        (
            r"(?:fetch|obtain|get|acquir\w*|retriev\w*|request\w*|exchang\w*)[ a-z]{0,20}\btoken"
            r"|token[ a-z]{0,30}(?:fail\w*|refus\w*|reject\w*|denied)"
            r"|(?:invalid|bad|wrong|incorrect|rejected)\b.{0,40}(?:username|credential|password).{0,60}remote"
            r"|remote.{0,80}(?:credential|username|password)\w*\b.{0,30}(?:invalid|wrong|reject|refus|fail)"
            r"|realm:? ?https?://cgr\.dev"
        ),
    ),
    ("rate-limited", r"rate ?limit|too ?many ?requests"),
    ("unsupported-route", r"unsupported docker"),
    (
        "lock-down",
        (
            r"\beula\b|licen[sc]e (?:has )?(?:expired|invalid|not installed|is missing)"
            r"|licen[sc]e expired|no valid licen[sc]e"
        ),
    ),
    ("storage-full", r"disk usage|no space left|storage quota|quota exceeded|datastore"),
    (
        "upstream-transport",
        (
            r"connect(?:ion)? (?:to \S+ .{0,60})?(?:timed? ?out|refused|reset)|connection (?:closed|aborted)"
            r"|unknownhost|nosuchhost|unresolved|name or service not known|no route to host|network is unreachable"
            r"|pkix|certification path|handshake|read timed out|socket ?timeout|proxy authentication required"
            r"|failed retrieving resource|error in getting information|tunnel|bad gateway|gateway time-?out"
        ),
    ),
    ("offline", r"\bis (?:set |marked )?offline\b|\boffline\b.{0,40}not found"),
)
_TEXTS = tuple((meaning, re.compile(pattern, re.IGNORECASE)) for meaning, pattern in _SPELLINGS)

_STAGE_SPELLINGS: tuple[tuple[UpstreamStage, str], ...] = (
    ("proxy", r"\b407\b|proxy|tunnel"),
    ("tls", r"pkix|certificat|ssl|handshake|trust anchor"),
    ("dns", r"unknownhost|name or service not known|nosuchhost|unresolved|could not resolve|nxdomain|dns"),
    ("refused", r"refused"),
    ("unreachable", r"no route|unreachable"),
    ("read-timeout", r"read timed? ?out|sockettimeout(?!.*connect)"),
    ("connect-timeout", r"connect(?:ion)?\b.{0,120}timed? ?out|connecttimeout|timed? ?out|timeout"),
    ("reset", r"reset|closed|aborted"),
)
_STAGES = tuple((stage, re.compile(pattern, re.IGNORECASE)) for stage, pattern in _STAGE_SPELLINGS)


def symptom(step: Step | None) -> Symptom:
    """The mechanism a step of a pull through Artifactory shows."""
    if step is None:
        return "unfound"
    if step.ok:
        return "ok"
    if step.failure is not None:
        return "transport"
    if step.status is not None and step.status < 300:
        return "page" if step.shape == "html" else "wrong-content"
    named = None if step.shape == "html" else _named(step.message)
    if named is not None:
        return named
    return _by_status(step)


def _named(message: str) -> Symptom | None:
    return next((meaning for meaning, pattern in _TEXTS if pattern.search(message)), None)


def _by_status(step: Step) -> Symptom:
    status = step.status
    if status == 429:
        return "rate-limited"
    if status in (413, 507):
        return "storage-full"
    if status in (502, 503, 504):
        return "unavailable"
    if step.shape == "html":
        return "html"
    if status == 401:
        return "unauthorized"
    if status == 403:
        return "forbidden"
    if status == 404:
        return "unfound" if step.shape in ("oci", "artifactory", "empty", "json-other", "access") else "not-registry"
    return "unavailable" if status == 500 and not step.message else "refused"


def upstream_stage(message: str) -> UpstreamStage:
    """Which stage towards upstream a transport message names, empty if none."""
    return next((stage for stage, pattern in _STAGES if pattern.search(message)), "")

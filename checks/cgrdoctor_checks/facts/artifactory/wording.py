"""Which mechanism the words of an answer name, whatever names of repositories, images and hosts stand among them.

The spellings are stems and word pairs, not sentences: Artifactory's texts differ by version, and the Docker API wraps
Java's. What names a single stage (a refused connection, an untrusted certificate) counts more than what only says that
something failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from cgrdoctor_checks.facts.artifactory.upstream_stages import UpstreamStage, stage_in, whole_word

Mechanism = Literal[
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
    "exhausted",
    "content-lost",
]

_FETCHING = r"(?:fetch|obtain|get|acquir|retriev|request|exchang|issu|negotiat|receiv)\w*"
_BAD = r"(?:invalid|bad|wrong|incorrect|reject\w*|refus\w*|expired|denied|fail\w*|not accepted|unusable)"
_LOGIN = r"(?:user ?names?|credentials?|passwords?|tokens?|logins?)"
_STORE = r"(?:file ?store|binary ?(?:store|provider)|object ?store|bucket|\bs3\b)"
_NOT_THERE = r"(?:missing|not found|no content|absent|lost|does not exist)"
_UNFOUND = r"(?:could not|couldn't|can ?not|can't|unable to|failed to)"
_UPSTREAM = r"(?:remote|upstream|cgr\.dev)"
_TYPE = r"(?:mime|content|media)[ -]?types?"

_SPELLINGS: Mapping[Mechanism, Iterable[str]] = {
    "xray": (whole_word("xray"),),
    "curation": (whole_word("curat(?:ion|ed)"),),
    "assumed-offline": (
        r"assum\w{0,10}(?: to be| that it is| as)?[ -]?off-?line|off-?line[ a-z,]{0,20}assum\w",
        r"(?:temporar|momentar)\w{1,5}[ a-z]{0,20}off-?line|off-?line[ a-z]{0,10} (?:temporar|momentar)\w",
    ),
    "blacked-out": (r"black(?:ed|listed)?[ -]?out",),
    "pattern": (r"(?:includ|exclud|inclusion|exclusion)\w{0,8}[ /a-z]{0,40}pattern",),
    "mime": (
        rf"mime[ -]?types?|{_TYPE}\b.{{0,80}}(?:mismatch|unexpected|not allowed|blocked)",
        rf"(?:mismatch|unexpected|disallowed).{{0,20}}{_TYPE}",
    ),
    "rate-limited": (r"rate[ -]?limit|too ?many ?requests|throttl(?:ed|ing)",),
    "unsupported-route": (r"unsupported docker",),
    "lock-down": (
        r"\beula\b|server state is offline|no valid licen[sc]e|licen[sc]e violation",
        r"licen[sc]e (?:has )?(?:expired|invalid|not installed|is (?:missing|invalid))",
    ),
    "storage-full": (
        r"disk (?:usage|space|is full)|no space left|out of (?:disk|storage)|datastore",
        r"(?:storage|disk) quota|quota (?:is )?exceeded",
    ),
    "exhausted": (
        r"too many open files|out ?of ?memory|java heap space|(?:gc overhead|metaspace)\b|native thread|\be[mn]file\b",
        r"no (?:free|idle|available|more) (?:worker )?threads?\b|thread ?pool[ a-z]{0,12}(?:exhaust|full)",
        r"rejected ?execution|rejected from java\.util\.concurrent",
        r"too many (?:clients|connections)\b|connection slots are reserved|maximum number of (?:sessions|processes)",
        r"pool (?:is )?(?:empty|exhausted)|\bpool error|unable to fetch a connection",
        r"connection(?: from)? (?:the )?pool\b|hikaripool",
        r"connection is not available, request timed? ?out|(?:get|obtain|acquire) (?:a )?jdbc connection",
    ),
    "content-lost": (
        r"filenotfoundexception(?!:? https?:)(?!.{0,200}(?:permission|access is) denied)|no such file or directory",
        r"binary provider has no content|binary ?not ?found",
        rf"{_NOT_THERE}[ a-z]{{0,20}} (?:in|from|on) (?:the )?{_STORE}",
        rf"{_UNFOUND} (?:find|locate|read|load|retrieve)[^.;]{{0,60}} (?:in|from|on) (?:the )?{_STORE}",
        rf"{_UNFOUND} (?:find|locate) (?:the )?(?:content|binary|binaries|sha-?1|checksum)\b",
    ),
    "upstream-token": (
        r"\b(?:no|not|never|without|unable|could not|cannot)\b[^.;]{0,40}\btoken\b|(?:token|auth) (?:endpoint|server)",
        rf"{_FETCHING}[ a-z]{{0,20}}\btoken|\btoken[ a-z]{{0,10}}(?:request|exchang|fetch|retriev)",
        rf"^(?=.*\b{_LOGIN}\b)(?=.*\b{_UPSTREAM}\b)(?=.*\b{_BAD}\b)",
        rf"^(?=.*\btokens?\b)(?=.*\b(?:{_UPSTREAM}|realm)\b)",
        rf"authenticat\w+ (?:against|to|with|at) (?:the )?{_UPSTREAM}",
        rf"{_UPSTREAM}[ a-z]{{0,30}}authenticat\w+ (?:fail|refus)",
        r"realm:? ?https?://cgr\.dev",
    ),
    "upstream-transport": (
        r"failed retrieving resource|error in getting information|bad gateway|gateway time-?out",
        rf"{_UPSTREAM}\b[^.;]{{0,80}}?(?:un|not )available|{_UPSTREAM}\b[^.;]{{0,80}}?(?:inaccessible|unreachable)",
        rf"{_UPSTREAM}\b[^.;]{{0,80}}?(?:did|does) not (?:answer|respond)",
        rf"(?:talk|reach|connect|contact)\w*[ a-z]{{0,20}}{_UPSTREAM}|i/o (?:error|exception)|ioexception",
    ),
    "offline": (
        r"\b(?:is|was|been|currently)\b[ a-z]{0,12}\boff-?line\b|\boff-?line\b[^.;]{0,40}not found",
        r"off-?line (?:mode|repositor)",
    ),
}


@cache
def _texts() -> tuple[tuple[Mechanism, re.Pattern[str]], ...]:
    return tuple((meaning, _pattern(parts)) for meaning, parts in _SPELLINGS.items())


def _pattern(parts: Iterable[str]) -> re.Pattern[str]:
    """Compiled when a text is first looked at: a healthy run never waits for it."""
    return re.compile("|".join(parts), re.IGNORECASE)


_WEAK: frozenset[Mechanism] = frozenset({"upstream-token", "upstream-transport", "offline"})
"""What an exception of Artifactory's own may be wrapped in; a stage that the text names as well is nearer to the cause.

The other mechanisms are states and rules of Artifactory, which may quote the failure that led to them.
"""

_NAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"(https?://[^/\s'\",;)]+)/[^\s'\",;)]*", r"\1/"),
        (r"(?<![a-z])'[^'\s/]*/[^'\s]*'", "''"),
        (r'"[^"\s/]*/[^"\s]*"', '""'),
        (r"\bscope[:=]\s?\S+", "scope"),
        (r"\brepo(?:sitory)?(?:\s?[:=]\s?|\s(?='))'?[^\s':,;]+'?", "repository"),
        (r"^(?!\S*(?:exception|error):)[^\s/:]+:(?=\s)", ""),
        (r"(?<![\w/.@:-])[\w.@:-]+(?:/[\w.@:-]+){2,}", ""),
    )
)
"""Names in a text and what is left of them: the host of a URL, nothing of a path, a scope or a repository's key."""


def mechanism(message: str, path: str = "") -> Mechanism | None:
    """The mechanism a text names, or None. `path` is the request's, whose names mean nothing in the text."""
    text = without_names(message, path)
    found = next((meaning for meaning, pattern in _texts() if pattern.search(text)), None)
    if (found is None or found in _WEAK) and stage_in(text):
        return "upstream-transport"
    return found


def upstream_stage(message: str, path: str = "") -> UpstreamStage | None:
    """Which stage towards upstream a text names, if any."""
    return stage_in(without_names(message, path))


_QUOTED = re.compile(
    r"(?:remote|upstream) (?:response|answer|status|repl\w{1,8}|returned)\W{0,3}(?:status |code |http )?([1-5]\d\d)\b"
    r"|\b(?:received|returned|answered|got|with) (?:http )?(?:status|response)(?: code)?\W{0,3}([1-5]\d\d)\b"
    r"|-->\s?([1-5]\d\d)\b",
    re.IGNORECASE,
)
_REALM = re.compile(r"\brealm\W{1,3}https?://([^/\s'\",;)]{1,253})", re.IGNORECASE)
_SCOPE = re.compile(r"\bscope\W{1,3}repository:([^\s'\":,;)]{1,400}):", re.IGNORECASE)


def quoted_status(message: str) -> int | None:
    """The status of upstream's that a text quotes, if any."""
    found = _QUOTED.search(message)
    return int(next(group for group in found.groups() if group)) if found else None


def quoted_realm(message: str) -> str:
    """The host whose token endpoint a text names, in lower case without a port; empty if it names none."""
    found = _REALM.search(message)
    return found[1].rpartition("@")[2].partition(":")[0].lower() if found else ""


def quoted_scope(message: str) -> str:
    """The repository that a token was asked for, as a text quotes it; empty if it quotes none."""
    found = _SCOPE.search(message)
    return found[1] if found else ""


def without_names(message: str, path: str = "") -> str:
    """The text without URLs' paths, quoted paths, scopes, repository keys, and what the request itself named."""
    text = " ".join(message.split())
    segments = _segments(path)
    for start in range(len(segments) - 1):
        text = text.replace("/".join(segments[start:]), "")
    for pattern, replacement in _NAMES:
        text = pattern.sub(replacement, text)
    return re.sub(rf"(?<![\w./-]){re.escape(segments[0])}(?![\w/-])", "", text) if segments else text


def _segments(path: str) -> list[str]:
    """The names in the path of a registry request: with the repository-path method the key, then the image's own."""
    inner = path.removeprefix("v2/")
    for marker in ("/manifests/", "/blobs/", "/tags/list"):
        inner = inner.partition(marker)[0]
    return [part for part in inner.split("/") if part] if inner != path else []

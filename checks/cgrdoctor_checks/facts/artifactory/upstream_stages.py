"""The stages at which Artifactory's way to Chainguard can end: one row each, and nothing of a stage stands elsewhere.

The spellings are stems and word pairs, not sentences: Artifactory's texts differ by version, and the Docker API wraps
Java's.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from cgrdoctor import Code
from cgrdoctor.net.hosts import BLOB_HOST
from cgrdoctor_checks.codes.pull import (
    UPSTREAM_BLOB_HOST_BLOCKED,
    UPSTREAM_CONTENT_BLOCKED,
    UPSTREAM_PROXY_REFUSED,
    UPSTREAM_TLS_UNTRUSTED,
    UPSTREAM_UNREACHABLE,
)

UNREACHABLE = "Artifactory cannot reach {host}, "


LEFT_OPEN = ("remote-url-mismatch", "upstream-proxy-refused")
SILENT = (*LEFT_OPEN, "upstream-out-of-order", "upstream-edge-refused")
"""What a silence leaves open as well."""


class UpstreamStage(msgspec.Struct, frozen=True):
    """Where the way ends.

    `sentence` says so of a `{host}`; `rivals` are the codes that the stage leaves open, `spellings` the expressions
    that name it in a text (none where only other observations do).
    """

    name: str
    sentence: str
    code: Code = UPSTREAM_UNREACHABLE
    rivals: tuple[str, ...] = LEFT_OPEN
    spellings: tuple[str, ...] = ()

    def code_at(self, host: str) -> Code:
        """The code of a way that ends here towards `host`: a blob host that is not reached has one of its own."""
        return UPSTREAM_BLOB_HOST_BLOCKED if host == BLOB_HOST and self.code is UPSTREAM_UNREACHABLE else self.code


def whole_word(text: str) -> str:
    """The expression for a word that stands alone: no part of a name such as `docker-xray` or `acme.com/xray`."""
    return rf"(?<![\w./-])(?:{text})(?![\w/-]|\.\w)"


STAGES: tuple[UpstreamStage, ...] = (
    # A text is read from the first row to the last: a proxy's refusal may quote what it met, a certificate's trouble
    # is one of TLS, and "timed out" alone is the least that can be said.
    UpstreamStage(
        "proxy",
        "a proxy stands between Artifactory and {host}, and refuses",
        code=UPSTREAM_PROXY_REFUSED,
        rivals=("upstream-unreachable", "upstream-content-blocked"),
        spellings=(
            whole_word("407"),
            r"proxy (?:auth|tunnel|refus|respon|answer|error|connect)\w*",
            r"(?:via|through|by|from) (?:the |a |an )?(?:\w+ )?proxy\b",
            whole_word("tunnel(?:l?ing)?"),
        ),
    ),
    UpstreamStage(
        "untrusted",
        "Artifactory does not trust what answers as {host}",
        code=UPSTREAM_TLS_UNTRUSTED,
        rivals=("clock-skew", "upstream-content-blocked"),
        spellings=(r"pkix|certif?icat(?:e|ion)|cert(?:path)?exception|sslpeerunverified|trust ?anchor|self[- ]signed",),
    ),
    UpstreamStage(
        "tls",
        UNREACHABLE + "the TLS handshake is broken off",
        rivals=("remote-url-mismatch", "upstream-tls-untrusted"),
        spellings=(r"ssl(?:handshake)?exception|handshake", whole_word("ssl|tls")),
    ),
    UpstreamStage(
        "dns",
        UNREACHABLE + "its name does not resolve there",
        spellings=(
            r"unknown ?host|no ?such ?host|unresolved ?(?:address|host)",
            r"name or service not known|nodename nor servname|nxdomain|name resolution",
            r"(?:can ?not|could not|unable to|failed to|does not) resolve",
            whole_word("dns"),
        ),
    ),
    UpstreamStage(
        "refused",
        UNREACHABLE + "the connection is refused",
        spellings=(
            r"(?:connect|econn)[^.;]{0,130}?refused",
            r"refused (?:the |a )?connect",
            r"actively refused",
        ),
    ),
    UpstreamStage(
        "unreachable",
        UNREACHABLE + "there is no route",
        spellings=(
            r"no ?route ?to ?host|enetunreach|ehostunreach",
            r"(?:network|host|destination) (?:is )?unreachable",
        ),
    ),
    UpstreamStage(
        "read-timeout",
        UNREACHABLE + "the answer does not come in time",
        rivals=SILENT,
        spellings=(
            r"read(?:ing)? ?timed? ?out|read ?timeout",
            r"socket ?timeout(?!.{0,80}connect)",
            r"timed? ?out (?:while |when )?(?:read|wait)ing",
        ),
    ),
    UpstreamStage(
        "connect-timeout",
        UNREACHABLE + "the connection is never answered (dropped)",
        rivals=SILENT,
        spellings=(r"timed? ?out|time-?out",),
    ),
    UpstreamStage(
        "reset",
        UNREACHABLE + "the connection is reset",
        spellings=(
            r"(?:connection|socket|peer|stream)\b.{0,40}?(?:reset|closed|aborted|broken)",
            r"broken pipe|econnreset|failed to respond|unexpected end of (?:file|stream)|premature\w* (?:end|close)",
        ),
    ),
    UpstreamStage(
        "page",
        "something between Artifactory and {host} answers with a web page",
        code=UPSTREAM_CONTENT_BLOCKED,
    ),
)
NAMED = {stage.name: stage for stage in STAGES}
PROXY, READ_TIMEOUT, CONNECT_TIMEOUT = NAMED["proxy"], NAMED["read-timeout"], NAMED["connect-timeout"]
PAGE = NAMED["page"]


def stage_in(text: str) -> UpstreamStage | None:
    """The stage that a text names, if any. The text is one that `wording.without_names` has cleaned."""
    return next((stage for stage, pattern in _patterns() if pattern.search(text)), None)


@cache
def _patterns() -> tuple[tuple[UpstreamStage, re.Pattern[str]], ...]:
    """Compiled when a text is first looked at: a healthy run never waits for it."""
    return tuple((stage, re.compile("|".join(stage.spellings), re.IGNORECASE)) for stage in STAGES if stage.spellings)


WITHOUT_A_WAY = (
    "missed-retrieval-cached",
    "pull-token-wrong-organization",
    "image-not-in-catalog",
    "image-not-found",
    "tag-not-found",
    "digest-not-found",
    "free-tag-unavailable",
    "image-not-free",
    "cache-incomplete",
)
"""What Artifactory's answers look like while it gets nothing from cgr.dev; no stage, but inferred as much.

What the codes of the stages explain in any case (`Code.explains`) is not repeated here.
"""

WITHOUT_BLOBS = ("cache-incomplete",)
"""The same while only the blob host is closed to it."""


def inferred_without(host: str) -> tuple[str, ...]:
    """The codes that are only inferred from answers, and yield where the way to `host` was seen to be closed."""
    if host == BLOB_HOST:
        return WITHOUT_BLOBS
    stages = (code.name for stage in STAGES for code in (stage.code, stage.code_at(BLOB_HOST)))
    return tuple(dict.fromkeys((*stages, *WITHOUT_A_WAY)))

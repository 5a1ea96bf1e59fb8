"""What a text can mean by the words in it, tolerant of versions; the order of the rows decides, likeliest codes first.

`stage` says how far the client came: `way` (no answer of the registry), `answer` (one came), `machine` (it did not
leave the machine), or nothing that can be told.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, get_args

Stage = Literal["way", "answer", "machine", ""]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Words that stand in a text, and the codes of the faults that print them. `misleads` says what they hide."""

    name: str
    words: re.Pattern[str]
    codes: tuple[str, ...]
    stage: Stage
    misleads: str | None = None


PULL_SECRETS = ("pull-secret-missing", "pull-secret-unusable")
"""What a kubelet is most often let in without."""
ENGINE = frozenset(("docker", "docker-classic", "gitlab-runner", "jenkins"))


@functools.cache
def _lines() -> tuple[tuple[str, ...], ...]:
    lines = files("cgrdoctor.symptoms").joinpath("mechanisms.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(tuple(line.split("\t")) for line in lines)


@functools.cache
def _words() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(words, re.MULTILINE) for name, _, _, words, _ in _lines()}


@functools.cache
def mechanisms() -> tuple[Mechanism, ...]:
    """The rows of `mechanisms.tsv`, in their order."""
    return tuple(
        Mechanism(name, _words()[name], tuple(codes.split()), _stage(stage), misleads or None)
        for name, stage, codes, _, misleads in _lines()
    )


def _stage(text: str) -> Stage:
    return next((one for one in get_args(Stage) if one == text), "")


BESIDE: tuple[tuple[frozenset[str], re.Pattern[str], frozenset[str], tuple[str, ...]], ...] = (
    (
        frozenset(("name", "trust", "name-mismatch", "plain-http", "refused", "timeout", "handshake", "reset")),
        re.compile(r"\{token\}"),
        frozenset(),
        ("token-realm-mismatch",),
    ),
    (
        frozenset(("name", "trust", "name-mismatch", "refused", "timeout", "reset")),
        re.compile(r"\{(?:url|blob)\}|image configuration|(?:reading|fetching) blob|httpreadseeker"),
        frozenset(),
        ("download-host-unreachable",),
    ),
    (
        frozenset(("timeout",)),
        re.compile(r"\{manifest\}\"?: (?!dial |net/http: tls|tls|proxyconnect)"),
        frozenset(),
        ("upstream-unreachable", "gateway-timeout", "upstream-socket-timeout"),
    ),
    (
        frozenset(("blob",)),
        re.compile(r"\b50[0234]\b|bad gateway|service unavailable|gateway time-?out|internal server error"),
        frozenset(),
        ("artifactory-unhealthy", "gateway-timeout", "artifactory-resources-exhausted", "artifactory-storage-full"),
    ),
    (
        frozenset(("blob",)),
        re.compile(r"\b40[13]\b|denied|unauthori[sz]ed|forbidden"),
        frozenset(),
        ("artifactory-permission-denied", "xray-blocked", "docker-credentials-missing"),
    ),
    (frozenset(("proxy", "proxy-login", "refused-by-proxy")), re.compile(""), ENGINE, ("docker-proxy-differs",)),
    (
        frozenset(("anonymous", "status-401", "login", "access")),
        re.compile(""),
        frozenset(("kubelet",)),
        PULL_SECRETS,
    ),
    (frozenset(("trust",)), re.compile(""), ENGINE, ("docker-ca-missing",)),
    (frozenset(("name", "trust", "refused")), re.compile("proxyconnect"), frozenset(), ("proxy-unreachable",)),
)
"""Codes that a mechanism has besides where these words stand too, and where one of these clients speaks."""
REFUSALS = frozenset(("access", "denied", "login", "status-401", "status-403", "status-403-login"))
"""Rows whose words are of any refusal: that one was seen to print a text says nothing against the others."""
WAITING = re.compile(r"back-off pulling image|errimagepull|imagepullbackoff")
"""Words of a kubelet that waits: the cause stands in another event."""


def mechanism(normal: str) -> Mechanism | None:
    """The first row whose words stand in a normal text."""
    return next((row for row in mechanisms() if row.words.search(normal)), None)


def unsent(normal: str) -> Mechanism | None:
    """The first row of what goes wrong before anything leaves the machine; it may stand before another error."""
    return next((row for row in mechanisms() if row.stage == "machine" and row.words.search(normal)), None)


def meant(row: Mechanism, normal: str, client: str | None) -> tuple[str, ...]:
    """The codes of a row, and those that where and by whom it was said add to them."""
    more = [
        code
        for names, words, clients, codes in BESIDE
        if row.name in names and (not clients or client in clients) and words.search(normal)
        for code in codes
    ]
    first = [code for code in more if code in PULL_SECRETS]
    return tuple(dict.fromkeys((*first, *row.codes, *more)))

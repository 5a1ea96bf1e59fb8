"""Whether what the command said about a case is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.field.form import Expect

WANTS_COUNT = False
"""Whether a case is right only if a person finds the words it wants."""

STANDS_FOR: Mapping[str, tuple[str, ...]] = {
    "jfrog-cloud-instance-inactive": ("unexpected-html", "not-artifactory", "artifactory-unhealthy"),
    "jfrog-cloud-quota-exceeded": ("artifactory-rate-limited", "artifactory-storage-full", "artifactory-unhealthy"),
    "artifactory-content-lost": ("cache-incomplete", "cache-corrupt", "artifactory-unhealthy"),
    "artifactory-resources-exhausted": ("artifactory-unhealthy", "pull-through-failed"),
    "sign-in-required": ("unexpected-html", "docker-api-not-routed"),
    "download-host-refused": ("download-host-unreachable",),
    "credential-not-sent": ("artifactory-credentials-rejected", "docker-credentials-missing"),
    "upstream-out-of-order": ("upstream-unreachable", "upstream-failed"),
    "upstream-edge-refused": ("upstream-unreachable", "upstream-failed", "upstream-proxy-refused"),
    "gateway-timeout": ("artifactory-unhealthy", "upstream-failed", "upstream-unreachable"),
    "head-request-refused": ("upstream-head-unusable", "docker-api-not-routed", "unexpected-html"),
    "login-not-requested": ("docker-credentials-missing", "docker-api-not-routed"),
}
"""Codes that say more exactly what a case may call by one of these: they are right wherever one of these is."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one run said: the report (None where none was written), the exit status, the text, and how long it took."""

    report: Mapping[str, Any] | None
    exit_status: int
    text: str
    seconds: float

    @property
    def first(self) -> Mapping[str, Any]:
        """The entry of the diagnosis to act on first, empty if there is none."""
        entries = (self.report or {}).get("diagnosis") or [{}]
        found: Mapping[str, Any] = entries[0]
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wrong` are the reasons why a case is not right; `unmet` the words that a person looks for in vain."""

    wrong: tuple[str, ...]
    unmet: tuple[str, ...]
    certain: bool
    healthy: bool

    @property
    def right(self) -> bool:
        return not self.wrong and not (WANTS_COUNT and self.unmet)


def judge(expect: Expect, said: Said) -> Verdict:
    """`certain`: wrong, and sure of it; `healthy`: wrong, and nothing was found."""
    wrong = tuple(_wrong(expect, said))
    status = (said.report or {}).get("status")
    certain = bool(wrong) and said.first.get("confidence") == "certain"
    return Verdict(wrong, tuple(_unmet(expect, said)), certain, bool(wrong) and status == "healthy")


def _wrong(expect: Expect, said: Said) -> Iterator[str]:
    if said.report is None:
        yield f"no report, exit status {said.exit_status}"
        return
    code = said.first.get("code")
    if not expect.codes:
        yield from _not_in_peace(said)
    elif code is None or not names_one_of(code, expect.codes):
        yield f"expected {' or '.join(expect.codes)}"
    if code in expect.not_codes:
        yield f"{code} is excluded"
    if expect.leg is not None and said.first.get("leg") != expect.leg:
        yield f"expected leg {expect.leg}"
    if expect.not_certain and said.first.get("confidence") == "certain":
        yield "nobody can be certain"
    if expect.severity is not None and said.first.get("severity") != expect.severity:
        yield f"expected severity {expect.severity}"


def _not_in_peace(said: Said) -> Iterator[str]:
    """Nothing is wrong with the pull: exit status 0, and no `fail`."""
    assert said.report is not None
    failed = [check["id"] for check in said.report["checks"] if check["status"] == "fail"]
    if said.exit_status != 0 or failed or said.first.get("severity") == "fail":
        yield f"expected no failure, exit status {said.exit_status} {' '.join(failed)}".rstrip()


def names_one_of(code: str, codes: list[str]) -> bool:
    """Whether a code is one of these, or says more exactly what one of these says."""
    return code in codes or any(wider in codes for wider in STANDS_FOR.get(code, ()))


def _unmet(expect: Expect, said: Said) -> Iterator[str]:
    remedy = said.first.get("remedy") or {}
    places = {
        "first": _words(said.first.get("summary")),
        "remedy": _words(remedy),
        "rivals": _words(said.first.get("rivals")),
        "anywhere": _words(said.text),
    }
    for place, text in places.items():
        for word in getattr(expect.wants, place):
            if word.casefold() not in text:
                yield f"{place} lacks {word!r}"
    for word in expect.wants.not_first:
        if word.casefold() in places["first"]:
            yield f"first says {word!r}"


def _words(value: Any) -> str:
    """Every text in a part of a report, without regard to case."""
    if isinstance(value, Mapping):
        return "\n".join(_words(member) for member in value.values())
    if isinstance(value, list):
        return "\n".join(_words(member) for member in value)
    return " ".join(value.casefold().split()) if isinstance(value, str) else ""

"""A client's text: who printed it, of which image, what it can mean and what not, and whether it may mislead."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from cgrdoctor.net.hosts import REGISTRY_HOST
from cgrdoctor.net.pasted import read_pasted
from cgrdoctor.net.reference import Reference, UnusableReference
from cgrdoctor.privacy.host_names import same_host
from cgrdoctor.symptoms.client import client_of
from cgrdoctor.symptoms.likely import ordered
from cgrdoctor.symptoms.mechanism import REFUSALS, WAITING, Mechanism, meant, mechanism, unsent
from cgrdoctor.symptoms.normal import bare, core, normal, of_plain, telling, unquoted
from cgrdoctor.symptoms.table import stated

BEYOND = ("artifactory", "cache", "policy", "artifactory-to-upstream", "upstream-account", "image")
"""Legs of which a client that got no answer of the registry has seen nothing."""
ANYWHERE = "cgrdoctor HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE:TAG"
THROUGH = " --repository REPOSITORY-KEY --artifactory-url https://HOST/artifactory"
WAITS = "this event only says that the kubelet waits; the cause stands in the event 'Failed to pull image' before it"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text can mean. `codes` likeliest first; `leg` and `client` are None where the text does not tell.

    `not_codes` are those it excludes; `misleads` is what the text hides, None if it may be taken as it stands;
    `command` decides.
    """

    client: str | None
    reference: str | None
    leg: str | None
    codes: tuple[str, ...]
    not_codes: tuple[str, ...]
    misleads: str | None
    command: str


def meaning(text: str, legs: Mapping[str, str]) -> Meaning | None:
    """The meaning of a text, by `legs` (the leg of every code); None where nothing in it is recognized."""
    cut = bare(telling(text))
    found = normal(cut)
    client = client_of(text)
    words = unsent(found) or mechanism(core(found)) or mechanism(found) or mechanism(of_plain(unquoted(cut)))
    reference = _reference(cut) or _reference(text)
    waits = WAITING.search(found) is not None and words is None
    guessed = tuple(code for code in (meant(words, found, client) if words else ()) if code in legs)
    known = stated(client, found)
    codes = _codes(known, guessed, words, legs)
    codes = ordered(codes, reference or _asked_upstream(cut), (*known, *guessed) if len(known) == 1 else guessed)
    if not codes and client is None and words is None and reference is None:
        return None
    return Meaning(
        client,
        str(reference) if reference else None,
        _leg(codes, legs),
        codes,
        _excluded(codes, words, legs),
        WAITS if waits else words.misleads if words and codes else None,
        f"cgrdoctor {shlex.quote(str(reference))}{way(reference)}" if reference else ANYWHERE,
    )


def way(reference: Reference) -> str:
    """What a command needs beside a reference that does not say through which Artifactory it is pulled."""
    return THROUGH if same_host(reference.host, REGISTRY_HOST) else ""


def _reference(text: str) -> Reference | None:
    try:
        return read_pasted(text).reference
    except UnusableReference:
        return None


_ASKED = re.compile(
    r"docker repository: ([a-z0-9._-]{1,64}): [^\n]{0,600}?scope:\s?repository:([a-z0-9._/-]{1,300}):pull",
    re.IGNORECASE,
)


def _asked_upstream(text: str) -> Reference | None:
    """What Artifactory asked cgr.dev for, of a repository on a host that the text does not name."""
    found = _ASKED.search(text)
    return Reference("", f"{found[1]}/{found[2]}") if found else None


def _codes(
    known: tuple[str, ...], guessed: tuple[str, ...], words: Mechanism | None, legs: Mapping[str, str]
) -> tuple[str, ...]:
    """The codes of the table; where it knows none for this text, or one of several, those that the words can mean."""
    if len(known) != 1:
        return known or guessed
    others = [code for code in guessed if code not in known]
    same_leg = [code for code in others if legs[code] == legs.get(known[0])]
    whole = words is not None and words.name in REFUSALS
    return (*known, *(others if whole or not same_leg else same_leg))


def _leg(codes: tuple[str, ...], legs: Mapping[str, str]) -> str | None:
    """The one leg of all codes."""
    found = {legs[code] for code in codes if code in legs}
    return found.pop() if len(found) == 1 else None


def _excluded(codes: tuple[str, ...], words: Mechanism | None, legs: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of what the client did not reach, or of what it had behind it."""
    if words is None or not words.stage:
        return ()
    way = [code for code, leg in legs.items() if leg == "client-to-artifactory"]
    beyond = [code for code, leg in legs.items() if leg in BEYOND]
    never = {"answer": _NO_ANSWER & set(way), "way": set(beyond), "machine": {*way, *beyond}}[words.stage]
    return tuple(sorted(never - set(codes)))


_NO_ANSWER = {
    "dns-failure",
    "connection-timeout",
    "connection-refused",
    "connection-reset",
    "tls-untrusted",
    "tls-expired",
    "tls-name-mismatch",
    "tls-failed",
    "plain-http",
    "proxy-authentication-required",
    "proxy-unreachable",
    "ipv6-broken",
}
"""What a client that got an answer of the registry has behind it."""

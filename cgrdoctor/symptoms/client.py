"""Which program printed a text: by the words that it alone puts around an error."""

from __future__ import annotations

import functools
import re
from importlib.resources import files

from cgrdoctor.symptoms.normal import bare, telling, unquoted

FAMILIES = {
    "containerd": ("containerd", "ctr", "kubelet", "buildkit", "docker", "nerdctl", "crictl"),
    "image": ("skopeo", "podman", "buildah", "cri-o", "kubelet", "crictl"),
    "engine": ("docker-classic", "docker", "kubelet", "gitlab-runner", "jenkins"),
}
"""Clients that carry the same library, and so print the same behind their own words."""

LONG = 20_000
BEGINNING = 4_000
"""Characters that are looked at; of a longer log its beginning, where a runner names itself, and its failing lines."""

_CONTAINERD = (
    r"failed to resolve reference|failed to copy|httpreadseeker|failed commit on ref|unexpected commit digest|"
    r"no match for platform in manifest|unexpected media type|failed to (?:do request|authorize)|"
    r"unexpected status from|failed to pull and unpack|failed to extract|failed size validation|error from registry: |"
    r"cannotpullcontainererror"
)
_DAEMON = re.compile(
    r"error response from daemon: ?"
    r"|com\.github\.dockerjava[\w.]{1,100}: (?:status \d{3}: |could not \w{1,10} image: )?(?:\{\"message\":\")?"
    r"|api error \(\d{3}\): (?:\{\"message\":\")?|\berror: (?=status \d{3} trying to pull repository)",
    re.IGNORECASE,
)
"""What docker's command, and libraries that ask its engine, put before the engine's words."""
_PINGED = re.compile(r"(?:get|head) \"?(?:https?://[^/\"\s]{1,300}/v2/|\{ping\})\"?: ", re.IGNORECASE)
_ENGINE = re.compile(
    r"pull access denied for|manifest for [^\s]{1,900} not found|error pulling image configuration|"
    r"error after falling back to get manifest|no matching manifest for \S{1,60} in the manifest list|"
    r"download failed after|attempting next endpoint for pull|"
    r"(?:layer|config) verification failed|filesystem layer|error parsing http \d{3} response body",
    re.IGNORECASE,
)
_CLI = re.compile(
    r"cannot connect to the docker daemon|docker daemon socket|error during connect|"
    r"error (?:getting|saving) credentials|"
    r"docker: |handler for (?:get|post) /|no such manifest|error loading config file|^(?:[$#>] )?docker login\b",
    re.IGNORECASE,
)
_LIBRARY = re.compile(_CONTAINERD, re.IGNORECASE)
_IMAGE = re.compile(
    r"initiali[sz]ing source|pinging container registry|reading manifest \S{1,200} in|image instance", re.IGNORECASE
)
_TYPED = re.compile(
    r"^\s*(?:[^\n]{0,60}?[$#>] )?(?:sudo )?(docker|podman|skopeo|buildah|crane|nerdctl|ctr|crictl|helm|jf)\s",
    re.IGNORECASE,
)


_NAMES = re.compile(
    r"(?<![\w./@:+%~-])(https?://|oci://|docker://)?[A-Za-z0-9_][\w.:@+%~-]{0,250}/[^\s\"'`,;<>()\[\]{}\\]{0,900}"
)
"""Images, addresses and other names with a slash in them; of images there are `jenkins`, `trivy` and `crane`, too."""


@functools.cache
def _rules(stands: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Clients and their words, in order; `around` are those that hand on the words of a client below them."""
    lines = files("cgrdoctor.symptoms").joinpath("clients.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return tuple((name, re.compile(words, re.IGNORECASE | re.MULTILINE)) for name, at, words in rows if at == stands)


def _nameless(text: str) -> str:
    return _NAMES.sub(lambda name: f"{name[1] or ''}x/x{':' if name[0].endswith(':') else ''}", text)


def client_of(text: str) -> str | None:
    """The program, as a word; None where several print the same."""
    whole = text if len(text) <= LONG else f"{text[:BEGINNING]}\n{telling(text, LONG - BEGINNING)}"
    head = unquoted(bare(whole)).strip()
    flat = " ".join(head.split())  # a mail breaks lines within words of a message
    shown = (_nameless(head), _nameless(flat))
    daemon = _DAEMON.search(flat)
    return (
        _by_rules("around", shown)
        or (_engine(flat[daemon.end() :]) if daemon is not None else None)
        or _by_rules("itself", shown)
        or _by_library(head, flat)
    )


def _by_rules(stands: str, shown: tuple[str, ...]) -> str | None:
    return next((name for name, words in _rules(stands) if any(words.search(text) for text in shown)), None)


def _by_library(head: str, flat: str) -> str | None:
    """By the words of a library that several clients carry, or by the command above them."""
    if _ENGINE.search(flat):
        return "docker-classic"
    if _LIBRARY.search(flat):
        return "containerd"
    if _CLI.search(flat):
        return "docker"
    typed = _TYPED.match(head)
    return typed[1].lower() if typed else None


def _engine(words: str) -> str:
    """Docker's engine: which of its two stores speaks, where that can be told."""
    if _LIBRARY.search(words[:600]) or _PINGED.match(words):
        return "docker"
    return "docker-classic"


def family_of(client: str | None, text: str) -> str:
    """The library that speaks behind a client's own words."""
    if _IMAGE.search(text) or client in ("skopeo", "podman", "buildah", "cri-o"):
        return "image"
    if _LIBRARY.search(text) or client in ("containerd", "ctr", "buildkit", "nerdctl"):
        return "containerd"
    return "engine" if _DAEMON.search(text) or client in FAMILIES["engine"] else ""

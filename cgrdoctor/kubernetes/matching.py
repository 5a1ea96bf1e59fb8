"""Which image a key of a pull secret serves, letter by letter as the kubelet decides it (k8s.io credentialprovider).

A key loses `https://` or `http://`, and `/v1/` or `/v2/` before its path. Its host is compared label by label, each a
glob (`*.jfrog.io` serves one label); the ports must be equal; what is left of its path must begin the image's, as
text. Keys are tried in reverse order, so that the longer of two that begin alike comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import unquote

T = TypeVar("T")

HUB = "index.docker.io"
"""The key of Docker Hub, which serves images without a host."""

LONGEST = 2048
"""Characters of a key that is looked at; a host has 255, a repository another 255."""

_PORT = re.compile(r":[0-9]*")
_BAD = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")
"""What no host of a URL holds in Go."""


def key_of(stored: str) -> str | None:
    """`host[:port][/path]` of a key as it stands in a Secret; None for no URL, which the kubelet passes over."""
    if len(stored) > LONGEST:
        return None
    rest = stored
    for scheme in ("https://", "http://"):
        if stored.startswith(scheme):
            rest = stored.removeprefix(scheme)
            break
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    authority, slash, path = rest.partition("/")
    host = authority.rpartition("@")[2]
    path = unquote(f"{slash}{path}")
    if _BAD.search(host) or not _fits(host) or re.search(r"[\x00-\x1f\x7f]", stored):
        return None
    if path.startswith(("/v1/", "/v2/")):
        path = path[3:]
    return host if path in ("", "/") else f"{host}{path}"


def _fits(host: str) -> bool:
    """Whether Go reads a host and a port in it."""
    if host.startswith("["):
        _, bracket, port = host.partition("]")
        return bool(bracket) and (not port or _PORT.fullmatch(port) is not None)
    _, colon, port = host.rpartition(":")
    return not colon or _PORT.fullmatch(f":{port}") is not None


def serves(key: str, image: str) -> bool:
    """Whether a key of `key_of` serves `image`, which is `host[:port]/repository` without tag and digest."""
    key_host, _, key_path = key.partition("/")
    host, _, path = image.partition("/")
    (name, port), (pattern, its_port) = _apart(host), _apart(key_host)
    labels, globs = name.split("."), pattern.split(".")
    if port != its_port or len(labels) != len(globs):
        return False
    if not f"/{path}".startswith(f"/{key_path}" if key_path else ""):
        return False
    return all(_glob(one, label) for one, label in zip(globs, labels, strict=True))


def in_order(stored: Iterable[tuple[str, T]], image: str) -> list[T]:
    """Of the logins stored under keys those that serve `image`, in the order in which the kubelet tries them."""
    keyed = [(key, one) for text, one in stored if (key := key_of(text)) is not None]
    found = [
        one
        for wanted in sorted({key for key, _ in keyed}, key=_as_bytes, reverse=True)
        if serves(wanted, image)
        for key, one in keyed
        if key == wanted
    ]
    if not found and _is_hub(image.partition("/")[0]):
        found = [one for key, one in keyed if key == HUB]
    return found


def _is_hub(host: str) -> bool:
    """Whether the kubelet takes a host for Docker Hub, `localhost` included."""
    return host in ("docker.io", HUB) or not ("." in host or ":" in host)


def _as_bytes(text: str) -> bytes:
    """Go compares bytes."""
    return text.encode("utf-8", "surrogatepass")


def _apart(host: str) -> tuple[str, str]:
    """Name and port; without a port the whole is the name, and so is an address with more than one colon."""
    if host.startswith("["):
        name, _, port = host.partition("]")
        return (name[1:], port[1:]) if port.startswith(":") else (host, "")
    name, colon, port = host.rpartition(":")
    return (name, port) if colon and ":" not in name else (host, "")


def _glob(pattern: str, label: str) -> bool:
    """Go's filepath.Match without separators, in linear space and without backtracking more than one star."""
    parts = list(_parts(pattern))
    if None in parts:
        return False
    at = place = 0
    star = after = -1
    while place < len(label):
        part = parts[at] if at < len(parts) else None
        if part == STAR:
            star, after, at = at, place, at + 1
        elif part is not None and _holds(part, label[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            after += 1
            at, place = star + 1, after
        else:
            return False
    return all(part == STAR for part in parts[at:])


STAR: tuple[str, str] = ("*", "")


def _parts(pattern: str) -> Iterator[tuple[str, str] | None]:
    """Letters, `?`, `*` and classes of a glob; None where it cannot be read, so that it matches nothing."""
    place = 0
    while place < len(pattern):
        letter = pattern[place]
        if letter == "[":
            end = pattern.find("]", place + 2)
            yield ("[", pattern[place + 1 : end]) if end > 0 else None
            place = end if end > 0 else len(pattern)
        else:
            yield STAR if letter == "*" else ("?" if letter == "?" else "=", letter)
        place += 1


def _holds(part: tuple[str, str], letter: str) -> bool:
    kind, text = part
    if kind == "?":
        return True
    if kind == "=":
        return text == letter
    negated, ranges = text.startswith("^"), text.removeprefix("^")
    return _in_ranges(ranges, letter) is not negated


def _in_ranges(ranges: Sequence[str] | str, letter: str) -> bool:
    place = 0
    while place < len(ranges):
        low = high = ranges[place]
        if ranges[place + 1 : place + 2] == "-" and place + 2 < len(ranges):
            high, place = ranges[place + 2], place + 2
        if low <= letter <= high:
            return True
        place += 1
    return False

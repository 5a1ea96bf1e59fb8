"""Keys of docker's `auths` and `credHelpers`: which one is used for a host, and which nearly would be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import TypeVar

from cgrdoctor.credentials.model import NearMiss

T = TypeVar("T")
NEARLY = 0.9
"""How much of two names has to be the same: one letter of a dozen may differ."""

OTHER_HOST = "it is another host of the same domain"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,63}+:")
_HEX = r"%[0-9a-fA-F]{2}"
_USER = re.compile(rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|{_HEX})*+")
_HOST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:\[\]<>\"-]|%[89a-fA-F][0-9a-fA-F]|[^\x00-\x7f])*+")
_PORT = re.compile(r"(?::[0-9]*+)?")
_PATH = re.compile(rf"(?:[^%]|{_HEX})*+")


def host_of_key(key: str) -> str:
    """A key reduced to its host, as docker's ConvertToHostname does: scheme, user, path and query go.

    What Go's net/url does not read as an address is cut at its first slash.
    """
    return (_host_of_url(key) if "://" in key else "") or key.partition("/")[0]


def _host_of_url(key: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", key):
        return ""
    address, _, fragment = key.partition("#")
    scheme = _SCHEME.match(address)
    rest = (address[scheme.end() :] if scheme else address).partition("?")[0]
    if not rest.startswith("//") or (scheme is None and rest.startswith("///")):
        return ""
    authority, slash, path = rest[2:].partition("/")
    if not _PATH.fullmatch(slash + path) or not _PATH.fullmatch(fragment):
        return ""
    return _host_of_authority(authority)


def _host_of_authority(authority: str) -> str:
    user, _, served = authority.rpartition("@")
    end = served.rfind("]") + 1 if served.startswith("[") else served.rfind(":") if ":" in served else len(served)
    name, port = served[:end], served[end:]
    if not (_USER.fullmatch(user) and _PORT.fullmatch(port) and _HOST.fullmatch(name)):
        return ""
    host = re.sub(r"%([0-9a-fA-F]{2})", lambda code: chr(int(code[1], 16)), name)
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not host or len(port) < 2:
        return host
    return f"[{host}]{port}" if ":" in host else f"{host}{port}"


def match(keys: Iterable[str], host: str) -> tuple[str, ...]:
    """The keys that docker may use: the exact host alone, else any that come down to it, whichever it meets first."""
    known = sorted(keys)
    return (host,) if host in known else tuple(key for key in known if host_of_key(key) == host)


def near_misses(keys: Iterable[str], host: str, place: str, helpers: Iterable[str] = ()) -> tuple[NearMiss, ...]:
    """Keys of `auths` or `credHelpers` that name nearly this host, the nearest first; docker uses none of them."""
    found = [NearMiss(key, place, why) for key, why in _differences(keys, helpers, host)]
    return tuple(sorted(found, key=lambda miss: miss.why == OTHER_HOST)[:5])


def _differences(keys: Iterable[str], helpers: Iterable[str], host: str) -> Iterator[tuple[str, str]]:
    seen: Mapping[str, str] = {key: _difference(key, host) for key in sorted(set(keys))}
    for key in sorted(set(helpers)):
        if key != host and host_of_key(key) == host:
            seen = {**seen, key: "a credential helper is looked up by the bare host"}
        elif key not in seen:
            seen = {**seen, key: _difference(key, host)}
    return ((key, why) for key, why in seen.items() if why)


def _difference(key: str, host: str) -> str:
    """In what a key differs from the host, empty where they have nothing in common."""
    bare, wanted = _bare(host_of_key(key)), _bare(host)
    if host_of_key(key) == host:
        return ""
    if _bare_word(key) == host.lower() and bare.lower() != wanted.lower():
        return (
            "characters in it cannot be seen" if _UNSEEN.search(key) else "it is not read as an address: write the host"
        )
    name, port = _split(wanted)
    other, other_port = _split(bare)
    if other.lower() == name.lower():
        return "the port differs" if other_port != port else _letters(host_of_key(key), host)
    if "*" in other and _matches(other.lower().split("."), name.lower().split(".")):
        return "the kubelet reads * as any name; docker has no patterns"
    if not other.isascii() and _alike(other.lower(), name.lower()):
        return "letters of it only look like those of the host"
    if _domain(other) == _domain(name):
        return OTHER_HOST
    return "the host is spelled nearly alike" if _alike(other.lower(), name.lower()) else ""


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BEGIN = re.compile(r"(?:[a-z]{2,10}:/*|[a-z]{2,10}//+|//+)*+")


def _bare_word(key: str) -> str:
    """What is left of a key that somebody meant as an address of a host."""
    seen = _UNSEEN.sub("", key).strip().lower()
    begin = _BEGIN.match(seen)
    return re.split(r"[/\\?#%\s]", seen[begin.end() if begin else 0 :], maxsplit=1)[0]


def _letters(key: str, host: str) -> str:
    if key.strip() == host:
        return "there is white space around it"
    return "upper and lower case differ" if key.lower() == host.lower() else "it is written in another way"


def _bare(host: str) -> str:
    return host.strip().rstrip(".")


def _split(host: str) -> tuple[str, str]:
    """Name and port; the colons of an address in brackets are none of a port."""
    name, colon, port = host.rpartition(":")
    return (name, port) if colon and (port.isdigit() or not port) and not name.endswith(":") else (host, "")


def _matches(pattern: list[str], name: list[str]) -> bool:
    """Whether the kubelet takes a pattern for a name: each part for itself."""
    return len(pattern) == len(name) and all(map(fnmatchcase, name, pattern))


def _alike(other: str, name: str) -> bool:
    """The same name under another ending, or one that a slip of the hand makes of it."""
    if "." not in other or "." not in name or name.rpartition(".")[2].isdigit():
        return False
    same = other.rpartition(".")[0] == name.rpartition(".")[0]
    close = abs(len(other) - len(name)) <= 1 and SequenceMatcher(None, other[:253], name[:253]).ratio() >= NEARLY
    return same or close


def _domain(host: str) -> str:
    return ".".join(host.lower().split(".")[-2:])

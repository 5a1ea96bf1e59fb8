"""What people do to docker's configuration, said beside what docker makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cgrdoctor.credentials.docker_file import DockerFile, Entry, standard_base64
from cgrdoctor.credentials.docker_keys import host_of_key
from cgrdoctor.credentials.go_decoder import Node

_MARKS = (
    (b"\xef\xbb\xbf", "it begins with a byte order mark: save it as UTF-8 without one"),
    (b"\xff\xfe", "it is UTF-16, as PowerShell writes with >: save it as UTF-8"),
    (b"\xfe\xff", "it is UTF-16: save it as UTF-8"),
)
_YAML = re.compile(rb"(?m)^[ \t]*+[A-Za-z.][\w.-]*+:(?:[ \t]|\r?$)")
_COMMENT = re.compile(r'"(?:[^"\\]++|\\.)*+"?|(?P<comment>//|/\*|(?m:^[ \t]*+#))')
_COMMA = re.compile(r'"(?:[^"\\]++|\\.)*+"?|(?P<comma>,\s*+[}\]])')
_MISSPELT = tuple(
    (known, re.compile(form, re.IGNORECASE))
    for known, form in (
        ("credsStore", r"cred(?:s|entials?)?[-_ ]?stores?"),
        ("credHelpers", r"cred(?:s|entials?)?[-_ ]?helpers?"),
        ("auths", r"auth|auth[-_ ]s|authentications?|registries"),
    )
)
_DAEMONS = {"registry-mirrors", "insecure-registries", "data-root", "log-driver", "storage-driver", "exec-opts"}
"""Members of another file of Docker's."""
_DATA = (".dockerconfigjson", ".dockercfg")


def what_it_is(content: bytes, why: str) -> str:
    """What bytes that are no JSON seem to be, for the end of a sentence; empty where that cannot be told.

    `why` is what docker says of them.
    """
    return next((f"; {said}" for said in _guesses(content, why)), "")


def _guesses(content: bytes, why: str) -> Iterator[str]:
    yield from (said for mark, said in _MARKS if content.startswith(mark))
    bare = content.strip()
    if bare[:64].count(0) * 3 >= len(bare[:64]) > 0:
        yield "it is UTF-16 or UTF-32: save it as UTF-8"
    if b"dockerconfigjson" in bare or (b"kind:" in bare and b"Secret" in bare):
        yield "it is a Kubernetes Secret: only what its .dockerconfigjson holds, decoded, is a configuration"
    if is_encoded(bare):
        yield "it is base64 of a configuration: decode it"
    if not bare.startswith((b"{", b"[")) and _YAML.search(bare):
        yield "it is YAML"
    if bare.startswith(b"<<<<<<<") or b"\n<<<<<<<" in bare:
        yield "a merge left its marks in it"
    if bare.startswith(b"```"):
        yield "the marks of Markdown stand around it"
    if b"{{" in bare or b"{%" in bare:
        yield "it is a template that was not filled in"
    text = bare.decode("utf-8", "replace")
    if any(found["comment"] for found in _COMMENT.finditer(text)):
        yield "it has a comment, and JSON has none"
    if any(found["comma"] for found in _COMMA.finditer(text)):
        yield "a comma stands before a closing bracket"
    if re.match(r"[{\[]\s*+'", text):
        yield "its texts are in single quotes"
    if re.match("[{\\[]\\s*+[\u2018\u2019\u201c\u201d]", text):
        yield "its quotes are those of a word processor"
    if "unexpected EOF" in why:
        yield "it ends too early: it was not written to its end, or a closing brace is missing"


def is_encoded(content: bytes) -> bool:
    """Whether it is base64 of an object, line breaks and blanks between left out."""
    unpacked = standard_base64(b"".join(content.split()))
    return isinstance(unpacked, bytes) and unpacked.lstrip().startswith(b"{")


def instead(file: DockerFile, entry: Entry, host: str) -> Iterator[str]:
    """Why a configuration that docker reads has no login, as ends of a sentence that begins with its name."""
    yield from _secret(file.unknown)
    names = {name for name, node in file.unknown.items() if _is_entry(node)}
    if any(host_of_key(name) == host for name in names):
        yield f"has an entry for {host} outside of auths, as .dockercfg had; docker reads those in auths"
    if _DAEMONS & set(file.unknown):
        yield "is the configuration of Docker's daemon (daemon.json), which holds no login"
    for name in sorted(name for name, node in file.unknown.items() if _holds_auths(node)):
        yield f"has auths inside of {name}, where docker does not look"
    for name in sorted(set(file.unknown) - names):
        meant = next((known for known, form in _MISSPELT if form.fullmatch(name)), None)
        if meant is not None:
            yield f"has {name}, which docker does not know: {meant} is meant"
    if file.wrong is None and not file.store and host in file.raw and not file.helpers.get(host):
        yield from _half(file.raw[host] if file.raw[host].empty else entry, host)


def _half(entry: Entry, host: str) -> Iterator[str]:
    if entry.empty:
        left = "docker login leaves one where a credential store keeps the password, and the file names no store"
        yield f"has an empty entry for {host}: {left}"
    elif not entry.password and not entry.auth:
        yield f"has a user name and no password for {host}"
    elif not entry.username and not entry.auth:
        yield f"has a password and no user name for {host}, and docker's engine sends neither"


def _secret(unknown: Mapping[str, Node]) -> Iterator[str]:
    """A Secret in JSON is an object without auths to docker, which says nothing."""
    data = unknown.get("data") or unknown.get("stringData")
    if data is not None and data.kind == "object":
        for name, _ in data.value:
            if name in _DATA:
                yield f"is a Kubernetes Secret: only what its {name} holds, decoded, is a configuration"


def _holds_auths(node: Node) -> bool:
    return node.kind == "object" and any(name.lower() == "auths" and one.kind == "object" for name, one in node.value)


def _is_entry(node: Node) -> bool:
    known = ("auth", "username", "password", "email", "identitytoken")
    return node.kind == "object" and any(name in known for name, _ in node.value)

"""DOCKER_AUTH_CONFIG: docker reads it since 28.3.0, before its file; GitLab's runner has always read it its own way.

Docker takes from it only `auths.HOST.auth`, the host letter by letter, and refuses the whole for anything else in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from cgrdoctor.credentials.docker_file import STRUCTURE, Wrong, standard_base64, taken_apart
from cgrdoctor.credentials.docker_keys import near_misses
from cgrdoctor.credentials.environment import without_secrets
from cgrdoctor.credentials.go_decoder import Node, NotGoJson, first, folded, place_of
from cgrdoctor.credentials.model import Found, Learn, NearMiss, Problem
from cgrdoctor.privacy.secret import Credential, Secret
from cgrdoctor.process.foreign import Question, asked

NAME = "DOCKER_AUTH_CONFIG"
PLACE = f"environment {NAME}"
SINCE = (28, 3)
SECONDS = 5.0

VERSION = re.compile(rb"version (\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?")


async def look(host: str, environ: Mapping[str, str], learn: Learn) -> Found:
    """What docker takes from the variable for `host`, if the docker that is here reads it at all."""
    content = environ.get(NAME, "").encode("utf-8", "surrogateescape")
    entries = read(content, learn)
    version = await docker_version(environ)
    if version and version < SINCE:
        return _passed_over(entries, host, ".".join(str(number) for number in version))
    nothing = Found(consulted=(PLACE,), looked=(PLACE,))
    if isinstance(entries, Wrong):
        return replace(nothing, problems=(Problem("config-invalid", PLACE, entries.why),))
    if host not in entries:
        return replace(nothing, near_misses=near_misses(entries, host, PLACE))
    username, password = entries[host]
    if not password:
        return replace(nothing, problems=(Problem("no-login", PLACE, f"has no password for {host}"),))
    secret = Secret(password, host=host)
    source = f"docker config {PLACE}, auths[{host}]"
    return Found(Credential(kind="basic", secret=secret, source=source, username=username), consulted=(PLACE,))


def _passed_over(entries: Mapping[str, tuple[str, str]] | Wrong, host: str, version: str) -> Found:
    """A docker that is too old for it; only a login that it would have is worth a word."""
    why = f"docker {version} does not read it: docker does since 28.3.0, and GitLab's runner has a reading of its own"
    missed = not isinstance(entries, Wrong) and host in entries
    looked = (f"{PLACE} (docker {version} does not read it)",)
    return Found(near_misses=(NearMiss(host, PLACE, why),) if missed else (), consulted=(PLACE,), looked=looked)


async def docker_version(environ: Mapping[str, str]) -> tuple[int, ...]:
    """The first two or three numbers of the docker command's version; empty where there is none that says it."""
    environment = without_secrets(environ)
    ended = await asked(Question(["docker", "--version"], environment, b"", SECONDS, 4096))
    found = VERSION.search(ended.output or b"")
    return tuple(int(number) for number in found.groups() if number is not None) if found else ()


def read(content: bytes, learn: Learn) -> Mapping[str, tuple[str, str]] | Wrong:
    """Pairs by their hosts, or why docker refuses all of it. `learn` hears of every password."""
    if content.count(b"{") + content.count(b",") + content.count(b"[") > STRUCTURE:
        return Wrong(f"is JSON of more than {STRUCTURE} elements")
    try:
        node, end = first(content)
    except NotGoJson as error:
        learn(content.decode("utf-8", "replace").strip())
        return Wrong(f"is no JSON: {error.why}, {place_of(content, error.at)}{_what_it_is(content, error.why)}")
    if node is None:
        return {}
    found = dict(_entries(node, content))
    packed = {key: auth for key, auth in found.items() if isinstance(auth, str)}
    pairs = {key: taken_apart(auth) for key, auth in packed.items() if auth}
    for key, pair in pairs.items():
        learn(packed[key] if isinstance(pair, str) else pair[1])
    wrong = [auth for auth in found.values() if isinstance(auth, Wrong)]
    if wrong:
        return wrong[0]
    if content[end:].strip(b" \t\r\n")[:1] not in (b"", b"]", b"}"):
        return Wrong("holds more than one JSON object")
    for key, auth in packed.items():
        if not auth:
            return Wrong(f"has no auth for {key}")
        if isinstance(pair := pairs[key], str):
            return Wrong(f"has an entry that cannot be decoded: auths[{key}].auth {pair}", key)
    return {key: pair for key, pair in pairs.items() if not isinstance(pair, str)}


def _entries(node: Node, content: bytes) -> Iterator[tuple[str, str | Wrong]]:
    """What is packed under each host; under the empty name what docker refuses."""
    for name, auths in _members(node, "auths", content):
        if isinstance(auths, Wrong):
            yield name, auths
        elif auths.kind == "object":
            for host, entry in auths.value:
                yield host, _packed(entry, host, content)
        elif auths.kind != "null":
            yield "", Wrong(f"has {auths.kind} at {place_of(content, auths.at)}, where docker wants an object (auths)")


def _packed(entry: Node, host: str, content: bytes) -> str | Wrong:
    packed = ""
    for _, auth in _members(entry, "auth", content):
        if isinstance(auth, Wrong):
            return auth
        if auth.kind == "string":
            packed = auth.value
        elif auth.kind != "null":
            return Wrong(f"has {auth.kind} for auth of {host}, where docker wants a string", host)
    return packed


def _members(node: Node, known: str, content: bytes) -> Iterator[tuple[str, Node | Wrong]]:
    """The values of the one member that is known; any other is refused."""
    if node.kind == "null":
        return
    if node.kind != "object":
        yield "", Wrong(f"has {node.kind} at {place_of(content, node.at)}, where docker wants an object")
        return
    for name, value in node.value:
        if folded(name) == known:
            yield "", value
        else:
            yield "", Wrong(f"has {name} at {place_of(content, value.at)}, and docker takes only auths.HOST.auth")


def _is_path(text: str) -> bool:
    """Whether it names a file, of Windows too; no JSON does."""
    rooted = text[:1] in "/~.\\$" or (text[:1].isalpha() and text[1:3] in (":\\", ":/"))
    return bool(text) and not set(text) & set('{}" \t\r\n') and (rooted or text.endswith(".json"))


def _what_it_is(content: bytes, why: str) -> str:
    """What people put there in place of the JSON."""
    text = content.decode("utf-8", "replace").strip()
    unpacked = standard_base64("".join(text.split()).encode())
    if isinstance(unpacked, bytes) and unpacked.lstrip().startswith(b"{"):
        return "; it is base64 of the JSON: decode it"
    if _is_path(text):
        return (
            "; it is a path, and the variable takes the JSON itself (a folder with config.json goes into DOCKER_CONFIG)"
        )
    from cgrdoctor.credentials.docker_mistakes import what_it_is

    return what_it_is(content, why)

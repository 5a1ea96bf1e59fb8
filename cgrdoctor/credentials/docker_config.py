"""`config.json` as docker itself reads it: credHelpers, then credsStore, then auths (docker/cli configfile).

With a helper configured the plain entry is ignored; one malformed `auth` makes docker reject the whole file.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from cgrdoctor.credentials import helper
from cgrdoctor.credentials.model import Found, Learn, NearMiss, Problem, read_file, unheard
from cgrdoctor.net.bounded_json import NotJson, read_json
from cgrdoctor.privacy.secret import Credential, CredentialKind, Secret


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `auths`, decoded."""

    username: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    registry_token: str = field(default="", repr=False)

    @property
    def empty(self) -> bool:
        return not (self.password or self.identity_token or self.registry_token)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked: the environment of helpers, who learns their secrets, and which of them gave no answer before."""

    environ: Mapping[str, str] = field(repr=False)
    learn: Learn = unheard
    silent: set[str] = field(default_factory=set)


async def look(directory: Path, host: str, asking: Asking) -> Found:
    """What docker would use for `host`, and what it nearly would."""
    path = directory / "config.json"
    from_environment = asking.environ.get("DOCKER_AUTH_CONFIG", "")
    if from_environment:
        content = from_environment.encode("utf-8", "surrogateescape")
        found = await _in(content, "environment DOCKER_AUTH_CONFIG", host, asking)
        if found.credential is not None:
            return found
    stored = read_file(path)
    if stored is None:
        return Found(consulted=(str(path),))
    if isinstance(stored, Problem):
        return Found(problems=(stored,), consulted=(str(path),))
    return await _in(stored, str(path), host, asking)


async def _in(content: bytes, place: str, host: str, asking: Asking) -> Found:
    config = parse(content, place)
    if isinstance(config, Problem):
        return Found(problems=(config,), consulted=(place,))
    auths = _object(config.get("auths"))
    decoded = {key: decode(value, key, place) for key, value in auths.items()}
    for secret in _secrets(decoded):
        asking.learn(secret)
    name = helper_for(config, host)
    if name:
        return await _helped(name, place, host, config, asking)
    broken = [value for value in decoded.values() if isinstance(value, Problem)]
    if broken:
        return Found(problems=(broken[0],), consulted=(place,))
    entries = {key: value for key, value in decoded.items() if isinstance(value, Entry) and not value.empty}
    key = match(entries, host)
    if key is None:
        named = (*entries, *_object(config.get("credHelpers")))
        return Found(near_misses=near_misses(named, host, place), consulted=(place,))
    return Found(credential=_credential(entries[key], host, f"docker config {place}, auths[{key}]"), consulted=(place,))


def parse(content: bytes, place: str) -> dict[str, Any] | Problem:
    """The configuration object. A byte order mark is refused, as docker does."""
    try:
        value = read_json(content)
    except NotJson as error:
        return Problem("config-invalid", place, f"is {error}" if error.too_much else "is no JSON")
    return value if isinstance(value, dict) else Problem("config-invalid", place, "is no JSON object")


def _secrets(decoded: Mapping[str, Entry | Problem]) -> Iterable[str]:
    for entry in decoded.values():
        if isinstance(entry, Entry):
            yield from (entry.password, entry.identity_token, entry.registry_token)


def helper_for(config: Mapping[str, Any], host: str) -> str:
    """The helper docker would ask; an empty name means the file itself."""
    helpers = _object(config.get("credHelpers"))
    if isinstance(helpers.get(host), str):
        return str(helpers[host])
    store = config.get("credsStore")
    return store if isinstance(store, str) else ""


def decode(value: Any, key: str, place: str) -> Entry | Problem:
    """One entry. The problem names the key, never the value."""
    if not isinstance(value, dict):
        return Problem("config-invalid", place, f"auths[{key}] is no object")
    entry = Entry(*(str(value.get(name) or "") for name in ("username", "password", "identitytoken", "registrytoken")))
    packed = value.get("auth")
    if not isinstance(packed, str) or not packed:
        return entry
    try:
        username, colon, password = base64.b64decode(packed, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return Problem("config-invalid", place, f"auths[{key}].auth is no base64 text")
    if not colon or not username:
        return Problem("config-invalid", place, f"auths[{key}].auth is no user:password")
    return Entry(username, password.strip("\0"), entry.identity_token, entry.registry_token)


def host_of_key(key: str) -> str:
    """A key reduced to its host, as docker's ConvertToHostname does: scheme and path go."""
    return key.removeprefix("https://").removeprefix("http://").partition("/")[0]


def match(entries: Mapping[str, Entry], host: str) -> str | None:
    """The key docker would use: the exact host, else the first whose host is equal letter by letter."""
    if host in entries:
        return host
    return next((key for key in sorted(entries) if host_of_key(key) == host), None)


def near_misses(keys: Iterable[str], host: str, place: str) -> tuple[NearMiss, ...]:
    """Keys of `auths` or `credHelpers` that name nearly this host, the nearest first; docker uses none of them."""
    found = [NearMiss(key, place, why) for key in sorted(set(keys)) if (why := _difference(key, host))]
    return tuple(sorted(found, key=lambda miss: miss.why == OTHER_HOST)[:5])


NEARLY = 0.9
"""How much of two names has to be the same: one letter of a dozen may differ."""

OTHER_HOST = "it is another host of the same domain"


def _difference(key: str, host: str) -> str:
    """In what a key differs from the host, empty where they have nothing in common."""
    name, _, port = host.partition(":")
    other, _, other_port = host_of_key(key).partition(":")
    if key == host:
        return ""
    if host_of_key(key) == host:
        return "a credential helper is looked up by the bare host"
    if other.lower() == name.lower():
        return "the port differs" if other_port != port else "upper and lower case differ"
    if _domain(other) == _domain(name):
        return OTHER_HOST
    return "the host is spelled nearly alike" if _alike(other.lower(), name.lower()) else ""


def _alike(other: str, name: str) -> bool:
    """The same name under another ending, or one that a slip of the hand makes of it."""
    if "." not in other or "." not in name or name.rpartition(".")[2].isdigit():
        return False
    same = other.rpartition(".")[0] == name.rpartition(".")[0]
    close = abs(len(other) - len(name)) <= 1 and SequenceMatcher(None, other[:253], name[:253]).ratio() >= NEARLY
    return same or close


def _domain(host: str) -> str:
    return ".".join(host.lower().split(".")[-2:])


async def _helped(name: str, place: str, host: str, config: Mapping[str, Any], asking: Asking) -> Found:
    """A helper that once gave no answer in time is not waited for again."""
    program = f"docker-credential-{name}"
    consulted = (place, program)
    answer = helper.silent(name) if name in asking.silent else await helper.ask(name, host, asking.environ)
    asking.learn(answer.secret)
    if answer.problem is not None:
        if answer.problem.kind == "helper-timeout":
            asking.silent.add(name)
        return Found(problems=(answer.problem,), consulted=consulted)
    auths = _object(config.get("auths"))
    if not answer.secret:
        problems = (_lost(program, host),) if auths.get(host) == {} else ()
        ignored = _ignored(auths, host, place, program)
        named = (*auths, *_object(config.get("credHelpers")))
        return Found(problems=problems, near_misses=(*ignored, *near_misses(named, host, place)), consulted=consulted)
    kind: CredentialKind = "identity-token" if answer.username == "<token>" else "basic"
    credential = Credential(
        kind=kind,
        secret=Secret(answer.secret, host=host),
        source=f"{program} (named in {place})",
        username=answer.username,
    )
    return Found(credential=credential, consulted=consulted)


def _lost(program: str, host: str) -> Problem:
    """`docker login` leaves an empty entry behind when it has stored the credential with a helper."""
    return Problem("helper-lost", program, f"has nothing for {host}, although docker login stored a credential with it")


def _ignored(auths: Mapping[str, Any], host: str, place: str, program: str) -> tuple[NearMiss, ...]:
    """A login that is written in the file for this very host, and not read because a helper is named."""
    entry = decode(auths.get(host, {}), host, place)
    if not isinstance(entry, Entry) or entry.empty:
        return ()
    return (NearMiss(host, place, f"docker asks {program} and does not read this entry"),)


def _credential(entry: Entry, host: str, source: str) -> Credential:
    if entry.registry_token:
        return Credential(kind="registry-token", secret=Secret(entry.registry_token, host=host), source=source)
    if entry.identity_token:
        secret = Secret(entry.identity_token, host=host)
        return Credential(kind="identity-token", secret=secret, source=source, username=entry.username)
    return Credential(kind="basic", secret=Secret(entry.password, host=host), source=source, username=entry.username)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

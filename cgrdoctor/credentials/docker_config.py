"""The login that docker finds for a host: DOCKER_AUTH_CONFIG, credHelpers, credsStore, auths (docker/cli 28).

What a helper answers replaces the pair of the file's entry. A helper that cannot be asked or answers nonsense leaves
the entry in use (BuildKit stops there); "credentials not found" hides it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cgrdoctor.credentials import helper
from cgrdoctor.credentials.docker_file import DockerFile, Entry, load
from cgrdoctor.credentials.docker_keys import OTHER_HOST, match, near_misses
from cgrdoctor.credentials.model import Found, Learn, NearMiss, Problem, read_file, unheard
from cgrdoctor.privacy.secret import Credential, CredentialKind, Secret

__all__ = ["OTHER_HOST", "Asking", "look", "near_misses"]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked: the environment of helpers, who learns their secrets, and which of them gave no answer before."""

    environ: Mapping[str, str] = field(repr=False)
    learn: Learn = unheard
    silent: set[str] = field(default_factory=set)


async def look(directory: Path, host: str, asking: Asking) -> Found:
    """What docker would use for `host`, and what it nearly would."""
    place = str(directory / "config.json")
    content = read_file(directory / "config.json")
    found = Found()
    if asking.environ.get("DOCKER_AUTH_CONFIG"):
        from cgrdoctor.credentials import docker_environment

        found = await docker_environment.look(host, asking.environ, asking.learn)
    if found.credential is not None:
        return found
    stored = await _stored(content, place, host, asking)
    return replace(
        stored,
        problems=(*found.problems, *stored.problems),
        near_misses=(*found.near_misses, *stored.near_misses),
        consulted=(*found.consulted, *stored.consulted),
        looked=(*found.looked, *stored.looked),
    )


async def _stored(content: bytes | Problem | None, place: str, host: str, asking: Asking) -> Found:
    """As the file and its helpers have it."""
    file = load(content) if isinstance(content, bytes) else DockerFile()
    problems = [content] if isinstance(content, Problem) else _wrong(file, content, place, host)
    for secret in _secrets(file):
        asking.learn(secret)
    keys = match(file.auths, host)
    entry = file.auths[keys[0]] if keys else Entry()
    problems += _ambiguous(file, keys, host, place)
    if name := helper_for(file, host, asking.environ):
        found = await _helped(name, place, host, (file, entry, keys), asking)
    else:
        found = Found(_credential(entry, host, _source(place, keys)), consulted=(place,))
    found = replace(found, problems=(*problems, *found.problems))
    if found.credential is not None:
        return found
    there = "not there" if content is None else "unusable" if problems else f"{len(file.raw)} entries"
    looked = (f"{place} ({there})", *(f"docker-credential-{name}" for _ in (name,) if name))
    return _without(file, entry, host, replace(found, looked=looked), place)


def _wrong(file: DockerFile, content: bytes | None, place: str, host: str) -> list[Problem]:
    """What docker warns of, and what people did to the file."""
    if file.wrong is None:
        return []
    hint = ""
    if file.wrong.syntax and content is not None:
        from cgrdoctor.credentials.docker_mistakes import what_it_is

        hint = what_it_is(content, file.wrong.why)
    others = {key: entry for key, entry in file.raw.items() if entry.auth and key in match(file.raw, host)}
    if others and file.wrong.key not in others and file.wrong.midway:
        hint = f"; docker stops there, and whether the login of {host} was decoded before is chance"
        return [Problem("config-invalid-at-times", place, f"{file.wrong.why}{hint}")]
    return [Problem("config-invalid", place, f"{file.wrong.why}{hint}")]


def _ambiguous(file: DockerFile, keys: tuple[str, ...], host: str, place: str) -> list[Problem]:
    """Of several addresses that come down to the host docker takes whichever Go's map has first: another each time."""
    if len({file.auths[key] for key in keys}) < 2:
        return []
    listed = ", ".join(keys[:4])
    message = f"has {len(keys)} keys for {host} with logins that differ ({listed}): docker takes any, another each time"
    return [Problem("ambiguous", place, message)]


def _without(file: DockerFile, entry: Entry, host: str, found: Found, place: str) -> Found:
    """No login: what is there in its place."""
    from cgrdoctor.credentials.docker_mistakes import instead

    full = [key for key, other in file.raw.items() if not other.empty]
    named = near_misses(full, host, place, file.helpers) or near_misses(file.raw if file.store else (), host, place)
    notes = [Problem("no-login", place, note) for note in instead(file, entry, host)]
    return replace(found, problems=(*found.problems, *notes), near_misses=(*found.near_misses, *named))


def _secrets(file: DockerFile) -> Iterable[str]:
    """Every secret of a file, used or not; what cannot be decoded may be one as it stands."""
    for entry in (*file.auths.values(), *file.raw.values()):
        yield from (entry.password, entry.identity_token, entry.registry_token, entry.auth)
        yield entry.auth.partition(":")[2]


def helper_for(file: DockerFile, host: str, environ: Mapping[str, str]) -> str:
    """The helper that docker asks, empty: the file itself. Where nothing is stored it is the platform's."""
    if host in file.helpers:
        return file.helpers[host]
    return file.store if file.contains_auth else default_store(environ)


def default_store(environ: Mapping[str, str]) -> str:
    """The store of the platform, where its helper is on PATH."""
    path = environ.get("PATH", "")
    if sys.platform == "darwin":
        name = "osxkeychain"
    elif sys.platform == "win32":
        name = "wincred"
    else:
        name = "pass" if shutil.which("pass", path=path) else "secretservice"
    return name if shutil.which(f"docker-credential-{name}", path=path) else ""


def _source(place: str, keys: tuple[str, ...]) -> str:
    return f"docker config {place}, auths[{keys[0] if keys else ''}]"


async def _helped(
    name: str, place: str, host: str, known: tuple[DockerFile, Entry, tuple[str, ...]], asking: Asking
) -> Found:
    """A helper that once gave no answer in time is not waited for again."""
    file, entry, keys = known
    program = f"docker-credential-{name}"
    answer = helper.silent(name) if name in asking.silent else await helper.ask(name, host, asking.environ)
    asking.learn(answer.secret)
    found = Found(consulted=(place, program), problems=(answer.problem,) if answer.problem else ())
    if answer.problem is not None and answer.problem.kind == "helper-timeout":
        asking.silent.add(name)
    if answer.falls_back:
        return replace(found, credential=_credential(entry, host, _source(place, keys)))
    rest = Entry(auth=entry.auth, registry_token=entry.registry_token)
    if answer.secret:
        token = answer.username == "<token>"
        pair = (
            rest._replace(identity_token=answer.secret)
            if token
            else rest._replace(username=answer.username, password=answer.secret)
        )
        return replace(found, credential=_credential(pair, host, f"{program} (named in {place})"))
    if answer.problem is None and file.raw.get(host, Entry(username="none")).empty:
        lost = f"has nothing for {host}, although docker login stored a credential with it"
        found = replace(found, problems=(Problem("helper-lost", program, lost),))
    hidden = [key for key in keys if answer.problem is None and not file.auths[key].empty]
    why = f"docker asks {program} and does not read this entry"
    return replace(
        found,
        credential=_credential(rest, host, _source(place, keys)),
        near_misses=tuple(NearMiss(key, place, why) for key in hidden[:1]),
    )


def _credential(entry: Entry, host: str, source: str) -> Credential | None:
    """What docker's engine does with an entry: a token, or both halves of a pair; half of one is no login."""
    kinds: tuple[tuple[CredentialKind, str], ...] = (
        ("registry-token", entry.registry_token),
        ("identity-token", entry.identity_token),
        ("basic", entry.password if entry.username else ""),
    )
    for kind, secret in kinds:
        if secret:
            username = "" if kind == "registry-token" else entry.username
            return Credential(kind=kind, secret=Secret(secret, host=host), source=source, username=username)
    return None

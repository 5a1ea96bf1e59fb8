"""The logins of podman, skopeo, buildah and CRI-O: `auth.json` and what they read beside it (containers/image).

They go through the files in order until one has a login for the image: the repository's own key first, then each
shorter path, then the host, then keys that are URLs of it. A file that one of them cannot read ends the search, and so
does a credential helper that fails; an entry of another host may be as broken as it likes. `credsStore` is not theirs.
"""

from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cgrdoctor.credentials import docker_config, docker_file, go_json, helper, registries_conf
from cgrdoctor.credentials.docker_config import Asking
from cgrdoctor.credentials.docker_keys import host_of_key
from cgrdoctor.credentials.go_decoder import Node
from cgrdoctor.credentials.model import Found, NearMiss, Problem, read_file
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.privacy.secret import Credential, CredentialKind, Secret
from cgrdoctor.process.rooted import below

SET = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)
"""What base64 is written in; Go passes over line breaks and nothing else."""


@dataclass(frozen=True, slots=True)
class File:
    """A place where logins may stand.

    `legacy`: entries without `auths` around them, by host alone. `dockers`: docker reads it too, and takes every key
    for its host alone. `named`: somebody named it.
    """

    path: Path
    legacy: bool = False
    dockers: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of `auths` as it stands: base64, and a token if `login` got one.

    `unread`: it has members that docker alone reads.
    """

    auth: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file has: logins, and credential helpers, by their keys.

    For hints: `store` is docker's credsStore, `outside` names what stands beside `auths`.
    """

    auths: Mapping[str, Entry]
    helpers: Mapping[str, str]
    store: str = ""
    outside: tuple[str, ...] = ()


OF_NODE: Mapping[str, str] = {"HOME": "/root"}
"""What counts of the environment on a machine whose tree is mounted here: what pulls there runs as root."""


def files(auth_file: Path | None, environ: Mapping[str, str], host_root: Path | None = None) -> tuple[File, ...]:
    """Where they look, in order. `auth_file` is that of `--auth-file` or `REGISTRY_AUTH_FILE`, and stands here."""
    if host_root is not None:
        of_root = [replace(one, path=below(host_root, one.path)) for one in _files(None, OF_NODE, 0)]
        return (File(auth_file, named=True), *of_root[1:]) if auth_file is not None else tuple(of_root)
    return _files(auth_file, environ, os.getuid() if hasattr(os, "getuid") else 0)


def _files(auth_file: Path | None, environ: Mapping[str, str], user: int) -> tuple[File, ...]:
    home = Path(environ.get("HOME") or os.path.expanduser("~"))
    docker = environ.get("DOCKER_CONFIG", "")
    settings = environ.get("XDG_CONFIG_HOME") or str(home / ".config")
    found = (
        _first(auth_file, environ, home, user),
        File(Path(settings) / "containers" / "auth.json"),
        File((Path(docker) if docker else home / ".docker") / "config.json", dockers=True),
        File(home / ".dockercfg", legacy=True),
    )
    order: dict[Path, File] = {}
    for one in found:
        if one is not None:
            order.setdefault(one.path, one)
    return tuple(order.values())


def _first(auth_file: Path | None, environ: Mapping[str, str], home: Path, user: int) -> File | None:
    """The file that `login` writes; None where XDG_RUNTIME_DIR names a directory that is not there."""
    if auth_file is not None:
        return File(auth_file, named=True)
    if docker := environ.get("DOCKER_CONFIG", ""):
        return File(Path(docker) / "config.json", dockers=True, named=True)
    if sys.platform in ("win32", "darwin"):
        return File(home / ".config" / "containers" / "auth.json")
    if runtime := environ.get("XDG_RUNTIME_DIR", ""):
        return File(Path(runtime) / "containers" / "auth.json") if os.path.exists(runtime) else None
    return File(Path(f"/run/containers/{user}/auth.json"))


async def look(name: str, auth_file: Path | None, asking: Asking, host_root: Path | None = None) -> Found:
    """What they would use for an image called `name` (`host/path`, or `host` alone), and where it was looked for.

    Of the helpers that registries.conf names a broken one is passed over; commonly there is none but the files.
    """
    environ = asking.environ if host_root is None else OF_NODE
    places = await in_daemon_thread(files, auth_file, environ, host_root, name="auth-files")
    found = Found(problems=_no_runtime(auth_file, environ))
    named = await in_daemon_thread(registries_conf.helpers, environ, host_root, name="registries-conf")
    if isinstance(named, Problem):
        return _and(found, named.place, Here("cannot be used", problems=(named,)))
    for helper_name in named:
        if helper_name == registries_conf.FILES:
            found = await _in_files(found, name, places, asking)
        else:
            host = name.partition("/")[0]
            found = _and(found, "registries.conf", await _helped(helper_name, host, "registries.conf", asking))
        if found.credential is not None:
            break
    return found


async def _in_files(found: Found, name: str, places: Sequence[File], asking: Asking) -> Found:
    for file in places:
        content = await in_daemon_thread(read_file, file.path, name="auth-json")
        here = await _of(content, file, name, asking)
        found = _and(found, str(file.path), here)
        if here.final:
            break
    if found.credential is not None and places[0].named and file is not places[0]:
        return replace(found, problems=(*found.problems, _passed_over(places[0], name)))
    return found


def _passed_over(file: File, name: str) -> Problem:
    """A file that was named has no login, and another one has: measured with 1.9.3, read in containers/image 5.24."""
    host = name.partition("/")[0]
    newer = "podman since 4.4, skopeo since 1.11 and buildah since 1.29 look no further than a file that is named"
    return Problem("named-file", str(file.path), f"has no login for {host}, and {newer}")


def _and(found: Found, place: str, here: Here) -> Found:
    """What was found so far, and in one more place."""
    return Found(
        here.credential,
        (*found.problems, *here.problems),
        (*found.near_misses, *here.near_misses),
        (*found.consulted, place, *here.programs),
        looked=(*found.looked, f"{place} ({here.words})"),
    )


@dataclass(frozen=True, slots=True)
class Here:
    """What one file came to; `words` for people. `final`: no other file is looked at."""

    words: str
    credential: Credential | None = None
    problems: tuple[Problem, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    programs: tuple[str, ...] = ()
    final: bool = False


def _no_runtime(auth_file: Path | None, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """A directory that was named and is not there: they warn, and go on without the file that login writes."""
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if not runtime or auth_file is not None or environ.get("DOCKER_CONFIG") or os.path.exists(runtime):
        return ()
    return (Problem("no-runtime-directory", runtime, "is named by XDG_RUNTIME_DIR and does not exist"),)


async def _of(content: bytes | Problem | None, file: File, name: str, asking: Asking) -> Here:
    if content is None:
        return Here("not there")
    if isinstance(content, Problem):
        return Here("cannot be used", problems=(content,), final=True)
    place, host = str(file.path), name.partition("/")[0]
    try:
        stored = read(content, legacy=file.legacy)
    except go_json.Unfit as unfit:
        return Here("cannot be used", problems=(Problem("config-invalid", place, str(unfit)),), final=True)
    for entry in stored.auths.values():
        for secret in _secrets(entry):
            asking.learn(secret)
    if host in stored.helpers:
        return await _helped(stored.helpers[host], host, place, asking)
    key = match(stored.auths, name, legacy=file.legacy)
    if key is None:
        store = f"; its credsStore {stored.store} is docker's alone" if stored.store else ""
        outside = "; its entry stands outside of auths, as in .dockercfg" if host in stored.outside else ""
        return Here(f"none for {host}{store}{outside}", near_misses=near_misses(stored, name, file))
    taken = _taken(stored, key, host, place)
    if taken.credential is not None and file.dockers and key != host:
        return replace(taken, words=f"has one, for {key}; docker takes each key there for its host alone")
    return taken


def read(content: bytes, *, legacy: bool = False) -> Stored:
    """The file's logins and helpers. Raises go_json.Unfit for what they reject as a whole."""
    auths: dict[str, Entry] = {}
    helpers: dict[str, str] = {}
    store, outside = "", []
    document = go_json.read(content)
    if legacy:
        auths.update((key, _entry(value, key)) for key, value in go_json.entries(document, "the file"))
        return Stored(auths, helpers)
    for name, value in go_json.fields(document, "the file"):
        if name == "auths":
            auths = {} if value.kind == "null" else auths
            auths.update((key, _entry(one, key)) for key, one in go_json.entries(value, "auths"))
        elif name == "credhelpers":
            helpers = {} if value.kind == "null" else helpers
            for key, one in go_json.entries(value, "credHelpers"):
                helpers[key] = go_json.string(one, f"credHelpers[{key}]")
        elif name == "credsstore" and value.kind == "string":
            store = str(value.value)
        elif value.kind == "object":
            outside.append(name)
    return Stored(auths, helpers, store, tuple(outside))


def _entry(value: Node, key: str) -> Entry:
    found = Entry()
    for name, one in go_json.fields(value, f"auths[{key}]"):
        if name == "auth":
            found = replace(found, auth=go_json.string(one, f"auths[{key}].auth", found.auth))
        elif name == "identitytoken":
            token = go_json.string(one, f"auths[{key}].identitytoken", found.identity_token)
            found = replace(found, identity_token=token)
        elif name in ("username", "password", "registrytoken"):
            found = replace(found, unread=True)
    return found


def match(auths: Mapping[str, Entry], name: str, *, legacy: bool = False) -> str | None:
    """The key they take for an image: its own, each shorter path, the host, else the first URL of this host."""
    host = name.partition("/")[0]
    for key in (host,) if legacy else _shorter(name):
        if key in auths:
            return key
    return next((key for key in sorted(auths) if _host_of_url(key, legacy=legacy) == _docker_hub(host)), None)


def _shorter(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition("/")[0]


def _host_of_url(key: str, *, legacy: bool) -> str:
    bare = key.removeprefix("http://").removeprefix("https://")
    return _docker_hub(bare.partition("/")[0] if legacy or bare != key else bare)


def _docker_hub(host: str) -> str:
    return "index.docker.io" if host in ("docker.io", "registry-1.docker.io") else host


def pair(entry: Entry) -> tuple[str, str] | None:
    """User name and password, None where there is no colon. Raises ValueError for what is no base64."""
    packed = entry.auth.replace("\r", "").replace("\n", "")
    if not SET.fullmatch(packed):
        raise ValueError("no base64")
    username, colon, password = base64.b64decode(packed, validate=True).partition(b":")
    return (_text(username), _text(password.strip(b"\0"))) if colon else None


def _text(value: bytes) -> str:
    """Sent as it is stored, whatever it is."""
    return value.decode("utf-8", "surrogateescape")


def _secrets(entry: Entry) -> Iterator[str]:
    yield entry.identity_token
    try:
        found = pair(entry)
    except ValueError:
        return
    if found is not None:
        yield found[1]


def _taken(stored: Stored, key: str, host: str, place: str) -> Here:
    """The login of the entry that matches; whatever it is, no other one of this file is looked at."""
    entry = stored.auths[key]
    try:
        found = pair(entry)
    except ValueError:
        return _useless(place, f"auths[{key}].auth {_why_not(entry, 'is no base64 text')}")
    if found is None and entry.auth:
        return replace(_useless(place, f"auths[{key}].auth {_why_not(entry, 'is no user:password')}"), final=False)
    if found is None or not (any(found) or entry.identity_token):
        store = f"; docker's own credsStore {stored.store} may have it" if stored.store else ""
        unread = "; of an entry podman reads auth alone, no username and no password" if entry.unread else ""
        return Here(f"auths[{key}] is empty{store}{unread}")
    username, password = found
    source = f"{place}, auths[{key}]"
    if entry.identity_token:
        return _found(_credential("identity-token", username, entry.identity_token, host, source))
    if not (username and password):
        return _useless(place, f"auths[{key}].auth has no {'password' if username else 'user name'}")
    return _found(_credential("basic", username, password, host, source))


def _why_not(entry: Entry, plainly: str) -> str:
    """Why an `auth` is no login, and what people did to it."""
    told = docker_file.taken_apart(entry.auth)
    return told if isinstance(told, str) else plainly


def _useless(place: str, message: str) -> Here:
    """An entry that ends the search and is no login."""
    return Here("cannot be used", problems=(Problem("config-invalid", place, message),), final=True)


def _found(credential: Credential) -> Here:
    return Here("has one", credential, final=True)


def _credential(kind: CredentialKind, username: str, secret: str, host: str, source: str) -> Credential:
    return Credential(kind=kind, secret=Secret(secret, host=host), source=source, username=username)


async def _helped(name: str, host: str, place: str, asking: Asking) -> Here:
    """A helper is asked for the host, whatever path the image has, and the file's own entries are not looked at."""
    program = f"docker-credential-{name}"
    answer = helper.silent(name) if name in asking.silent else await helper.ask(name, host, asking.environ)
    asking.learn(answer.secret)
    if answer.problem is not None:
        if answer.problem.kind == "helper-timeout":
            asking.silent.add(name)
        words = f"{program} {answer.problem.message}"
        return Here(words, problems=(answer.problem,), programs=(program,), final=True)
    if not answer.secret:
        return Here(f"{program} has none for {host}", programs=(program,))
    kind: CredentialKind = "identity-token" if answer.username == "<token>" else "basic"
    source = f"{program} (named in {place})"
    return replace(_found(_credential(kind, answer.username, answer.secret, host, source)), programs=(program,))


def near_misses(stored: Stored, name: str, file: File) -> tuple[NearMiss, ...]:
    """Keys that nearly fit, and why they are not taken."""
    place = str(file.path)
    docker = "; docker takes it for any" if file.dockers else ""
    host = name.partition("/")[0]
    paths = [key for key in stored.auths if key.partition("/")[0] == host and "/" in key]
    aside = [NearMiss(key, place, _beside(key, name) + docker) for key in paths if key not in tuple(_shorter(name))]
    others = [key for key in (*stored.auths, *stored.helpers) if key not in paths]
    odd = [key for key in others if "://" in key and host_of_key(key) == host and key in stored.auths]
    aside += [NearMiss(key, place, "its scheme is not theirs: write the host alone") for key in odd]
    return (*aside, *docker_config.near_misses(others, host, place))[:5]


def _beside(key: str, name: str) -> str:
    if key.rstrip("/") in tuple(_shorter(name)):
        return "it ends with a slash, which no name of an image does"
    if "*" in key:
        return "there are no patterns in keys"
    if ":" in key.rpartition("/")[2]:
        return "it ends with a tag, which no key does"
    if name == name.partition("/")[0]:
        return "it is for images below that path alone"
    return f"it is for images below {key.partition('/')[2]} alone"

"""Pull secrets as the kubelet reads them (k8s.io credentialprovider): both types, `data` and `stringData`.

Of a Secret only name, namespace and type are anybody's business; the keys under which logins stand are compared with
the image, and what was decoded is told to the redaction before anything is made of it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from cgrdoctor.kubernetes.fields import mapping, text
from cgrdoctor.net.bounded_json import NotJson, read_json
from cgrdoctor.privacy.masked import MASK, is_masked

JSON_TYPE, CFG_TYPE = "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"
DATA = {JSON_TYPE: ".dockerconfigjson", CFG_TYPE: ".dockercfg"}
"""Which key of a Secret each type has; the kubelet looks at no other."""

MOST = 50
"""Logins of one Secret that are looked at; OpenShift's own has ten."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A login under its key, decoded."""

    key: str
    username: str = ""
    password: str = field(default="", repr=False)
    masked: bool = False
    """Whether somebody blotted the login out."""

    @property
    def empty(self) -> bool:
        """Whether the kubelet has no login to send: half of one is refused."""
        return not (self.username and self.password)


@dataclass(frozen=True, slots=True)
class PullSecret:
    """A Secret. `trouble` says in a word why the kubelet gets nothing out of it, empty where it does.

    `content` is the object as it was read, for `opened`; nobody else looks into it.
    """

    name: str
    namespace: str
    kind: str
    content: dict[str, Any] = field(default_factory=dict, repr=False)
    entries: tuple[Entry, ...] = ()
    trouble: str = ""
    heard: tuple[str, ...] = field(default=(), repr=False)
    """Every text in it that may be secret."""


def secret_of(value: dict[str, Any]) -> PullSecret:
    """A Secret of its object, unopened. Without a type it is Opaque, as for Kubernetes."""
    return PullSecret(
        text(value, "metadata", "name"),
        text(value, "metadata", "namespace"),
        text(value, "type") or "Opaque",
        {name: mapping(value, name) for name in ("data", "stringData")},
    )


def opened(secret: PullSecret) -> PullSecret:
    """The same with its logins decoded."""
    name = DATA.get(secret.kind)
    stored = _stored(secret)
    if name is None or name not in stored:
        heard = _heard(*(plain or b"" for plain in stored.values()))
        kind = "wrong-type" if stored else "no-data" if name else "wrong-type"
        return _with(secret, trouble=kind, heard=heard)
    plain = stored[name]
    if _is_blotted_out(secret, name, plain):
        return _with(secret, trouble="masked")
    if plain is None:
        return _with(secret, trouble="not-base64")
    again = _encoded_again(plain)
    if again is not None:
        return _with(secret, trouble="double-base64", heard=_heard(again))
    return _read(secret, plain, is_json=secret.kind == JSON_TYPE)


def _is_blotted_out(secret: PullSecret, name: str, plain: bytes | None) -> bool:
    """Whether somebody took the login out before it was given: then nothing can be said of what the cluster has."""
    if plain is not None and plain.lstrip().startswith(b"{"):
        return False
    written = text(secret.content, "stringData", name) or text(secret.content, "data", name)
    return MASK.search(written[:LONGEST_HEARD]) is not None and not written.lstrip().startswith("{")


def _encoded_again(plain: bytes) -> bytes | None:
    """The JSON that was encoded twice or thrice; None where it was not."""
    inner: bytes | None = plain
    for _ in range(2):
        inner = _decoded("".join(inner.decode("latin-1").split())) if inner is not None else None
        if inner is not None and inner.lstrip().startswith(b"{"):
            return inner
    return None


def _read(secret: PullSecret, plain: bytes, *, is_json: bool) -> PullSecret:
    """The kubelet drops the whole pull over one entry that it cannot decode."""
    heard = _heard(plain)
    try:
        config = read_json(plain)
    except NotJson:
        return _with(secret, trouble="no-json" if plain.strip() else "no-data", heard=heard)
    config = {} if config is None else config
    auths = _member(config, "auths") if is_json else config
    fits = isinstance(config, dict) and isinstance(auths, dict | None)
    if not fits or (is_json and not _are_texts(_member(config, "httpheaders"))):
        return _with(secret, trouble="no-json", heard=heard)
    if is_json is not _is_config_json(config):
        return _with(secret, trouble="wrong-form", heard=heard)
    if len(auths or {}) > MOST:
        return _with(secret, trouble="too-many")
    entries = tuple(_entry(str(key), value) for key, value in (auths or {}).items())
    if None in entries:
        return _with(secret, trouble="entry-broken", heard=heard)
    return _with(secret, entries=tuple(one for one in entries if one is not None), heard=heard)


def _is_config_json(config: dict[str, Any]) -> bool:
    """Whether it is written as docker's config.json is, all logins below `auths`."""
    return isinstance(_member(config, "auths"), dict) or not any(map(_is_login, config.values()))


def _is_login(value: Any) -> bool:
    return isinstance(value, dict) and any(_member(value, name) is not None for name in ("auth", "username"))


def _are_texts(value: Any) -> bool:
    """Whether the kubelet reads it as headers, which it does not use."""
    return value is None or (isinstance(value, dict) and all(isinstance(one, str | None) for one in value.values()))


def _with(secret: PullSecret, **changes: Any) -> PullSecret:
    return PullSecret(secret.name, secret.namespace, secret.kind, **changes)


def _stored(secret: PullSecret) -> dict[str, bytes | None]:
    """What is stored under each key, decoded; None for what is no base64. `stringData` is plain and wins."""
    found: dict[str, bytes | None] = {}
    for name in DATA.values():
        plain, raw = text(secret.content, "stringData", name), text(secret.content, "data", name)
        if plain or raw:
            found[name] = plain.encode("utf-8", "surrogatepass") if plain else _decoded(raw)
    return found


def _decoded(packed: str) -> bytes | None:
    """Base64 as Go reads it in JSON: line breaks do not count, everything else must fit; None for what is none."""
    bare = packed.replace("\r", "").replace("\n", "")
    try:
        return base64.b64decode(bare, validate=True) if bare else None
    except (binascii.Error, ValueError):
        return None


def _member(config: Any, name: str) -> Any:
    """Go finds names whatever their case; the exact one first."""
    if not isinstance(config, dict):
        return None
    if name in config:
        return config[name]
    return next((value for key, value in config.items() if str(key).lower() == name), None)


def _entry(key: str, value: Any) -> Entry | None:
    """A login; None where the kubelet cannot decode it. `auth` counts, `username` and `password` only without it."""
    if value is None:
        return Entry(key)
    if not isinstance(value, dict):
        return None
    parts = [_member(value, name) for name in ("username", "password", "auth", "email")]
    if not all(isinstance(one, str | None) for one in parts):
        return None
    username, password, packed, _ = (one or "" for one in parts)
    if not packed:
        return Entry(key, masked=True) if is_masked(password) else Entry(key, username, password)
    unpacked = _unpacked(key, packed)
    # What `auth` holds encoded was never blotted out: it is as it was stored.
    return Entry(key, masked=True) if unpacked is None and MASK.search(packed[:LONGEST_HEARD]) else unpacked


def _unpacked(key: str, packed: str) -> Entry | None:
    """`auth` with its padding or without any; line breaks in it do not count."""
    bare = packed.replace("\r", "").replace("\n", "")
    padded = bare if packed.strip().endswith("=") else bare + "=" * (-len(bare) % 4)
    try:
        username, colon, password = base64.b64decode(padded, validate=True).decode("utf-8", "replace").partition(":")
    except (binascii.Error, ValueError):
        return None
    return Entry(key, username, password) if colon else None


ORDINARY = ("username", "email", "serveraddress")
"""Names under which no secret stands; a user's name may be an ordinary word."""

LONGEST_HEARD = 16 * 1024
"""Characters of a text that is told to the redaction; a password is shorter."""


def _login_texts(plain: bytes) -> Iterator[str]:
    """Every text of a configuration that may be secret, whatever its shape; `auth` decoded too."""
    try:
        level: list[Any] = [json.loads(plain)]
    except (ValueError, RecursionError):
        return
    while level:
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += [one for name, one in value.items() if str(name).lower() not in ORDINARY]
            elif isinstance(value, list):
                inner += value
            elif isinstance(value, str):
                yield value
                yield from _password_in(value)
        level = inner


def _password_in(packed: str) -> Iterator[str]:
    bare = "".join(packed.split())
    decoded = _decoded(bare.rstrip("=") + "=" * (-len(bare.rstrip("=")) % 4))
    if decoded and b":" in decoded:
        yield decoded.partition(b":")[2].decode("utf-8", "replace")


def _heard(*plain: bytes) -> tuple[str, ...]:
    """Every text in it that may be secret, each once, with and without a line break at its end; so many at most that
    learning them takes no time. A longer text, or more of them, are of no login that is ever used."""
    found: dict[str, None] = {}
    for text_in_it in chain.from_iterable(map(_login_texts, plain)):
        if len(text_in_it) <= LONGEST_HEARD:
            found |= dict.fromkeys((text_in_it, text_in_it.strip()))
        if len(found) > 4 * MOST:
            break
    return tuple(found)

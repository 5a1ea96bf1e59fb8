"""What docker makes of the bytes of its `config.json` (docker/cli 28: configfile, credentials, encoding/json).

Names count in any case; one given twice is merged or replaced as Go does it; an unknown one is passed over. A value of
the wrong type anywhere, or an entry that cannot be decoded, makes docker warn and go on with what it has: helpers are
asked, and entries are sent as they stand, undecoded. What is no JSON leaves it with nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cgrdoctor.credentials.go_decoder import Node, NotGoJson, as_go_has_it, folded, place_of, read

STRUCTURE = 50_000
"""Braces, brackets and commas of a configuration that is read."""


class Wrong(NamedTuple):
    """What is wrong with a configuration, as the end of a sentence that begins with its name, and in which entry.

    `midway`: docker met it while it took the entries apart, one after the other.
    """

    why: str
    key: str = ""
    syntax: bool = False
    midway: bool = False


class Entry(NamedTuple):
    """One entry of `auths`. `auth` is what could not be decoded and is sent as it stands."""

    username: str = ""
    password: str = ""
    auth: str = ""
    identity_token: str = ""
    registry_token: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing in it is a login, decoded or not."""
        return not any(self)

    def __repr__(self) -> str:
        return "Entry(***)"


@dataclass(frozen=True, slots=True)
class DockerFile:
    """A configuration as docker holds it in memory; `wrong` is what it warns of.

    `raw` are the entries as they are written, before `auth` is decoded; `unknown` the names that docker does not know.
    """

    auths: Mapping[str, Entry] = field(default_factory=dict, repr=False)
    helpers: Mapping[str, str] = field(default_factory=dict)
    store: str = ""
    context: str = ""
    wrong: Wrong | None = None
    raw: Mapping[str, Entry] = field(default_factory=dict, repr=False)
    unknown: Mapping[str, Node] = field(default_factory=dict, repr=False)

    @property
    def contains_auth(self) -> bool:
        """Whether anything in it says where logins are; if not, docker looks for the store of the platform."""
        return bool(self.store or self.helpers or self.auths)


class _Telling:
    """The first value of a wrong type, as encoding/json keeps it and goes on."""

    def __init__(self, content: bytes) -> None:
        self.first: Wrong | None = None
        self._content = content

    def of(self, node: Node, path: str, wanted: str) -> None:
        if self.first is None:
            name = path or "the whole"
            place = place_of(self._content, node.at)
            key = path.removeprefix("auths[").partition("]")[0] if path.startswith("auths[") else ""
            self.first = Wrong(f"has {a(node.kind)} at {place}, where docker wants {wanted} ({name})", key)


def a(kind: str) -> str:
    """The kind of a value with its article."""
    return {"bool": "true or false", "null": "null"}.get(kind, f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}")


Reading = Callable[[Node, Any, str, _Telling], Any]


def _text(node: Node, old: Any, path: str, telling: _Telling) -> Any:
    """A string; null leaves what was there."""
    if node.kind == "string":
        return node.value
    if node.kind != "null":
        telling.of(node, path, "a string")
    return old


def _texts(node: Node, old: Any, path: str, telling: _Telling) -> Any:
    if node.kind == "array":
        return [_text(one, "", f"{path}[{number}]", telling) for number, one in enumerate(node.value)]
    if node.kind != "null":
        telling.of(node, path, "a list of strings")
    return old


def _mapping(member: Reading, new: Callable[[], Any]) -> Reading:
    """A mapping: given again it is merged, null empties it, each of its values begins anew."""

    def reading(node: Node, old: Any, path: str, telling: _Telling) -> Any:
        if node.kind == "null":
            return {}
        if node.kind != "object":
            telling.of(node, path, "an object")
            return old
        found = dict(old or {})
        for key, value in node.value:
            found[key] = member(value, new(), f"{path}[{key}]", telling)
        return found

    return reading


def _structure(fields: Mapping[str, Reading]) -> Reading:
    """An object of known members. Others are passed over; their names are kept under the empty one."""
    folds = {folded(name): name for name in fields}

    def reading(node: Node, old: Any, path: str, telling: _Telling) -> Any:
        found = dict(old or {})
        if node.kind == "null":
            return found
        if node.kind != "object":
            telling.of(node, path, "an object")
            return found
        for key, value in node.value:
            name = key if key in fields else folds.get(folded(key))
            if name is None:
                found[""] = {**found.get("", {}), key: value}
            else:
                found[name] = fields[name](value, found.get(name), f"{path}.{key}" if path else key, telling)
        return found

    return reading


_ENTRY = _structure(
    dict.fromkeys(("username", "password", "auth", "email", "serveraddress", "identitytoken", "registrytoken"), _text)
)
_TEXTS = _mapping(_text, str)
_FORMATS = ("ps", "images", "networks", "plugins", "volumes", "stats", "services", "tasks", "secret", "config", "nodes")
_CONFIG = _structure(
    {
        "auths": _mapping(_ENTRY, dict),
        **dict.fromkeys(("HttpHeaders", "credHelpers", "aliases", "features"), _TEXTS),
        **dict.fromkeys([f"{name}Format" for name in (*_FORMATS, "serviceInspect")], _text),
        **dict.fromkeys(("detachKeys", "credsStore", "currentContext", "experimental"), _text),
        **dict.fromkeys(("pruneFilters", "cliPluginsExtraDirs"), _texts),
        "proxies": _mapping(
            _structure(dict.fromkeys(("httpProxy", "httpsProxy", "noProxy", "ftpProxy", "allProxy"), _text)), dict
        ),
        "plugins": _mapping(_TEXTS, dict),
    }
)


def load(content: bytes) -> DockerFile:
    """What docker has after reading; never raises."""
    node = parsed(content)
    if isinstance(node, Wrong):
        return DockerFile(wrong=node)
    telling = _Telling(content)
    found = _CONFIG(node, {}, "", telling) if node is not None else {}
    raw = {key: _entry(value) for key, value in (found.get("auths") or {}).items()}
    auths, wrong = (raw, telling.first) if telling.first else decoded(raw)
    return DockerFile(
        auths=auths,
        helpers={key: value or "" for key, value in (found.get("credHelpers") or {}).items()},
        store=found.get("credsStore") or "",
        context=found.get("currentContext") or "",
        wrong=wrong,
        raw=raw,
        unknown=found.get("", {}),
    )


def parsed(content: bytes) -> Node | Wrong | None:
    """The JSON value, None for an empty file, or what docker says of it, with the place."""
    structure = sum(content.count(mark) for mark in (b"{", b"[", b","))
    if structure > STRUCTURE:
        return Wrong(f"is JSON of more than {STRUCTURE} elements", syntax=True)
    try:
        return read(content)
    except NotGoJson as error:
        return Wrong(f"is no JSON: {error.why}, {place_of(content, error.at)}", syntax=True)


def strings(content: bytes, names: tuple[str, ...]) -> Mapping[str, str] | Wrong:
    """Members of an object that are strings, by those of `names`, as Go fills a structure with them."""
    node = parsed(content)
    if node is None:
        return Wrong("is no JSON: it is empty", syntax=True)
    if isinstance(node, Wrong):
        return node
    telling = _Telling(content)
    found = _structure(dict.fromkeys(names, _text))(node, {}, "", telling)
    return telling.first or {name: found.get(name) or "" for name in names}


def _entry(value: Mapping[str, Any]) -> Entry:
    names = ("username", "password", "auth", "identitytoken", "registrytoken")
    return Entry(*(value.get(name) or "" for name in names))


def decoded(raw: Mapping[str, Entry]) -> tuple[Mapping[str, Entry], Wrong | None]:
    """Entries with `auth` taken apart. Where one cannot be, docker stops there.

    It begins anywhere among them and goes on in the order of the file, round to the first: those before
    are mostly done.
    """
    found: dict[str, Entry] = {}
    for key, entry in raw.items():
        if not entry.auth:
            found[key] = entry
            continue
        pair = taken_apart(entry.auth)
        if isinstance(pair, str):
            return {**raw, **found}, Wrong(
                f"has an entry that cannot be decoded: auths[{key}].auth {pair}", key, midway=True
            )
        found[key] = entry._replace(username=pair[0], password=pair[1], auth="")
    return found, None


def taken_apart(auth: str) -> tuple[str, str] | str:
    """User and password of an `auth`, or what is wrong with it. Line breaks count for nothing, all else counts."""
    packed = auth.encode("utf-8", "surrogatepass")
    unpacked = standard_base64(packed)
    if isinstance(unpacked, int):
        return f"is no base64 text (illegal data at byte {unpacked}{_why_illegal(auth)})"
    user, colon, password = unpacked.partition(b":")
    if not colon:
        return f"is no base64 of user:password{_encoded_again(unpacked) or ': it holds no colon'}"
    if not user:
        return "is no base64 of user:password: its user name is empty"
    return as_go_has_it(user), as_go_has_it(password.strip(b"\0"))


def _encoded_again(unpacked: bytes) -> str:
    nested = standard_base64(unpacked)
    if isinstance(nested, bytes) and b":" in nested:
        return "; it is encoded twice"
    inner = standard_base64(nested) if isinstance(nested, bytes) and nested else 0
    return "; it is encoded more than once" if isinstance(inner, bytes) and b":" in inner else ""


def _why_illegal(auth: str) -> str:
    """What people do to base64 text."""
    bare = auth.strip()
    if re.match(r"basic\s", bare, re.IGNORECASE):
        return ": it begins with Basic, which belongs to a header"
    if bare[:1] in ("$", "<", "%") or "{{" in bare:
        return ": it is a placeholder that was not filled in"
    if bare[:1] in ("'", '"'):
        return ": quotes are part of it"
    if bare and not bare.strip("*"):
        return ": it was masked"
    if ":" in bare:
        return ": it is user:password itself, not encoded"
    if bare != auth or re.search(r"[ \t]", bare):
        return ": there is white space in it"
    if re.search("[-_]", bare):
        return ": it is base64 for URLs, with - and _"
    letters = re.fullmatch(r"[A-Za-z0-9+/\r\n]+", bare)
    return ": its padding is missing" if letters else ""


_WHOLE = re.compile(rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?+")
_LETTERS = re.compile(rb"[A-Za-z0-9+/]*+")


def standard_base64(packed: bytes) -> bytes | int:
    """The bytes of base64 as Go's StdEncoding has it, or the place of the first byte that does not belong there."""
    import binascii

    at = [index for index, byte in enumerate(packed) if byte not in b"\r\n"] if _BREAKS.search(packed) else None
    bare = packed if at is None else bytes(packed[index] for index in at)
    whole = _WHOLE.match(bare)
    end = whole.end() if whole else 0
    if end == len(bare):
        return binascii.a2b_base64(bare)
    return _illegal(packed, bare, end, at)


_BREAKS = re.compile(rb"[\r\n]")


def _illegal(packed: bytes, bare: bytes, end: int, at: list[int] | None) -> int:
    """Where Go says that data is illegal: the byte that does not belong, or the begin of a group that is not whole."""

    def placed(index: int) -> int:
        return index if at is None else at[index] if index < len(at) else len(packed)

    if end and bare[end - 1 : end] == b"=":
        return placed(end)
    letters = _LETTERS.match(bare, end)
    bad = letters.end() if letters else end
    if bad >= len(bare):
        return len(packed) - (bad - end)
    if bare[bad : bad + 1] == b"=" and bad - end == 2 and bad + 1 >= len(bare):
        return len(packed)
    if bare[bad : bad + 1] == b"=" and bad - end == 2:
        return placed(bad + 1) - 1
    return placed(bad)

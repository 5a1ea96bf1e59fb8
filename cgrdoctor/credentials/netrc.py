"""`.netrc` as curl reads it, without the `default` entry: that one is bound to no host."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from cgrdoctor.credentials.model import Learn, Problem, read_file, unheard
from cgrdoctor.privacy.host_names import hostname
from cgrdoctor.privacy.secret import Credential, Secret

_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
"""What a backslash means before a letter in a quoted word, as curl reads it."""

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


def look(path: Path, host: str, learn: Learn = unheard) -> tuple[Credential | None, Problem | None]:
    """The entry whose machine is `host`, compared without its port as curl does. `learn` hears of every password."""
    content = read_file(path)
    if content is None or isinstance(content, Problem):
        return None, content
    name = hostname(host).strip("[]")
    text = content.decode("utf-8", "replace")
    for before, word in pairwise(_words(text)):
        if before == "password":
            learn(word)
    username, password = entry(text, name)
    if not username or not password:
        return None, None
    return Credential(kind="basic", secret=Secret(password, host=host), source=str(path), username=username), None


def entry(text: str, machine: str) -> tuple[str, str]:
    """Login and password of the first entry for a machine, empty if there is none."""
    words = _words(text)
    found: dict[str, str] = {}
    inside = False
    at = 0
    while at < len(words):
        word = words[at]
        if word in ("machine", "default"):
            if inside:
                break
            inside = word == "machine" and at + 1 < len(words) and words[at + 1].lower() == machine
            at += 2 if word == "machine" else 1
        elif word in ("login", "password", "account"):
            if inside and at + 1 < len(words):
                found.setdefault(word, words[at + 1])
            at += 2
        else:
            at += 1
    return found.get("login", ""), found.get("password", "")


def _words(text: str) -> list[str]:
    return [
        _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), word[1]) if word[1] else word[2]
        for line in _lines(text)
        for word in _WORD.finditer(line)
    ]


def _lines(text: str) -> list[str]:
    """Lines without comments and without macro definitions, which run to the next empty line."""
    kept: list[str] = []
    in_macro = False
    for line in text.splitlines():
        if line.strip().startswith("macdef"):
            in_macro = True
        elif not line.strip():
            in_macro = False
        elif not in_macro and not line.strip().startswith("#"):
            kept.append(line)
    return kept

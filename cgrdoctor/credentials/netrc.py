"""`.netrc` as curl reads it, without the `default` entry: that one is bound to no host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cgrdoctor.credentials.model import Learn, Problem, read_file, unheard
from cgrdoctor.privacy.host_names import hostname
from cgrdoctor.privacy.secret import Credential, Secret

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
"""What a backslash means before a letter in a quoted word, as curl reads it."""

_WORD = re.compile(r'(?:"(?P<quoted>(?:[^"\\]|\\.)*+)(?P<closed>")?|(?P<bare>[^\x00-\x20]++))')


class Entry(NamedTuple):
    """One machine's pair; `machine` is empty for the entry that serves all hosts. `words` have no meaning."""

    machine: str
    login: str = ""
    password: str = ""
    words: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Entry({self.machine})"


def look(path: Path, host: str, learn: Learn = unheard) -> tuple[Credential | None, Problem | None]:
    """The first whole entry whose machine is `host`, compared without its port and case as curl does.

    `learn` hears of every password. Without an entry the problem says what is there in its place.
    """
    content = read_file(path)
    if content is None or isinstance(content, Problem):
        return None, content
    name = hostname(host).strip("[]")
    found = list(entries(content.decode("utf-8", "replace")))
    for one in found:
        for secret in (one.password, *one.words):
            learn(secret)
    username, password = _pair(found, name)
    if not username or not password:
        note = _instead(found, content, name)
        return None, Problem("no-login", str(path), note) if note else None
    return Credential(kind="basic", secret=Secret(password, host=host), source=str(path), username=username), None


def entry(text: str, machine: str) -> tuple[str, str]:
    """Login and password of the first whole entry for a machine, empty if there is none."""
    return _pair(list(entries(text)), machine)


def _pair(found: list[Entry], machine: str) -> tuple[str, str]:
    mine = [one for one in found if one.machine.lower() == machine.lower() and machine]
    return next(((one.login, one.password) for one in mine if one.login and one.password), ("", ""))


def entries(text: str) -> Iterator[Entry]:
    """Every entry in its order. Names of members count in any case; what is no name is passed over.

    The first whole pair of an entry counts; until then what comes later replaces what came before.
    """
    current: Entry | None = None
    waiting = ""
    for word in _words(text):
        known = word.lower()
        if waiting == "machine":
            current, waiting = Entry(word), ""
        elif waiting and current is not None and current.login and current.password:
            waiting = ""
        elif waiting and current is not None:
            pair = current._replace(login=word) if waiting == "login" else current._replace(password=word)
            current, waiting = pair, ""
        elif known in ("machine", "default"):
            if current is not None:
                yield current
            current, waiting = (None, "machine") if known == "machine" else (Entry(""), "")
        elif current is not None and known in ("login", "password"):
            waiting = known
        elif current is not None:
            current = current._replace(words=(*current.words[:8], word))
    if current is not None:
        yield current


def _words(text: str) -> Iterator[str]:
    """Words without comments and macro definitions, which run to the next empty line. An open quote ends the file."""
    in_macro = False
    for line in text.split("\n"):
        if in_macro or not line.strip():
            in_macro = in_macro and bool(line.strip())
            continue
        for word in _of_line(line):
            if word is None:
                return
            if word.lower() == "macdef":
                in_macro = True
                break
            yield word


def _of_line(line: str) -> Iterator[str | None]:
    """The words of a line up to a comment, None for a quoted one that is not closed."""
    at = 0
    while (found := _WORD.match(line, _word_at(line, at))) is not None:
        at = found.end()
        if found["bare"] is None:
            quoted = _ESCAPED.sub(lambda one: _ESCAPES.get(one[1], one[1]), found["quoted"])
            yield quoted if found["closed"] else None
        elif found["bare"].startswith("#"):
            return
        else:
            yield found["bare"]


def _word_at(line: str, at: int) -> int:
    """Where the next word begins."""
    while line[at : at + 1] in (" ", "\t"):
        at += 1
    return at


def _instead(found: list[Entry], content: bytes, machine: str) -> str:
    """Why curl has no pair for a machine, for the end of a sentence; empty where nothing speaks of it."""
    mine = [one for one in found if one.machine.lower() == machine.lower()]
    if mine:
        return _half(mine[0], machine)
    if _is_open(content.decode("utf-8", "replace")):
        return "has a quote that is not closed, and curl takes nothing from it"
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "begins with a byte order mark or is UTF-16, and curl finds no entry in it"
    near = _near([one.machine for one in found if one.machine], machine)
    if near:
        return near
    hidden = re.search(rb"(?i)^[ \t]*macdef\b", content, re.MULTILINE) and machine.encode() in content
    if hidden:
        return (
            f"has a macdef that no empty line ends, and {machine} stands in it: an empty line has to follow the macro"
        )
    if any(not one.machine and one.password for one in found):
        return f"has only a default entry, which serves every host: it is not used; write machine {machine}"
    return ""


def _half(mine: Entry, machine: str) -> str:
    other = next((word for word in mine.words if word.lower() in ("user", "username", "passwd", "pass", "token")), "")
    if other:
        meant = "login" if other.lower().startswith("user") else "password"
        return f"has {other} for {machine}, which is no word of a .netrc: it is written {meant}"
    if any(re.match(r"(?:login|password)[=:]", word, re.IGNORECASE) for word in mine.words):
        return f"has = or : behind a word for {machine}: it is written `login NAME password PASSWORD`, with blanks"
    return f"has no {'login' if mine.password else 'password'} for {machine}"


def _is_open(text: str) -> bool:
    return any(word is None for line in text.split("\n") if '"' in line for word in _of_line(line))


def _near(machines: list[str], machine: str) -> str:
    from cgrdoctor.credentials.docker_keys import host_of_key, near_misses

    address = next((one for one in machines if one != machine and host_of_key(one).lower() == machine.lower()), "")
    if address:
        return f"has machine {address}, an address: it is written machine {machine}"
    if any("*" in one for one in machines):
        return f"has a pattern as machine, and a .netrc has none: it is written machine {machine}"
    near = near_misses(machines, machine, "")
    return f"has machine {near[0].key} ({near[0].why}), and none for {machine}" if near else ""

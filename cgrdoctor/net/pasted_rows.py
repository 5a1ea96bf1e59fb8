"""Rows of a list of images as docker and crictl print it, and references with a blank in them."""

from __future__ import annotations

import itertools
import re

from cgrdoctor.net.pasted_text import the_one
from cgrdoctor.net.pasted_word import Pasted, candidate, parsed, unwrapped
from cgrdoctor.net.reference import SHAPE, Reference, UnusableReference

_HEAD = re.compile(r"\s{0,20}(?:REPOSITORY|IMAGE)\s{1,400}TAG\s")
_ROW = re.compile(r"\s{0,20}+(\S{3,700}+)\s{1,400}+(\S{1,140}+)\s{1,400}+(?:sha256:)?[0-9a-f]{10,64}\b")
_ASKED = re.compile(
    r"(?P<tag>v?[0-9][A-Za-z0-9_.-]{0,127}|latest(?:-[A-Za-z0-9_.-]{1,100})?)|(?P<digest>sha256:[0-9a-f]{64})", re.ASCII
)
_STATUS = re.compile(r"[45][0-9]{2}")
"""What follows a name in a sentence about an error, and is no tag."""


def image_of_rows(lines: list[str]) -> Pasted | None:
    """The image of a list's only row. Raises UnusableReference for several; None where there is no list."""
    rows = lines[1:] if _HEAD.match(lines[0]) else lines if len(lines) == 1 else []
    found = [_named(*row.groups()) for row in map(_ROW.match, rows[:1000]) if row]
    images = list(dict.fromkeys(one for one in found if one is not None))
    return Pasted(the_one(images), "text") if images else None


def _named(name: str, tag: str) -> Reference | None:
    one = candidate(name)
    if one is None or one.reference.tag or one.reference.digest:
        return None
    return one.reference if tag == "<none>" else parsed(f"{one.reference}:{tag}")


def refuse_blanks(line: str) -> None:
    """Raises UnusableReference where a reference has a blank in it, with the spelling that has none."""
    words = unwrapped(line.strip())[0].split()
    if not 1 < len(words) < 5:
        return
    host = words[0].partition("/")[0].rstrip(":")
    if not ("." in host or ":" in host) or parsed(f"{host}/x") is None:
        return
    better = _tag_apart(words) or _path_apart(words)
    if better:
        raise UnusableReference("a blank stands in the reference", better)
    halves = len(words) == 2 and "/" in words[0] and "/" in words[1] and candidate(words[1]) is None
    if halves and parsed(words[0]) and not (_is_whole(words[0])) and parsed(f"{host}/{words[1]}"):
        raise UnusableReference(f"a blank stands in the reference; write {SHAPE}")


def _is_whole(word: str) -> bool:
    found = parsed(word)
    return found is not None and bool(found.tag or found.digest)


def _tag_apart(words: list[str]) -> str | None:
    """`NAME 3.12`, `NAME : 3.12`, `NAME @ sha256:...`."""
    name, rest = words[0].rstrip(":@"), [word for word in words[1:] if word not in (":", "@", "tag", "tag:")]
    found = _ASKED.fullmatch(rest[0].lstrip(":@")) if len(rest) == 1 else None
    if found is None or _STATUS.fullmatch(rest[0]) or parsed(name) is None or _is_whole(name):
        return None
    return f"{name}:{found['tag']}" if found["tag"] else f"{name}@{found['digest']}"


def _path_apart(words: list[str]) -> str | None:
    """`HOST /KEY/...`, `HOST/ KEY/...`."""
    seams = itertools.pairwise(words)
    joined = "".join(words)
    return joined if all(one.endswith("/") or two.startswith("/") for one, two in seams) and parsed(joined) else None

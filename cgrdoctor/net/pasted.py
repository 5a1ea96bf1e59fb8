"""What people paste in place of a reference: commands, lines of manifests, addresses, events, logs.

A text is at most `LIMIT` characters. User information is refused and never repeated, a login among the words of a
command is not looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cgrdoctor.net.pasted_command import command_of, image_of_command
from cgrdoctor.net.pasted_text import image_of_text
from cgrdoctor.net.pasted_word import TEMPLATES, Pasted, read_word, refuse_user_information, unfilled
from cgrdoctor.net.reference import SHAPE, UnusableReference

LIMIT = 1 << 20


def read_pasted(text: str) -> Pasted:
    """The one reference that a text holds. Raises UnusableReference with the spelling that would do."""
    bare = text[:LIMIT].strip("\ufeff \t\r\n\v\f\0")
    if not bare:
        raise UnusableReference(f"IMAGE is empty; write {SHAPE}")
    refuse_user_information(bare)
    joined = TEMPLATES[0].sub(lambda found: "{{" + re.sub(r"\s+", "", found[1]) + "}}", bare)
    if not re.search(r"\s", joined):
        return read_word(joined)
    return _words(joined)


def _words(text: str) -> Pasted:
    """A command line, a line of a manifest, or a text that speaks of an image."""
    lines = [line for line in re.sub(r"\\\r?\n[ \t]*", " ", text).splitlines() if line.strip()]
    if not lines:
        raise UnusableReference(f"IMAGE is empty; write {SHAPE}")
    command = command_of(lines[0])
    if command is not None:
        try:
            found = image_of_command(*command)
            return replace(found, kind="command" if len(lines) == 1 else "text")
        except UnusableReference:
            if len(lines) == 1:
                raise
    if len(lines) == 1 and _LINE.match(lines[0]):
        value = _line_value(lines[0])
        refused = unfilled(value) if value else None
        if refused:
            raise UnusableReference(refused)
        if value and not re.search(r"\s", value):
            return replace(read_word(value), kind="line")
    return image_of_text(text)


_KEY = r"(?:[A-Za-z0-9_.]{0,60}image[\"']?\s{0,10}[:=]|(?:newName|repository|uses):)"
_LINE = re.compile(rf"\s{{0,40}}-?\s{{0,20}}[\"']?(?:FROM\b|{_KEY})", re.IGNORECASE)
_FROM = r"FROM\s{1,20}(?:--[a-z]+=\S{1,200}\s{1,20})?"
_VALUE = re.compile(rf"\s{{0,40}}-?\s{{0,20}}[\"']?(?:{_FROM}|{_KEY}\s{{0,20}})(.*)", re.IGNORECASE)


def _line_value(line: str) -> str | None:
    """What stands behind `image:` or FROM, without comment and what follows an alias."""
    found = _VALUE.match(line)
    rest = found[1].strip() if found else ""
    quoted = re.match(r"([\"'])(.*?)\1", rest)
    return (quoted[2] if quoted else rest.split()[0] if rest.split() else "").rstrip(",;") or None

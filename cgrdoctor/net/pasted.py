"""What people paste in place of a reference: commands, lines of manifests, addresses, events, logs.

A text is at most `LIMIT` characters. User information is refused and never repeated, a login among the words of a
command is not looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cgrdoctor.net.pasted_clean import cleaned
from cgrdoctor.net.pasted_command import command_of, image_of_command
from cgrdoctor.net.pasted_rows import image_of_rows, refuse_blanks
from cgrdoctor.net.pasted_text import image_of_text
from cgrdoctor.net.pasted_word import Pasted, read_word, refuse_user_information, unfilled
from cgrdoctor.net.reference import SHAPE, UnusableReference

LIMIT = 1 << 20


def read_pasted(text: str) -> Pasted:
    """The one reference that a text holds. Raises UnusableReference with the spelling that would do."""
    bare, notes = cleaned(text[:LIMIT])
    bare = bare.strip(" \t\r\n\v\f\0")
    if not bare:
        raise UnusableReference(f"IMAGE is empty; write {SHAPE}")
    refuse_user_information(bare)
    found = _words(bare) if re.search(r"\s", bare) else _word(bare)
    return replace(found, notes=(*notes, *found.notes))


def _word(text: str) -> Pasted:
    """One word: a reference, or a line of code or data in which it stands in quotes or between marks."""
    try:
        return read_word(text)
    except UnusableReference:
        if not re.search(r"[\"'<>(){}]", text):
            raise
        try:
            found = image_of_text(text)
        except UnusableReference:
            found = None
        # A tag that does not read is no reason to take the name alone.
        if found is None or any(f"{found.reference}{mark}" in text for mark in ":@"):
            raise
        return found


def _words(text: str) -> Pasted:
    """A command line, a line of a manifest, or a text that speaks of an image."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise UnusableReference(f"IMAGE is empty; write {SHAPE}")
    command = command_of(lines[0])
    if command is not None and len(lines) > 1 and "build" in command[1][:4]:
        try:  # a build's command names what is made, its log what is pulled
            return image_of_text("\n".join(lines[1:]))
        except UnusableReference:
            pass
    if command is not None:
        try:
            named = image_of_command(*command)
            return replace(named, kind="command" if len(lines) == 1 else "text")
        except UnusableReference:
            if len(lines) == 1:
                raise
            listed = image_of_rows(lines[1:])
            if listed is not None:
                return listed
    if len(lines) == 1 and _LINE.match(lines[0]):
        value = _line_value(lines[0])
        refused = unfilled(value) if value else None
        if refused:
            raise UnusableReference(refused)
        if value and not re.search(r"\s", value):
            return replace(read_word(value), kind="line")
    found = image_of_rows(lines)
    if found is not None:
        return found
    if len(lines) == 1:
        refuse_blanks(lines[0])
    return image_of_text(text)


_KEY = r"(?:[A-Za-z0-9_.]{0,60}image[\"']?\s{0,10}[:=]|(?:newName|repository|uses):)"
_LINE = re.compile(rf"\s{{0,40}}-?\s{{0,20}}[\"']?(?:FROM\b|{_KEY})", re.IGNORECASE)
_FROM = r"FROM\s{1,20}(?:--[a-z]+=\S{1,200}\s{1,20})?"
_VALUE = re.compile(rf"\s{{0,40}}-?\s{{0,20}}[\"']?(?:{_FROM}|{_KEY}\s{{0,20}})(.*)", re.IGNORECASE)


_TAGGED = re.compile(r"(?:[&!]\S{0,80}\s{1,20}){1,2}")
"""An anchor or a tag of YAML before a value."""


def _line_value(line: str) -> str | None:
    """What stands behind `image:` or FROM, without comment and what follows an alias."""
    found = _VALUE.match(line)
    rest = _TAGGED.sub("", found[1].strip() if found else "", count=1)
    quoted = re.match(r"([\"'])(.*?)\1", rest)
    return (quoted[2] if quoted else rest.split()[0] if rest.split() else "").rstrip(",;") or None

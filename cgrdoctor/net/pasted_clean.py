"""What word processors, chats and shells do to a text on its way, undone before it is read.

Every expression is linear.
"""

from __future__ import annotations

import re

from cgrdoctor.net.hard_wrapped import rejoined

_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
"""Characters that no screen shows: soft hyphens, joiners, marks of direction."""

COLOUR = re.compile("\x1b\\[[0-9;]{0,40}[A-Za-z]")
_ENTITIES = {"quot": '"', "lt": "<", "gt": ">", "amp": "&", "#39": "'", "nbsp": " "}
_ENTITY = re.compile(r"&(quot|lt|gt|amp|#39|nbsp);", re.IGNORECASE)
"""Colours of a terminal, and what the source of a page has for quotes."""

_CHAT_LINK = re.compile(r"<https?://[^|<>\s]{1,900}\|([^|<>\s]{1,900})>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\s]{3,700})\]\(https?://[^\s()]{1,900}\)", re.IGNORECASE)
"""Links as chats and Markdown write them: what is read on the screen counts."""

_CONTINUED = re.compile(r"(?:\\|(?<=[ \t])[\^`])\r?\n[ \t]*")
"""A command that goes on in the next line, in a shell, in Windows' own and in PowerShell."""

_TEMPLATE = re.compile(r"\{\{([^{}]{0,200})\}\}|<%=?([^<>%]{0,80})%>")

_COMMAND = re.compile(
    r"(?<=[/:@])"
    r"(?:\$\(([A-Za-z_][A-Za-z0-9_.]{0,80})[ \t][^()\n]{0,200}\)|`([A-Za-z_][A-Za-z0-9_.]{0,80})[^`\n]{0,200}`)"
)
"""What a shell puts in: by the first word of the command."""

_SET = re.compile(
    r"^[ \t]{0,40}(?:(?:ARG|ENV|export|set)[ \t]{1,20})?([A-Za-z_][A-Za-z0-9_]{0,80})"
    r"=[\"']?([^\s\"']{1,300})[\"']?[ \t]{0,40}(?:#[^\r\n]{0,300})?\r?$",
    re.MULTILINE,
)
_USED = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]{0,80})(?::-[^{}\s]{0,200})?\}|([A-Za-z_][A-Za-z0-9_]{0,80}))")
LONGEST = 700
"""Characters of a value that is put in; a reference has fewer."""
MOST = 1000
"""Variables, and their uses, that are filled in."""


def cleaned(text: str) -> tuple[str, tuple[str, ...]]:
    """The text as it was meant, and what was dropped of it."""
    plain = rejoined(COLOUR.sub("", text))
    plain = without_entities(plain)
    bare = _UNSEEN.sub("", plain)
    notes: tuple[str, ...] = ("characters that cannot be seen were dropped",) if bare != plain else ()
    shown = _LINK.sub(r"\1", _CHAT_LINK.sub(r"\1", bare))
    notes += ("the address behind a link was dropped",) if shown != bare else ()
    joined = _TEMPLATE.sub(_without_blanks, _CONTINUED.sub(" ", shown))
    joined = _COMMAND.sub(lambda found: f"$({found[1] or found[2]})", joined)
    return _filled(joined), notes


def without_entities(text: str) -> str:
    """Quotes and brackets as they were, where the source of a page was pasted."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[1].lower()], text) if "&" in text else text


def _without_blanks(found: re.Match[str]) -> str:
    """A template as one word."""
    inner = re.sub(r"\s+", "", found[1] if found[1] is not None else found[2])
    return f"{{{{{inner}}}}}" if found[1] is not None else f"<%={inner}%>"


def _filled(text: str) -> str:
    """Variables that the text itself sets (ARG, ENV, `NAME=value`), where it uses them."""
    if "$" not in text or "=" not in text or "\n" not in text:
        return text
    values: dict[str, str] = {}
    for found in _SET.finditer(text):
        if len(values) < MOST:
            values.setdefault(found[1], found[2])
    for _ in range(3):
        values = {name: filled for name, value in values.items() if len(filled := _with(values, value)) <= LONGEST}
    whole = {name: value for name, value in values.items() if "$" not in value}
    used = {found[1] or found[2] for found in _USED.finditer(text)}
    rest = _SET.sub(lambda found: "" if found[1] in used and found[1] in whole else found[0], text)
    return _with(whole, rest)


def _with(values: dict[str, str], text: str) -> str:
    return _USED.sub(lambda found: values.get(found[1] or found[2], found[0]), text, count=MOST)

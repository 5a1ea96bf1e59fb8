"""One word in place of a reference: what clings to it, templates, digests, addresses.

User information is refused and never repeated. Every expression is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from cgrdoctor.net.reference import (
    EXAMPLE,
    SHAPE,
    TAG,
    Reference,
    UnusableReference,
    has_user_information,
    parse_reference,
)

Kind = Literal["reference", "address", "command", "line", "text"]

_SCHEME = re.compile(
    r"(?:docker|docker-pullable|docker-image|oci|containerd|container-image|registry)://"
    r"|(?:docker-daemon|containers-storage):(?:\[[^\]]{0,200}\])?"
    r"|(?:docker|registry|podman|remote|image|container|from)[:=](?=[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}(?::[0-9]{1,5})?/)",
    re.IGNORECASE,
)

_OPENING = "\"'`(\u201c\u201e\u2018\u00ab\u2039\u201d\u00b4[{<"
_CLOSING = "\"'`)\u201d\u201c\u2019\u00bb\u203a\u201d\u00b4]}>"
_PAIRS = dict(zip(_OPENING, _CLOSING, strict=True))
"""Quotes and brackets as keyboards and word processors set them."""
_BRACKETS = "([{<"
_MARKS = "*_~|"
"""What Markdown and chats put around a word."""
_HASH = re.compile(r"([a-z0-9.-]{1,253}(?::[0-9]{1,5})?)#", re.IGNORECASE)
"""The host as enroot writes it."""
_OPEN = "\"'`\u201c\u201d\u2018\u2019"
_SHUT = "\"'`\u201d\u2019"

_ENDS = {
    ".": "full stop",
    ",": "comma",
    ";": "semicolon",
    "!": "exclamation mark",
    "?": "question mark",
    "\u2026": "dots",
    "\u3002": "full stop",
}
"""What ends a sentence and is no part of a word."""

TEMPLATES = (
    re.compile(r"\{\{([^{}]{0,200})\}\}"),
    re.compile(r"#\{([^{}\s]{1,80})\}#?"),
    re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_.]{0,80})[^{}\s]{0,200}\}"),
    re.compile(r"\$\[([A-Za-z_][^\[\]\s]{0,80})\]"),
    re.compile(r"\$(env:[A-Za-z_][A-Za-z0-9_]{0,80})", re.IGNORECASE),
    re.compile(r"<%=?([A-Za-z_][A-Za-z0-9_.]{0,80})%>"),
    re.compile(r"\(\(([A-Za-z_][A-Za-z0-9_.-]{0,80})\)\)"),
    re.compile(r"(?<=[/:@.])\{([A-Za-z_][A-Za-z0-9_.-]{0,80})\}|^\{([A-Za-z_][A-Za-z0-9_.-]{0,80})\}(?=[/:@.])"),
    re.compile(r"(?<=[/:@])\[([A-Za-z][A-Za-z0-9_-]{0,80})\]"),
    re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_.]{0,80})\)"),
    re.compile(r"\$([A-Za-z_][A-Za-z0-9_]{0,80})"),
    re.compile(r"%([A-Z_][A-Z0-9_]{1,80})%"),
    re.compile(r"\[\[([^\[\]]{1,80})\]\]"),
    re.compile(r"(?<=[/:@])<([A-Za-z][A-Za-z0-9 _-]{0,60})>|^<([A-Za-z][A-Za-z0-9 _-]{0,60})>(?=[/:@.])"),
)


_HELD = re.compile(
    r"://[^\s/@\"'<>]{0,500}@"
    r"|@(?!sha(?:256|512):|v?\d{1,6}\.\d{1,6}\.\d{1,6}(?:[-+][\w.+-]{0,100})?/)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?::[0-9]{1,5})?/"
)
"""User information in an address, or before a host in any word; a password may hold spaces, too. A version of a
module, as stack traces have it (`containerd@v1.5.7/remotes`), is no host."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """The reference of a text. `notes` say what was dropped or changed, in the words of a message."""

    reference: Reference
    kind: Kind
    notes: tuple[str, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether the whole text is one reference, address or command: who types it names its host."""
        return self.kind in ("reference", "address", "command", "line")


def refuse_user_information(text: str) -> None:
    """Raises UnusableReference, without repeating anything, where an address or the only word holds some."""
    held = _HELD.search(text) is not None
    if held or (not re.search(r"\s", text) and has_user_information(text) and not _tag_behind_at(text)):
        problem = "IMAGE holds user information before an @; leave it out, credentials are read from elsewhere"
        raise UnusableReference(problem)


def _tag_behind_at(text: str) -> str | None:
    """The spelling with a colon, where a tag stands behind an `@`."""
    name, at, tag = text.rpartition("@")
    if not at or re.fullmatch(r"(?:sha256-)?[0-9a-fA-F]{64}", tag) or not TAG.fullmatch(tag):
        return None
    found = parsed(name)
    return f"{name}:{tag}" if found is not None and not (found.tag or found.digest) else None


def parsed(text: str) -> Reference | None:
    """The reference, or None."""
    try:
        return parse_reference(text)
    except UnusableReference:
        return None


def read_word(text: str) -> Pasted:
    """One word: a reference, or an address, with what clings to it."""
    word, notes = unwrapped(text)
    refused = unfilled(word) or _without_name(word)
    if refused:
        raise UnusableReference(refused)
    bare = word.removeprefix("//") if word.startswith("//") else word
    notes += ("the slashes before it were dropped",) if bare != word else ()
    scheme = _SCHEME.match(bare)
    bare = bare[scheme.end() :] if scheme else bare
    bare = _HASH.sub(r"\1/", bare, count=1) if scheme and "#" in bare else bare
    if re.match(r"https?://", bare, re.IGNORECASE):
        return _addressed(bare, notes)
    key, equals, value = bare.partition("=")
    if equals and "/" not in key and parsed(value):
        bare = value
    better = _tag_behind_at(bare)
    if better:
        raise UnusableReference("a tag stands behind a colon", better)
    found = _lowered(parse_reference(bare), notes)
    return replace(found, kind="reference")


def _addressed(word: str, notes: tuple[str, ...]) -> Pasted:
    from cgrdoctor.net.address import read_address

    found, more = read_address(word)
    return replace(_lowered(parse_reference(found), (*notes, *more)), kind="address")


def _lowered(found: Reference, notes: tuple[str, ...]) -> Pasted:
    host = found.host.lower()
    if host == found.host or not ("." in host or ":" in host):
        return Pasted(found, "reference", notes)
    return Pasted(replace(found, host=host), "reference", (*notes, "the host in lower case"))


def unwrapped(text: str) -> tuple[str, tuple[str, ...]]:
    """The word without quotes, brackets and a final stop, and what those were."""
    notes: list[str] = []
    while len(text) > 2:
        closing = _PAIRS.get(text[0])
        wrapped = closing is not None and text.endswith(closing) and not (text[0] == "{" and text[1] == "{")
        if wrapped and not (text[0] == "<" and parsed(text[1:-1]) is None and "://" not in text):
            notes.append(f"the {'quotes' if text[0] not in _BRACKETS else 'brackets'} around it were dropped")
            text = text[1:-1]
        elif text[0] in _MARKS and text[-1] == text[0]:
            notes.append("the marks around it were dropped")
            text = text[1:-1]
        elif text[-1] in _ENDS and len(text) > 3:
            notes.append(f"the {_ENDS[text[-1]]} at its end was dropped")
            text = text[:-1]
        elif text[0] in _OPEN and closing is not None and closing not in text[1:]:
            notes.append("the quote before it was dropped")
            text = text[1:]
        elif text[-1] in _SHUT and text[-1] not in text[:-1]:
            notes.append("the quote behind it was dropped")
            text = text[:-1]
        else:
            break
    return text, tuple(dict.fromkeys(notes))


def _without_name(word: str) -> str | None:
    if re.fullmatch(r"@?sha(?:256|512):[A-Fa-f0-9]{0,128}", word):
        return f"IMAGE is a digest without a name; write HOST/REPOSITORY-KEY/ORGANIZATION/IMAGE@DIGEST, as {EXAMPLE}"
    return None


def unfilled(text: str) -> str | None:
    """What is said of a template in which something is not filled in."""
    names: list[str] = []
    angles = False
    for form in TEMPLATES:
        for found in form.finditer(text):
            name = next((one for one in found.groups() if one), "").strip()
            angles = angles or form is TEMPLATES[-1]
            if name and name not in names:
                names.append(name)
        text = form.sub("?", text)
    if not names:
        return None
    shown = ", ".join(f"<{name}>" if angles else name for name in names[:6])
    if angles:
        return f"IMAGE still holds placeholders: {shown}; write {SHAPE}"
    verb = "is" if len(names) == 1 else "are"
    return f"IMAGE is an unfilled template: {shown} {verb} not filled in; write {SHAPE}"


def candidate(word: str) -> Pasted | None:
    """A word as a reference with a real host, without what a sentence puts behind it."""
    bare, _ = unwrapped(word.rstrip(":.,;)\"'"))
    try:
        found = read_word(bare)
    except UnusableReference:
        return None
    host = found.reference.host
    return found if "." in host or ":" in host or host == "localhost" else None


def raise_near(word: str) -> None:
    """The correction of a word that was meant as the image."""
    bare = _SCHEME.sub("", word.rstrip(",;\"'"), count=1)
    host = bare.partition("/")[0]
    if "/" in bare and not bare.startswith(("/", ".")) and ("." in host or ":" in host):
        read_word(bare)

"""Foreign text made inert: what a peer wrote must not move a cursor, colour a terminal or turn a line around."""

from __future__ import annotations

import re

ACTIVE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
"""Control and format characters: C0, C1, soft hyphen, zero-width, direction marks, separators, surrogates, tags."""


def inert(text: str) -> str:
    """`text` on one line, every active character as an escape such as `\\\\x1b`."""
    return escaped(text).replace("\n", "\\n")


def escaped(text: str) -> str:
    """`text` with active characters as escapes; line feeds stay."""
    return ACTIVE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 0x09:
        return " "
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def without_surrogates(text: str) -> str:
    """`text` as it can be written in UTF-8; undecodable bytes of file names become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")

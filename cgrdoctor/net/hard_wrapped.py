"""Lines that a terminal broke at its width, in the middle of words, as they were before.

tmux, screen, consoles of hypervisors and phones copy what stands on the screen: each row of it is a line.
"""

from __future__ import annotations

import re

NARROWEST, WIDEST = 60, 500
USUAL = frozenset((80, 90, 100, 110, 120, 130, 132, 140, 150, 160, 180, 200))
"""Columns of terminals."""

OFTEN = 3
"""Times that a text of another width must have been broken, to be known as broken."""

LINES = 20_000
"""A text of more lines was read from a file."""

BEGINS = 10
"""Characters by which two lines are known to begin alike, as the lines of a log do."""

FEW = 4
SOFT = 25
"""Columns that a mail program leaves free at the end of a line, at most, where it breaks between words. Of rows that
fill the width so many must come on each that ends like this: a log's lines end anywhere."""

_NEW = re.compile(
    r"\A(?:\t|\s*+(?:\[?\d{4}[-/]\d\d[-/]\d\d|\[?\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:|[IWEF]\d{4} \d\d:|time=|"
    r"#\d{1,4} |=> |[-*>$+] |[|\u2500-\u257f]|apiVersion:|kind:|[a-z_]{1,40}\.go:\d|[a-z][\w.-]{0,40} {1,20}\| |"
    r"\[(?:\+|Pipeline|(?i:error|warn|info|debug))|(?:Error|ERROR|FATA|WARN|INFO|Warning|Normal|Events)\b))"
)
"""What begins a line of its own."""


_TABLE = re.compile(r"\A(?:NAME\s|(?!\s{0,8}(?:Normal|Warning)\b).*\s{6}\S{1,24}\Z)")
"""A row that reaches the edge because it was filled up with blanks: progress bars and tables."""


def rejoined(text: str) -> str:
    """The text without the breaks that a terminal made; unchanged where none is certain."""
    lines = text.replace("\r\n", "\n").split("\n")
    if not 1 < len(lines) <= LINES:
        return text
    width = max(map(len, lines))
    if not NARROWEST <= width <= WIDEST:
        return text
    goes_on = [at for at in range(1, len(lines)) if _is_full(lines[at - 1], lines[at], width)]
    broken = {lines[at - 1][:BEGINS] for at in goes_on}
    soft = sum(_is_soft(lines[at - 1], lines[at], width) for at in range(1, len(lines)))
    if FEW * soft > len(goes_on):
        return text
    if len(broken) < OFTEN and not (goes_on and width in USUAL and not lines[goes_on[0]][0].isupper()):
        return text
    return "\n".join(_paragraphs(lines, width))


def _is_full(line: str, after: str, width: int) -> bool:
    """Whether a row goes on in the next one. A command that does so by itself says it."""
    if len(line) != width or not _goes_on(after) or _TABLE.match(line):
        return False
    return not line.endswith((" ^", " `")) and (not line.endswith("\\") or after.startswith('"'))


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and not _NEW.match(line)


def _is_soft(line: str, after: str, width: int) -> bool:
    """Whether it ends where the next word had no room: a mail program breaks between words."""
    word = len(after.split(None, 1)[0]) if after.strip() else width
    return width - SOFT <= len(line) < width - 1 and len(line) + 1 + word > width and _goes_on(after)


def _paragraphs(lines: list[str], width: int) -> list[str]:
    """Each row that fills the width goes on in the next one; a blank at the very edge is not copied."""
    found: list[list[str]] = []
    before = ""
    for line in lines:
        full = _is_full(before, line, width)
        edge = len(before) == width - 1 and line[:1].islower() and _goes_on(line)
        if found and (full or edge) and found[-1][0][:BEGINS] != line[:BEGINS]:
            found[-1].append(line if full else f" {line}")
        else:
            found.append([line])
        before = line
    return ["".join(parts) for parts in found]

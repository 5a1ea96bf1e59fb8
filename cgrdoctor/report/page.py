"""Rows for a terminal: wrapped at its width where one looks on, left whole where the text goes elsewhere."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cgrdoctor.report.clean import escaped, inert

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

COLUMNS = 80
ROWS = 24
"""The terminal that is reckoned with where none is seen."""

LABEL = 10
"""Columns of the labels at the left (Seen, Fix, Owner, ...), their margin included."""

LINK_LIMIT = 500
"""Characters of an address that becomes a link; some terminals drop longer ones, or show them as text."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%-]+")
_CLOSING = ".,;:!?"


@dataclass(frozen=True, slots=True)
class Style:
    """How to show a report.

    `loudness` is -1 for cause, fix and owner alone, 1 for everything but the values of facts and headers, 2 for those
    too. `wrapped`: somebody looks on, `columns` wide and `rows` high. `links`: the terminal follows OSC 8.
    """

    colour: bool = False
    columns: int = COLUMNS
    loudness: int = 0
    rows: int = ROWS
    wrapped: bool = True
    links: bool = False


class Page:
    """Lines with styles; foreign text comes in through `line`, `item` and `verbatim`, which make it inert."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._lines: list[Text] = []

    @property
    def rows(self) -> int:
        """Rows of a terminal that wide; a longer line counts as the rows it takes."""
        return sum(max(1, -(-line.cell_len // self.style.columns)) for line in self._lines)

    def text(self) -> str:
        """Everything written so far, with a line feed at the end of each line."""
        console = console_for(self.style)
        for line in self._lines:
            console.print(line, soft_wrap=True)
        stream = console.file
        assert isinstance(stream, io.StringIO)
        return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))

    def add(self, other: Page) -> None:
        """What stands on another page."""
        self._lines += other._lines

    def line(self, text: str = "", style: str = "") -> None:
        """One paragraph, wrapped."""
        self.item("", text, style=style, indent=0)

    def item(self, label: str, text: str, *, style: str = "", indent: int = LABEL, label_style: str = "bold") -> None:
        """A label in its column and a paragraph beside it."""
        room = max(20, self.style.columns - indent) if self.style.wrapped else 0
        for number, piece in enumerate(filled(inert(text), room)):
            margin = label.ljust(indent) if number == 0 else " " * indent
            self._put(margin, label_style, piece, style)

    def pieces(self, pieces: list[str], *, indent: int) -> None:
        """Short texts beside each other, none of them broken."""
        room = self.style.columns - indent
        line = ""
        for piece in map(inert, pieces):
            if line and self.style.wrapped and len(line) + 2 + len(piece) > room:
                self._put(" " * indent, "", line, "")
                line = piece
            else:
                line = f"{line}  {piece}" if line else piece
        self._put(" " * indent, "", line, "")

    def verbatim(self, text: str, *, label: str = "", indent: int = LABEL, style: str = "cyan") -> None:
        """Text to be copied: never wrapped, line feeds kept."""
        for number, line in enumerate(escaped(text).split("\n")):
            self._put((label if number == 0 else "").ljust(indent), "bold", line, style)

    def heading(self, text: str) -> None:
        """An empty line and a heading."""
        self.line()
        self.line(text, "bold underline" if self.style.colour else "")
        if not self.style.colour:
            self.line("-" * min(len(inert(text)), self.style.columns))

    def _put(self, margin: str, margin_style: str, text: str, style: str) -> None:
        from rich.text import Text

        line = Text(text, style=style)
        if self.style.links:
            for start, end, address in addresses(text):
                line.stylize(f"link {address}", start, end)
        self._lines.append(Text.assemble((margin, margin_style), line))


def filled(text: str, room: int) -> Iterator[str]:
    """A paragraph in lines of at most `room` cells, whole if that is 0. No word is broken, however long it is."""
    from rich.cells import cell_len

    line, taken = "", 0
    for place, word in enumerate(text.split(" ")):
        wide = cell_len(word)
        if place and room and taken + 1 + wide > room:
            if line.strip():
                yield line.rstrip()
            line, taken = word, wide
        else:
            line, taken = (f"{line} {word}", taken + 1 + wide) if place else (word, wide)
    yield line.rstrip()


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the web addresses of a text stand, without the marks that end the sentence around them."""
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_CLOSING)
        if len(address) <= LINK_LIMIT:
            yield match.start(), match.start() + len(address), address


def console_for(style: Style) -> Console:
    """Where rich draws; it looks at nothing of this machine."""
    from rich.console import Console

    return Console(
        file=io.StringIO(),
        width=style.columns,
        color_system="standard" if style.colour else None,
        force_terminal=style.colour,
        no_color=not style.colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )

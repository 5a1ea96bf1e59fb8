"""Rows of a terminal, counted as a terminal takes them."""

import re

from rich.cells import cell_len

SEQUENCE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")


def plain(text):
    """Without colours and links."""
    return SEQUENCE.sub("", text)


def rows(text, columns=80):
    """A longer line counts as the rows it takes."""
    return sum(max(1, -(-cell_len(line) // columns)) for line in plain(text).rstrip("\n").split("\n"))

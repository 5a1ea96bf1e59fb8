"""What the terminal can do that a text is shown on, and what its user wants."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from cgrdoctor.report.page import COLUMNS, ROWS, Style

if TYPE_CHECKING:
    from cgrdoctor.config.settings import Settings

NARROWEST = 40

LINKING = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio")
"""Values of TERM_PROGRAM whose terminals follow OSC 8; Apple_Terminal is none of them."""

LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
LINKING_MARKS = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "WEZTERM_PANE")
FIRST_VTE = 5000
"""VTE, which GNOME's terminal and its kin are made of, follows OSC 8 since 0.50."""


def style_for(stream: TextIO, settings: Settings, environ: Mapping[str, str] = os.environ) -> Style:
    """The width and height of a terminal, colours unless somebody objects. Elsewhere nothing is wrapped."""
    terminal = stream.isatty()
    columns, rows = shutil.get_terminal_size((COLUMNS, ROWS)) if terminal else (COLUMNS, ROWS)
    colour = settings.color and (forced(environ) or (terminal and environ.get("TERM", "") != "dumb"))
    return Style(
        colour=colour,
        columns=max(NARROWEST, columns),
        loudness=-1 if settings.quiet else settings.verbose,
        rows=rows,
        wrapped=terminal,
        links=terminal and colour and follows_links(environ),
    )


def forced(environ: Mapping[str, str]) -> bool:
    """Whether FORCE_COLOR asks for colours, where NO_COLOR does not forbid them."""
    return environ.get("FORCE_COLOR", "") not in ("", "0", "false") and not environ.get("NO_COLOR")


def follows_links(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is known to follow OSC 8; inside screen and tmux it is not known."""
    if environ.get("TERM", "").startswith(("screen", "tmux")) or environ.get("TMUX") or environ.get("STY"):
        return False
    vte = environ.get("VTE_VERSION", "")
    modern = vte.isascii() and vte.isdigit() and len(vte) < 8 and int(vte) >= FIRST_VTE
    named = environ.get("TERM_PROGRAM", "") in LINKING or environ.get("TERM", "") in LINKING_TERMS
    return modern or named or any(environ.get(mark) for mark in LINKING_MARKS)

"""What a terminal can do, and what its user wants, is read off its environment."""

import io

import pytest

from cgrdoctor.config.settings import resolve
from cgrdoctor.report.terminal import follows_links, style_for


class Terminal(io.StringIO):
    def isatty(self):
        return True


PIPE = io.StringIO()
TERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("stream", "environ", "colour"),
    [
        (Terminal(), TERM, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {**TERM, "NO_COLOR": "1"}, False),
        (PIPE, TERM, False),
        (PIPE, {**TERM, "FORCE_COLOR": "1"}, True),
        (PIPE, {**TERM, "FORCE_COLOR": "0"}, False),
        (PIPE, {**TERM, "FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
def test_colour_where_it_is_wanted(stream, environ, colour):
    style = style_for(stream, resolve({}, environ), environ)

    assert style.colour is colour
    assert style.wrapped is stream.isatty()


def test_the_width_of_the_terminal_is_used(monkeypatch):
    monkeypatch.setenv("COLUMNS", "137")
    monkeypatch.setenv("LINES", "50")

    terminal, pipe = (style_for(stream, resolve({}, {}), TERM) for stream in (Terminal(), PIPE))

    assert (terminal.columns, terminal.rows) == (137, 50)
    assert (pipe.columns, pipe.rows) == (80, 24)


@pytest.mark.parametrize(
    ("environ", "follows"),
    [
        ({"VTE_VERSION": "7003"}, True),
        ({"VTE_VERSION": "4205"}, False),
        ({"VTE_VERSION": "new"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"WT_SESSION": "0"}, True),
        ({"TERM": "screen-256color", "VTE_VERSION": "7003"}, False),
        ({"TMUX": "/tmp/tmux", "VTE_VERSION": "7003"}, False),
        ({}, False),
    ],
)
def test_links_only_where_they_are_known_to_be_followed(environ, follows):
    assert follows_links(environ) is follows

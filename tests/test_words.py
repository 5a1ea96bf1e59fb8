"""The first word that is no option is looked for before any command is chosen, so every option must be known by then."""

import importlib

import pytest

from cgrdoctor.cli import COMMANDS, run
from cgrdoctor.cli import report as reports
from cgrdoctor.cli.words import first_word, long_options


@pytest.mark.parametrize(
    ("name", "home"),
    [(name, home) for rows in (COMMANDS, reports.COMMANDS) for name, (home, _) in rows.items()],
)
def test_the_options_of_every_command_are_known_before_it_is(name, home):
    """A first word is looked for before any command is chosen."""
    found = importlib.import_module(home).command
    known = long_options()
    for parameter in getattr(found, "params", ()):
        for spelling in parameter.opts:
            if spelling.startswith("--"):
                takes = not (parameter.is_flag or parameter.count)
                assert known.get(spelling) == takes, f"{spelling} of {name} is missing in words.OWN, or wrong there"


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        (["--timeout", "5", "a/b"], 2),
        (["--timeout=5", "a/b"], 1),
        (["-qf", "json", "a/b"], 2),
        (["-fjson", "a/b"], 1),
        (["-vv", "a/b"], 1),
        (["--", "-a/b"], 1),
        (["-h", "a/b"], 1),
        (["--no-direct"], None),
        (["--timeout"], None),
    ],
)
def test_a_value_is_no_word(typed, place):
    assert first_word(typed)[0] == place


@pytest.mark.parametrize("typed", [["--help"], ["demo", "--help"], ["a/b", "--help"]])
def test_help_is_an_option_of_every_command(typed, capsys):
    assert run(typed) == 0
    assert "Usage:" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "meant"), [("--hlep", "--help"), ("--verison", "--version"), ("--ak", "--ask")])
def test_a_misspelt_option_is_told_the_one_that_is_meant(typed, meant, capsys):
    assert run([typed]) == 2
    assert capsys.readouterr().err == f"cgrdoctor: there is no option {typed}; the nearest is {meant}\n"


@pytest.mark.parametrize("words", [[], ["check"], ["report", "merge"]])
def test_help_is_a_command_too(words, capsys):
    assert run([*words, "--help"]) == 0
    said = capsys.readouterr().out
    assert run(["help", *words]) == 0
    assert capsys.readouterr().out == said != ""


def test_version_is_a_command_too(capsys):
    assert (run(["--version"]), run(["version"])) == (0, 0)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second


def test_help_of_what_is_no_command_is_refused(capsys):
    assert run(["help", "chekc"]) == 2
    assert "check" in capsys.readouterr().err

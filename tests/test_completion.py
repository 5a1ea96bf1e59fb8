"""A shell completes commands, options, codes, checks, worlds, choices and files, and nothing is said beside them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from cgrdoctor.cli import COMMANDS, program, run
from cgrdoctor.cli.completing import VARIABLE, script
from cgrdoctor.cli.completion import SHELLS
from cgrdoctor.config.options import ROWS
from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS, HEALTHY

IMAGE = "acme.jfrog.io/cgr-private/acme.com/python:3.12"
CATALOGUE = load()


def completed(*words):
    """What a shell offers for the last of these words."""
    *before, incomplete = words
    return ShellComplete(program, {}, "cgrdoctor", VARIABLE).get_completions(list(before), incomplete)


def names(*words):
    return [item.value for item in completed(*words)]


def test_the_first_word_is_a_command():
    assert names("") == list(COMMANDS)
    assert names("comp") == ["compare", "completion"]
    assert all(item.help for item in completed(""))


@pytest.mark.parametrize("before", [[], ["check"], [IMAGE], ["check", IMAGE], ["demo"], ["report", "verify"]])
def test_every_option_is_completed(before):
    spelt = {row.spelling for row in ROWS.values() if row.spelling.startswith("--")}

    assert spelt <= set(names(*before, "--"))
    assert names(*before, "--upstream-t") == ["--upstream-timeout"]


def test_codes_and_checks_are_completed():
    ids = [check.id for check in CATALOGUE.checks]

    assert names("explain", "") == [*CATALOGUE.codes, *ids, "hosts"]
    assert names("explain", "pull-token-") == [name for name in CATALOGUE.codes if name.startswith("pull-token-")]
    assert set(ids) < set(names("--only", ""))
    assert names(IMAGE, "--skip", "network.u") == ["network.upstream"]
    assert "fields.*" in names("check", "--only", "fi")


def test_worlds_are_completed():
    assert names("demo", "--fault", "") == names("lab", "serve", "--fault", "") == [*FAULTS, *HEALTHY]
    assert names("demo", "--list-faults", "upstream-dn") == ["upstream-dns"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["--vantage", "a"], ["artifactory"]),
        (["demo", "-f", "m"], ["markdown"]),
        (["graph", "-f", "m"], ["mermaid"]),
        (["report", "re"], ["reanalyze", "redact"]),
        (["completion", "f"], ["fish"]),
        (["--no-direct", "--fail-on", ""], ["warn", "fail"]),
    ],
)
def test_choices_are_completed(words, offered):
    assert names(*words) == offered


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["--cacert", ""], "file"),
        (["-o", ""], "file"),
        (["--docker-config", ""], "dir"),
        (["report", "show", ""], "file"),
        (["compare", "a.json", ""], "file"),
    ],
)
def test_paths_are_left_to_the_shell(words, kind):
    assert [item.type for item in completed(*words)] == [kind]


@pytest.mark.parametrize("words", [["nonsense", ""], ["--nonsense", ""], ["report", "nonsense", ""], ["--only", "zz"]])
def test_what_cannot_be_used_is_no_error_while_it_is_typed(words, capsys):
    completed(*words)

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_each_shell_is_printed(shell, capsys):
    assert run(["completion", shell]) == 0
    printed = capsys.readouterr().out
    assert printed == script(program, "cgrdoctor", shell)
    assert f"{VARIABLE}={shell}_complete" in printed


def test_a_shell_that_is_not_known_is_told_those_that_are(capsys):
    assert run(["completion", "tcsh"]) == 2
    told = capsys.readouterr().err
    assert all(shell in told for shell in SHELLS)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_by_the_script(tmp_path):
    command = tmp_path / "cgrdoctor"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m cgrdoctor "$@"\n')
    command.chmod(0o755)
    asked = (
        'eval "$(cgrdoctor completion bash)"\n'
        "complete -p cgrdoctor >&2\n"
        "COMP_WORDS=(cgrdoctor explain pull-token-r); COMP_CWORD=2; COMPREPLY=()\n"
        "_cgrdoctor_completion cgrdoctor\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    places = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    done = subprocess.run(
        ["bash", "-c", asked], capture_output=True, text=True, env=places, cwd=Path.cwd(), timeout=120, check=False
    )

    assert done.stdout.splitlines() == ["pull-token-rejected"], done.stderr
    assert "_cgrdoctor_completion cgrdoctor" in done.stderr


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_shows_a_meaning_with_a_comma_whole(tmp_path):
    command = tmp_path / "cgrdoctor"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m cgrdoctor "$@"\n')
    command.chmod(0o755)
    asked = 'cgrdoctor completion fish | source; complete -C "cgrdoctor report "'
    places = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "HOME": str(tmp_path),
    }

    done = subprocess.run(
        ["fish", "--no-config", "-c", asked], capture_output=True, text=True, env=places, timeout=120, check=False
    )

    shown = dict(line.partition("\t")[::2] for line in done.stdout.splitlines())
    helps = {item.value: item.help for item in completed("report", "")}
    assert any("," in text for text in helps.values())
    assert shown == helps, done.stderr

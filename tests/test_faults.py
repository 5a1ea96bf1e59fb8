"""`demo --list-faults`: under headings on a terminal, a row each in a pipe, whole as data, and only what is asked for."""

import json

import pytest
from screen import on_a_terminal
from typed import typed

from cgrdoctor.cli import faults
from cgrdoctor.engine.discovery import load
from cgrdoctor.lab import FAULTS, HEALTHY

LISTED = faults.listed(__import__("cgrdoctor.lab").lab, {code.name: code.leg for code in load().codes.values()})


def names(pattern):
    return {one.name for one in faults.matching(LISTED, pattern)}


def test_every_world_has_one_place_under_a_heading():
    lines = faults.grouped(LISTED)
    entries = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    headings = [line for line in lines if line and line[0] != " "]

    assert sorted(entries) == sorted([*FAULTS, *HEALTHY])
    assert headings[0].startswith("The image reference (")
    assert headings[-1] == f"Nothing is wrong ({len(HEALTHY)})"
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize(
    ("pattern", "held", "left_out"),
    [
        ("upstream-dns", "upstream-dns", "token-authentication-disabled"),
        ("remote-url-mismatch", "remote-url-v2", "remote-offline"),
        ("remote-url-*", "remote-url-v2", "remote-offline"),
        ("*-v2", "remote-url-v2", "remote-url-path"),
        ("REMOTE_URL", "remote-url-v2", "remote-offline"),
        ("upstream-account", "pull-token-expired", "upstream-dns"),
        ("healthy", "healthy", "remote-offline"),
    ],
)
def test_only_what_is_asked_for(pattern, held, left_out):
    assert held in names(pattern)
    assert left_out not in names(pattern)


def test_a_pipe_gets_a_row_each():
    status, stdout, stderr = typed("demo", "--list-faults", "remote-url")
    rows = [line.split("\t") for line in stdout.splitlines()]

    assert (status, stderr) == (0, "")
    assert {len(row) for row in rows} == {3}
    assert ["remote-url-v2", "remote-url-mismatch", FAULTS["remote-url-v2"].title] in rows


def test_a_terminal_gets_headings():
    shown = on_a_terminal("demo", "--list-faults", "remote-url").written.splitlines()

    assert shown[0].startswith("Artifactory (")


def test_as_data_it_is_whole():
    status, stdout, _ = typed("demo", "--list-faults", "-f", "json")
    rows = json.loads(stdout)

    assert status == 0
    assert [row["name"] for row in rows] == [*FAULTS, *HEALTHY]
    assert all((row["code"] is None) == (row["name"] in HEALTHY) for row in rows)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--list-faults", "upstraem"], "there is no world like 'upstraem'; the nearest is 'upstream"),
        (["--list-faults", "-f", "html"], "-f text or -f json"),
        (["--fault", "remote-url-mismatch"], "is a code; the worlds with it: remote-url-host"),
        (["--fault", "upstream-dsn"], "the nearest is 'upstream-dns'"),
    ],
)
def test_one_line_says_what_to_type(words, told):
    status, stdout, stderr = typed("demo", *words)

    assert (status, stdout, stderr.count("\n")) == (2, "", 1)
    assert told in stderr

"""`checks`, `explain` and `graph` from outside: readable at 80 columns without colour, whole as data."""

import json
import re
from functools import cache

import pytest
from typed import typed

from cgrdoctor.engine.discovery import load
from cgrdoctor.net.hosts import HOSTS

CATALOGUE = load()
NAMES = [*CATALOGUE.codes, *(check.id for check in CATALOGUE.checks), "hosts"]
SAMPLE = ["pull-token-rejected", "upstream-unreachable", "fields.url", "network.other-hosts", "hosts"]


@cache
def ran(*words):
    return typed(*words)


def lines_of(*words):
    status, stdout, stderr = ran(*words)
    assert (status, stderr) == (0, "")
    return stdout.splitlines()


def readable(lines):
    """No line is longer than 80 columns, unless it is one name that cannot be broken; nothing but plain text."""
    long = [line for line in lines if len(line) > 80 and " " in line.strip()]
    return long == [] and all(line.isprintable() for line in lines)


@pytest.mark.parametrize("words", [("checks",), ("graph",), *(("explain", name) for name in SAMPLE)])
def test_text_is_readable_at_80_columns(words):
    assert readable(lines_of(*words))


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_readable_at_80_columns(name):
    from cgrdoctor.cli.explain import as_text
    from cgrdoctor.report.pages import page

    assert readable(as_text(page(CATALOGUE, name)))


def test_a_code_says_everything():
    text = "\n".join(lines_of("explain", "pull-token-rejected"))

    for heading in ("What is looked at", "Why it matters", "What looks alike", "How to fix it", "Sources"):
        assert f"\n{heading}" in text
    assert "pull-token-expired" in text
    assert "pull.through" in text


def test_a_code_is_whole_as_data():
    data = json.loads(ran("explain", "pull-token-rejected", "-f", "json")[1])

    assert data["name"] == "pull-token-rejected"
    assert set(data["look_alikes"]) <= set(data["told_apart"])
    assert all(data["told_apart"].values())
    assert data["found_by"] == ["pull.through"]
    assert data["why"]


def test_a_check_is_explained():
    text = "\n".join(lines_of("explain", "fields.url"))
    data = json.loads(ran("explain", "fields.url", "-f", "json")[1])

    assert "remote-url-mismatch" in text
    assert "How it fails" in text
    assert data["id"] == "fields.url"
    assert data["codes"] == ["remote-url-mismatch"]


def test_the_hosts_are_explained_with_source_and_date():
    text = "\n".join(lines_of("explain", "hosts"))
    rows = json.loads(ran("explain", "hosts", "-f", "json")[1])

    assert [row["name"] for row in rows] == [host.name for host in HOSTS]
    assert all(row["note"] and row["needed_for"] and row["source"] for row in rows)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row["read"]) for row in rows)
    assert all(host.name in text for host in HOSTS)


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("pull-token-expird", "pull-token-expired"),
        ("fields.ulr", "fields.url"),
        ("host", "hosts"),
        ("remote_url_mismach", "remote-url-mismatch"),
    ],
)
def test_an_unknown_word_names_the_nearest(typed, nearest):
    status, stdout, stderr = ran("explain", typed)

    assert (status, stdout) == (2, "")
    assert f"the nearest is '{nearest}'" in stderr
    assert stderr.count("\n") == 1


@pytest.mark.parametrize("typed", ["REMOTE_URL_MISMATCH", "Remote-Url-Mismatch", " remote-url-mismatch "])
def test_spelling_is_forgiven(typed):
    assert lines_of("explain", typed)[0].startswith("remote-url-mismatch:")


def test_checks_as_data():
    data = json.loads(ran("checks", "-f", "json")[1])

    assert [check["id"] for check in data] == [check.id for check in CATALOGUE.checks]
    assert all(check["title"] and check["codes"] and check["needs"] for check in data)


def test_the_graph_in_every_form():
    data = json.loads(ran("graph", "-f", "json")[1])
    named = {edge["from"] for edge in data["edges"]} | {edge["to"] for edge in data["edges"]}
    mermaid, dot = lines_of("graph", "-f", "mermaid"), lines_of("graph", "-f", "dot")

    assert named <= set(data["facts"]) | set(data["checks"]) | {"invocation"}
    assert mermaid[0] == "flowchart LR"
    assert sum("-->" in line or "-.->" in line for line in mermaid) == len(data["edges"])
    assert (dot[0], dot[-1]) == ("digraph cgrdoctor {", "}")
    assert sum("->" in line for line in dot) == len(data["edges"])
    assert any(line.startswith("  pull.through <- ") for line in lines_of("graph"))

"""A report of a later minor version has words that this one does not know: it is read, told and kept."""

import json
from pathlib import Path

import pytest
from typed import typed

FAULTY = json.loads(Path(__file__).with_name("of_1_0").joinpath("faulty.json").read_text())


def later():
    """A report whose sets of words have grown, wherever one may."""
    found = json.loads(json.dumps(FAULTY))
    found["schema_version"] = "1.9"
    found["run"]["vantage"] = "proxy"
    found["target"]["access_method"] = "header"
    found["exchanges"][0]["kind"] = "quic"
    entry = found["diagnosis"][0]
    entry.update(leg="service-mesh", owner="mesh-team", explains=[], rivals=[])
    entry["rivals"] = [{"code": "dns-failure", "subject": "", "would_be_excluded_by": "a look", "who": "mesh-team"}]
    for check in found["checks"]:
        check["observed_from"] = "mesh"
        if check["status"] == "skip":
            check["reason"] = "not-licensed"
        for finding in check["findings"]:
            finding["leg"] = "service-mesh"
    for command in entry["remedy"]["commands"]:
        command["kind"] = "powershell"
    return found


@pytest.fixture
def file(tmp_path):
    place = tmp_path / "later.json"
    place.write_text(json.dumps(later()))
    return str(place)


@pytest.mark.parametrize("form", ["text", "markdown", "html", "junit", "line"])
def test_it_is_shown_in_every_format(file, form):
    status, shown, said = typed("report", "show", "-f", form, file)

    assert (status, said) == (0, "")
    assert FAULTY["diagnosis"][0]["code"] in shown


@pytest.mark.parametrize("form", [("-v",), ("-q",), ("--explain",), ("-f", "json")])
def test_and_at_every_length(file, form):
    status, _, said = typed("report", "show", *form, file)

    assert (status, said) == (0, "")


def test_its_words_are_kept(file):
    shown = json.loads(typed("report", "show", "-f", "json", file)[1])

    assert (shown["diagnosis"][0]["leg"], shown["diagnosis"][0]["owner"]) == ("service-mesh", "mesh-team")
    assert (shown["run"]["vantage"], shown["target"]["access_method"]) == ("proxy", "header")


@pytest.mark.parametrize("words", [("validate",), ("redact",), ("diff",)])
def test_other_commands_read_it(file, words):
    files = (file, file) if words == ("diff",) else (file,)

    status, _, said = typed("report", *words, *files)

    assert (status, said) == (0, "")


def test_it_is_judged_again(file):
    status, shown, _ = typed("report", "reanalyze", "-f", "json", file)

    assert (status, json.loads(shown)["status"]) == (1, "faulty")


@pytest.mark.parametrize("closed", ["status", "severity", "confidence"])
def test_what_is_closed_stays_so(tmp_path, closed):
    found, file = later(), tmp_path / "odd.json"
    (found if closed == "status" else found["diagnosis"][0])[closed] = "odd"
    file.write_text(json.dumps(found))

    status, shown, said = typed("report", "show", str(file))

    assert (status, shown) == (2, "")
    assert "'odd'" in said

"""HEAD that does not pass, told from a way that is closed."""

import pytest
from stories import control_fails, named, rivals, said, settings, through, unfound

HEAD = "cgr-private: Error in getting information for 'acme.com/python' (HEAD request failed: HTTP/1.1 {})."


def failing(message):
    return named(through(unfound(message, "NOT FOUND")), control_fails(message, "NOT FOUND"), settings())


@pytest.mark.parametrize(
    "message",
    [
        HEAD.format("405 Method Not Allowed"),
        "cgr-private: Error in getting information for 'x/y' (405: method not allowed).",
        "Failed retrieving resource: Actual bytes sent are different than expected",
    ],
)
def test_words_about_method_or_size_name_head(message):
    finding = failing(message)

    assert said(finding) == ("upstream-head-unusable", "likely")
    assert "upstream-unreachable" in rivals(finding)
    assert "bypassHeadRequests" in finding.remedy.commands[0].command


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Failed retrieving resource: HEAD https://cgr.dev/v2/: Connection refused", "upstream-unreachable"),
        ("Error in getting information for 'acme.com/head' (IOException)", "upstream-failed"),
    ],
)
def test_a_stage_of_the_connection_is_nearer_and_a_name_is_no_method(message, code):
    assert failing(message).code == code


def test_it_is_excluded_where_head_is_bypassed():
    message = HEAD.format("405 Method Not Allowed")
    facts = (through(unfound(message, "NOT FOUND")), control_fails(message, "NOT FOUND"))

    assert named(*facts, settings(bypass_head_requests=True)).code == "upstream-failed"


def test_it_is_a_rival_where_nothing_is_said():
    assert "upstream-head-unusable" in rivals(failing("Error in getting information (IOException)"))

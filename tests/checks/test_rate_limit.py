"""Whose rate limit a 429 is."""

import pytest
from stories import control, control_fails, direct, named, rivals, said, step, through, unfound

MARKS = (("x-jfrog-version", "Artifactory/7.161.15"), ("retry-after", "60"))
TOKEN = step("token", 200, headers=MARKS)


def limited(name, message="Too many requests", headers=MARKS, **more):
    return step(name, 429, message, "TOOMANYREQUESTS", headers=headers, **more)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((limited("token"),), "artifactory-rate-limited"),
        ((limited("token", headers=()),), "artifactory-rate-limited"),
        ((TOKEN, limited("manifest", headers=(), shape="html")), "gateway-rate-limited"),
        ((TOKEN, limited("layer", headers=(), shape="empty")), "gateway-rate-limited"),
        ((TOKEN, limited("manifest")), "upstream-rate-limited"),
        ((limited("manifest", headers=()),), "upstream-rate-limited"),
    ],
    ids=["own endpoint", "own endpoint, unmarked", "before Artifactory", "a layer's", "of either", "unmarked all"],
)
def test_by_endpoint_and_marks(steps, code):
    finding = named(through(*steps))

    assert said(finding) == (code, "likely")
    assert rivals(finding) & {"artifactory-rate-limited", "gateway-rate-limited", "upstream-rate-limited"}


def test_words_about_the_remote_are_upstreams():
    finding = named(through(TOKEN, limited("manifest", "Docker remote repository reached the request rate limit")))

    assert said(finding) == ("upstream-rate-limited", "certain")


def test_a_limit_that_this_machine_meets_too_is_upstreams():
    finding = named(through(TOKEN, limited("manifest")), control(), direct(limited("token")))

    assert said(finding) == ("upstream-rate-limited", "certain")


SENT = ("date", "Tue, 24 Nov 2026 11:59:00 GMT")


@pytest.mark.parametrize(
    ("headers", "span"),
    [
        ([("retry-after", "60")], "60 s"),
        ([("Retry-After", "5400")], "1.5 h"),
        ([("retry-after", "Tue, 24 Nov 2026 12:01:00 GMT"), SENT], "120 s"),
        ([("retry-after", "Tue, 24 Nov 2026 12:01:00 GMT")], "60 s"),
        ([("retry-after", "Tue, 24 Nov 2026 11:01:00 GMT"), SENT], None),
        ([("retry-after", "0")], None),
        ([("retry-after", "-1")], None),
        ([("retry-after", "soon")], None),
        ([("retry-after", "9" * 400)], None),
        ([], None),
    ],
)
def test_the_remedy_says_how_long_to_wait(headers, span):
    """Where the answer names a moment, by the clock of who sent it; else by that of the pull."""
    summary = named(through(limited("token", headers=(*MARKS[:1], *headers)))).remedy.summary

    assert summary.startswith(f"Wait {span}, until " if span else "Wait as long as Retry-After says, ")


def test_a_limit_may_hide_behind_a_miss():
    finding = named(through(unfound()), control_fails(), direct(limited("token")))

    assert said(finding) == ("upstream-rate-limited", "likely")
    assert "missed-retrieval-cached" in rivals(finding)


def test_a_limit_of_this_machine_alone_explains_no_miss():
    finding = named(through(unfound()), control(), direct(limited("token")))

    assert finding.code != "upstream-rate-limited"

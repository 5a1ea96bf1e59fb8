"""The image comes out of the cache; what else failed in the run decides, and what only looks like a failure does not."""

import pytest
from facts import cached, remote
from msgspec.structs import replace
from stories import (
    FRESH,
    KEY,
    MISSING,
    NOW,
    OLD,
    control,
    control_fails,
    pull,
    rivals,
    said,
    settings,
    step,
    tags,
    target,
)

from cgrdoctor.net.failure import Failure
from cgrdoctor.testing import judged
from cgrdoctor_checks.facts.artifactory.remotes import AdminView
from cgrdoctor_checks.facts.pull.cache_or_upstream import CACHED_STILL_PULL
from cgrdoctor_checks.facts.pull.connection_test import BLOBS, REGISTRY, BlobHostTest, EgressTest
from cgrdoctor_checks.facts.pull.control_content import ControlContent
from cgrdoctor_checks.facts.pull.through_artifactory import PullThrough
from cgrdoctor_checks.pull.through import pull_cause

JUST_BEFORE = "Tue, 24 Nov 2026 11:59:30 GMT"
"""Half a minute before the pull, and long before anybody judges it."""

DENIED = "The client does not have permission for manifest"
RESET = Failure(stage="body", kind="reset", message="Connection reset", seconds=0.1)
LATE = Failure(stage="headers", kind="timeout", message="no answer", seconds=35.0)
CUT = Failure(stage="headers", kind="deadline", message="the run ended", seconds=3.0)


def served(fetched: str | None = OLD, child: str | None = OLD) -> PullThrough:
    """The image as it came; each manifest with the date of its fetch into the cache."""
    made = pull(
        *(
            step(name, 200, headers=_dated(date))
            for name, date in (("manifest", fetched), ("platform-manifest", child))
        ),
        step("config", 200),
        digest="sha256:a",
    )
    return PullThrough(pull=made, started_at=NOW)


def _dated(modified: str | None) -> tuple[tuple[str, str], ...]:
    return (("date", FRESH), *((("last-modified", modified),) if modified else ()))


def result(*facts):
    return judged(pull_cause, target(), *facts)


def found(*facts):
    made = result(*facts)
    assert made.status == "fail", made
    (finding,) = made.findings
    assert finding.summary.endswith(CACHED_STILL_PULL)
    return finding


def content(*steps, member=None):
    return ControlContent(pull=pull(*steps, digest="sha256:c"), started_at=NOW, member=member)


def answered(endpoint=REGISTRY, **fields):
    made = {"endpoint": endpoint, "step": step("rest", 400), **fields}
    return (BlobHostTest if endpoint == BLOBS else EgressTest)(**made)


def test_a_live_way_is_left_in_peace():
    facts = served(), tags(200), control(), content(step("manifest", 200), step("config", 200))

    assert result(*facts, answered(reached=True, answer=401), settings()).status == "pass"


def test_what_came_from_upstream_needs_no_other_proof():
    assert result(served(FRESH, FRESH), control_fails()).status == "pass"


@pytest.mark.parametrize("dates", [(OLD, OLD), (FRESH, OLD), (None, OLD), (OLD, FRESH), (JUST_BEFORE, JUST_BEFORE)])
def test_any_manifest_out_of_the_cache_makes_it_a_copy(dates):
    assert said(found(served(*dates), tags(200), control_fails()))[0] == "pull-through-failed"


def test_without_dates_the_cache_tells():
    empty = replace(cached(), entries=())

    assert result(served(None, None), control_fails(), empty).status == "pass"
    assert result(served(None, None), control_fails(), cached()).status == "fail"
    assert result(served(None, None), control_fails()).status == "fail"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 500])
def test_a_tag_list_that_fails_without_a_word_is_said(status):
    finding = found(served(), tags(status, MISSING if status == 404 else ""), control())

    assert finding.confidence != "certain"
    assert rivals(finding)


def test_a_tag_list_that_is_none_is_said():
    broken = replace(tags(200), step=replace(tags(200).step, problem="no tag list"))

    assert found(served(), broken, control()).severity == "fail"


def test_a_missing_right_is_named_where_upstream_answers():
    finding = found(served(), tags(200), control(step("manifest", 403, DENIED, "UNAUTHORIZED"), works=False))

    assert said(finding) == ("artifactory-permission-denied", "likely")
    assert "chainguard/static" not in finding.subject
    assert any("Deploy/Cache" in line for line in finding.remedy.steps)


def test_a_refusal_of_everything_may_be_more_than_a_missing_right():
    refused = control(step("manifest", 403, DENIED, "UNAUTHORIZED"), works=False)

    finding = found(served(), tags(404, MISSING), refused)

    assert finding.confidence != "certain"
    assert rivals(finding)


@pytest.mark.parametrize(
    ("patterns", "status"),
    [
        ({"includes_pattern": "acme.com/python/3.12/**"}, "pass"),
        ({"excludes_pattern": "**/tags/**"}, "pass"),
        ({"includes_pattern": "acme.com/**"}, "fail"),
        ({}, "fail"),
    ],
)
def test_patterns_that_were_read_may_keep_a_tag_list_back(patterns, status):
    read = AdminView(remotes=(remote(KEY, **patterns),))

    assert result(served(), tags(404, MISSING), control(), read).status == status


def test_patterns_excuse_no_words_about_the_way():
    read = AdminView(remotes=(remote(KEY, includes_pattern="acme.com/python/3.12/**"),))

    assert said(found(served(), tags(404, "Connect to cgr.dev:443 failed: Connection refused"), control(), read))[
        0
    ] == ("upstream-unreachable")


@pytest.mark.parametrize(
    ("test", "code"),
    [
        (answered(reached=False, stage="refused", said="Connection refused"), "upstream-unreachable"),
        (answered(reached=False, stage="untrusted", said="PKIX path building failed"), "upstream-tls-untrusted"),
        (answered(reached=False, answer=407, stage="proxy", said="--> 407"), "upstream-proxy-refused"),
        (answered(reached=False, answer=403, page=True, said="--> 403: <html>"), "upstream-content-blocked"),
        (answered(answer=503, said="--> 503"), "upstream-out-of-order"),
        (answered(BLOBS, reached=False, stage="dns", said="UnknownHostException"), "upstream-blob-host-blocked"),
        (answered(BLOBS, answer=503, said="--> 503"), "upstream-blob-host-blocked"),
    ],
)
def test_a_connection_test_that_failed_is_enough(test, code):
    finding = found(served(), tags(200), control(), settings(), test)

    assert finding.code == code
    assert finding.rivals


@pytest.mark.parametrize(
    "test", [answered(reached=True, answer=401), answered(answer=None, said="Successfully connected")]
)
def test_a_connection_test_that_did_not_fail_is_none(test):
    assert result(served(), tags(200), control(), settings(), test).status == "pass"


def test_a_blob_of_the_control_image_that_fails_is_the_blob_host_s():
    words = "Connect to 9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com:443 failed: connect timed out"
    broken = content(step("manifest", 200), step("config", 404, words, "NOT FOUND"))

    finding = found(served(), tags(200), control(), broken)

    assert finding.code == "upstream-blob-host-blocked"


def test_a_member_without_a_word_may_keep_the_control_image_to_itself():
    """Its settings were not read, and the control image comes by another member."""
    silent = content(step("manifest", 404, MISSING, "MANIFEST_UNKNOWN"), member="cgr-private")
    worded = content(step("manifest", 404, "cgr-private: is assumed offline", "NOT FOUND"), member="cgr-private")

    assert result(served(), tags(200), control(), silent).status == "pass"
    assert found(served(), tags(200), control(), silent, settings()).severity == "fail"
    assert found(served(), tags(200), control(), worded).code == "remote-assumed-offline"


def without_an_answer(failure):
    return replace(tags(200), step=replace(tags(200).step, status=None, failure=failure))


def test_a_list_that_was_given_up_decides_nothing():
    """This run ended it, and nobody else."""
    made = result(served(), without_an_answer(CUT), control())

    assert (made.status, made.reason) == ("skip", "blocked")
    assert "the live tag list was given up before it was answered" in made.summary


@pytest.mark.parametrize("failure", [RESET, LATE])
def test_a_list_that_never_came_is_said(failure):
    assert found(served(), without_an_answer(failure), control()).confidence != "certain"


@pytest.mark.parametrize("steps", [(), (step("manifest", 200),)])
def test_a_pull_without_a_blob_was_not_seen_to_work(steps):
    made = result(PullThrough(pull=pull(*steps, digest="sha256:a"), started_at=NOW))

    assert (made.status, made.reason) == ("skip", "blocked")

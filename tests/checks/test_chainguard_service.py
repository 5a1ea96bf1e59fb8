"""cgr.dev out of order, its edge refusing, and one blob that did not come: told from a closed way and a dead token."""

import pytest
from stories import NO_TOKEN, control, control_fails, direct, direct_works, named, rivals, said, step, through, unfound

from cgrdoctor_checks.facts.artifactory.symptom import symptom
from cgrdoctor_checks.facts.direct.edge import is_edge, quotes_edge
from cgrdoctor_checks.facts.direct.pulls import verdict
from cgrdoctor_checks.facts.pull.connection_test import REGISTRY, read
from cgrdoctor_checks.facts.pull.retries import SecondLook

GOOGLE = (("server", "Google Frontend"), ("via", "1.1 google"))
BLOB = {"path": "v2/cgr-private/acme.com/python/blobs/sha256:c"}


def page(name="manifest", status=403, title="403", headers=GOOGLE):
    return step(name, status, shape="html", title=title, headers=headers)


def of_chainguard(*steps):
    return direct(*steps).verdict


@pytest.mark.parametrize(
    "answer",
    [
        step("token", 504, "upstream request timeout", shape="text"),
        step("token", 500, "unknown error", "UNKNOWN"),
        step("manifest", 503, "unavailable"),
        step("config", 503, "ServiceUnavailable", shape="text", redirected_to=("r2",)),
        page("token", 502, "502 Server Error"),
        page("manifest", 502, "Error 502 (Server Error)!!1", ()),
    ],
)
def test_a_5xx_of_chainguards_is_an_outage_wherever_it_comes(answer):
    assert of_chainguard(answer) == "outage"


@pytest.mark.parametrize(
    ("title", "headers", "expected"),
    [
        ("403", (), True),
        ("Error 403 (Forbidden)!!1", (), True),
        ("403 Forbidden", GOOGLE, True),
        ("403 Forbidden", (("server", "nginx"),), False),
        ("Access denied", (("server", "BigIP"),), False),
        ("403", (("server", "squid/5.7"),), False),
        ("403", (("via", "1.1 zscaler"),), False),
    ],
)
def test_the_edge_is_known_by_its_headers_or_its_bare_title_and_no_filter_is(title, headers, expected):
    answer = page(title=title, headers=headers)

    assert is_edge(answer) is expected
    assert (of_chainguard(answer) == "edge-refused") is expected


def test_json_that_passed_the_edge_is_cgr_devs_own():
    answer = step("manifest", 403, "the caller does not have the required capabilities", "DENIED", headers=GOOGLE)

    assert not is_edge(answer)
    assert of_chainguard(answer) == "capability-missing"


@pytest.mark.parametrize(
    "failing",
    [unfound(), unfound(NO_TOKEN, "NOT FOUND"), step("manifest", 403, "denied for manifest", "UNAUTHORIZED")],
)
@pytest.mark.parametrize(
    ("answer", "code"),
    [(step("token", 504, "late", shape="text"), "upstream-out-of-order"), (page(), "upstream-edge-refused")],
)
def test_what_both_sides_meet_goes_before_token_image_and_right(failing, answer, code):
    finding = named(through(failing), control_fails(failing.message, failing.code), direct(answer))

    assert said(finding) == (code, "likely")
    assert finding.owner == "chainguard-support"


def test_whom_to_ask_about_a_refusal_of_the_edge_and_for_which_address():
    finding = named(through(unfound()), control_fails(), direct(page()))

    told = " ".join((finding.remedy.summary, *finding.remedy.steps))
    assert "Chainguard support" in told
    assert "address" in told


def test_an_outage_of_the_blob_host_that_both_meet_is_no_closed_blob_host():
    blob = step("config", 404, "blob unknown to registry", "BLOB_UNKNOWN", **BLOB)
    there = step("config", 503, "ServiceUnavailable", shape="text", redirected_to=("r2",))

    assert named(through(step("manifest", 200), blob, digest="d"), control(), direct(there)).code == (
        "upstream-out-of-order"
    )
    assert named(through(step("manifest", 200), blob, digest="d"), control()).code == "upstream-blob-host-blocked"


def test_a_quoted_5xx_points_to_an_outage_unless_cgr_dev_serves_this_machine():
    words = "cgr-private: Received status 503 from upstream"

    alone = named(through(unfound(words, "NOT FOUND")), control_fails(words, "NOT FOUND"))

    assert "upstream-out-of-order" in (alone.code, *rivals(alone))
    assert alone.confidence != "certain"


def test_artifactorys_own_test_that_meets_the_edge_names_it():
    text = 'x --> 403: <!doctype html><meta charset="utf-8"><title>403</title>403 Forbidden'
    found = read(REGISTRY, step("rest", 400, text, shape="artifactory"), text)

    assert (found.edge, found.page, found.reached, found.failed) == (True, False, None, True)
    assert named(through(unfound()), control_fails(), found).code == "upstream-edge-refused"


def test_a_filter_that_the_test_meets_stays_a_filter():
    text = "x --> 403: <html><title>Blocked by policy</title>"

    assert not quotes_edge(text)
    assert read(REGISTRY, step("rest", 400, text, shape="artifactory"), text).page


def test_one_blob_that_did_not_come_beside_another_is_no_closed_blob_host():
    blob = step("config", 404, "blob unknown to registry", "BLOB_UNKNOWN", **BLOB)
    pull = through(step("manifest", 200), blob, step("layer", 206, **BLOB), digest="d")

    assert named(pull, control()).code == "upstream-failed"


def test_a_blob_that_comes_when_asked_again_failed_once():
    blob = step("config", 404, "blob unknown to registry", "BLOB_UNKNOWN", **BLOB)
    again = SecondLook(exchanges=("x8",), tries=(step("config", 200, **BLOB),))

    finding = named(through(step("manifest", 200), blob, digest="d"), control(), again)

    assert finding.code == "upstream-failed"
    assert "asked again" in finding.summary
    assert finding.remedy.summary.startswith("Pull again")


def test_a_stage_that_is_named_is_not_excused_by_another_blob():
    words = "cgr-private: Error in getting information (Connect to r2.cloudflarestorage.com failed: Connection refused)"
    blob = step("config", 404, words, "NOT FOUND", **BLOB)
    pull = through(step("manifest", 200), blob, step("layer", 206, **BLOB), digest="d")

    assert symptom(blob) == "upstream-transport"
    assert named(pull, control()).code == "upstream-blob-host-blocked"


def test_an_image_that_is_not_there_is_no_outage():
    assert verdict(direct(step("manifest", 404, "unknown", "MANIFEST_UNKNOWN")).pull) == "tag-not-found"


def test_both_stay_open_where_cgr_dev_was_not_asked_and_neither_where_it_answers():
    failing = (through(unfound()), control_fails())

    assert {"upstream-out-of-order", "upstream-edge-refused"} <= rivals(named(*failing))
    assert rivals(named(*failing, direct_works())).isdisjoint({"upstream-out-of-order", "upstream-edge-refused"})


def test_a_service_that_was_not_well_for_a_moment_is_not_chainguards():
    blob = step("config", 503, shape="html", title="503 Service Unavailable", **BLOB)
    again = SecondLook(exchanges=("x8",), tries=(step("config", 200, **BLOB),))

    assert named(through(step("manifest", 200), blob, digest="d"), control(), again).code == "artifactory-unhealthy"

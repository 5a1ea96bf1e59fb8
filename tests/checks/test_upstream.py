"""Artifactory's way to Chainguard: inferred from what it answers, logs and tests, and never more certain than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from stories import (
    MISSING,
    OURS,
    catalog,
    control,
    control_fails,
    direct,
    direct_works,
    login,
    named,
    rivals,
    said,
    settings,
    step,
    tags,
    target,
    through,
    unfound,
)

from cgrdoctor.net.hosts import BLOB_HOST
from cgrdoctor_checks.causes.socket_timeouts import stalled, timeouts
from cgrdoctor_checks.facts.pull.artifactory_trace import read as read_trace
from cgrdoctor_checks.facts.pull.connection_test import BLOBS, REGISTRY, read

FAILED = "cgr-private: Error in getting information for 'acme.com/python/3.12/list.manifest.json' ({})."
SILENT = through(unfound(FAILED.format("java.io.IOException"), "NOT FOUND"))
SILENT_CONTROL = control_fails(FAILED.format("java.io.IOException"), "NOT FOUND")
GENERIC, GENERIC_CONTROL = through(unfound()), control_fails()

CAUSES = [
    ("UnknownHostException: cgr.dev", "upstream-unreachable", "does not resolve"),
    ("Connect to cgr.dev:443 failed: connect timed out", "upstream-unreachable", "dropped"),
    ("Connect to cgr.dev:443 failed: Connection refused", "upstream-unreachable", "refused"),
    ("java.net.NoRouteToHostException: No route to host", "upstream-unreachable", "no route"),
    ("java.net.SocketException: Connection reset", "upstream-unreachable", "reset"),
    ("javax.net.ssl.SSLException: handshake_failure", "upstream-unreachable", "TLS handshake"),
    ("SocketTimeoutException: Read timed out", "upstream-unreachable", "in time"),
    ("PKIX path building failed: unable to find valid certification path", "upstream-tls-untrusted", "trust"),
    ("CONNECT refused by proxy: 407 Proxy Authentication Required", "upstream-proxy-refused", "proxy"),
]


@pytest.mark.parametrize(("cause", "code", "words"), CAUSES)
def test_a_stage_is_named_by_the_answer(cause, code, words):
    finding = named(through(unfound(FAILED.format(cause), "NOT FOUND")), SILENT_CONTROL)

    assert said(finding) == (code, "likely")
    assert words in finding.summary
    assert finding.subject == "cgr.dev"
    assert rivals(finding)
    assert all(one.would_be_excluded_by and one.who for one in finding.rivals)
    assert any("curl -sSI https://cgr.dev/v2/" in command.command for command in finding.remedy.commands)


def test_the_control_images_answer_may_name_the_stage():
    finding = named(SILENT, control_fails(FAILED.format("Connection refused: connect"), "NOT FOUND"))

    assert said(finding) == ("upstream-unreachable", "likely")


def test_without_a_stage_the_leg_is_named_with_everything_that_fits():
    finding = named(SILENT, SILENT_CONTROL)

    assert said(finding) == ("upstream-failed", "likely")
    assert {
        "upstream-unreachable",
        "upstream-tls-untrusted",
        "upstream-proxy-refused",
        "pull-token-rejected",
    } <= rivals(finding)
    assert [command.kind for command in finding.remedy.commands[-6:]] == [
        "ui",
        "rest",
        "terraform",
        "shell",
        "shell",
        "shell",
    ]


OFFLINE = "cgr-private: is assumed offline, 'acme.com/python/3.12' is not found at 'acme.com/python/3.12'."


def test_the_offline_state_is_the_entry_where_the_first_answer_was_it():
    seen = (through(unfound(OFFLINE, "NOT FOUND")), control_fails(OFFLINE, "NOT FOUND"), settings())
    own = named(*seen, of=replace(target(), registry_host="artifacts.acme.test"))
    cloud = named(*seen)

    assert said(own) == said(cloud) == ("remote-assumed-offline", "certain")
    assert any("chainguard.dev and www.chainguard.dev" in line for line in own.remedy.steps)
    assert (own.owner, cloud.owner) == ("artifactory-admin", "jfrog-support")
    assert any("ends by itself" in line for line in cloud.remedy.steps)
    assert not any("network team" in line for line in cloud.remedy.steps)


def test_the_failure_that_opened_it_counts_more_where_this_run_saw_it():
    seen = control_fails(FAILED.format("Connection refused"), "NOT FOUND")
    finding = named(through(unfound(OFFLINE, "NOT FOUND")), seen)

    assert said(finding) == ("upstream-unreachable", "likely")


@pytest.mark.parametrize(
    ("facts", "code", "confidence"),
    [
        ((settings(offline=True),), "remote-offline", "certain"),
        ((settings(offline=False),), "remote-assumed-offline", "likely"),
        ((), "remote-offline", "likely"),
    ],
    ids=["switched", "not switched", "unread"],
)
def test_three_states_are_called_offline(facts, code, confidence):
    plain = "cgr-private: is offline, 'acme.com/python/3.12' is not found at 'acme.com/python/3.12'."
    finding = named(through(unfound(plain, "NOT FOUND")), *facts)

    assert said(finding) == (code, confidence)
    assert confidence == "certain" or {"remote-offline", "remote-assumed-offline"} - {code} <= rivals(finding)


@pytest.mark.parametrize(
    ("answer", "facts", "confidence"),
    [
        (step("manifest", 429, "Docker remote repository reached the request rate limit"), (), "certain"),
        (step("manifest", 429, "slow down"), (), "likely"),
        (step("manifest", 429), (direct(step("token", 429)), login()), "certain"),
    ],
)
def test_who_limits_the_rate(answer, facts, confidence):
    finding = named(through(answer), *facts)

    assert said(finding) == ("upstream-rate-limited", confidence)


def test_a_page_is_a_filter_and_the_url_a_rival():
    finding = named(through(step("manifest", 409, "Mismatching mime types found in request and response: text/html")))

    assert said(finding) == ("upstream-content-blocked", "likely")
    assert "remote-url-mismatch" in rivals(finding)


@pytest.mark.parametrize(
    ("status", "code"), [(502, "artifactory-unhealthy"), (503, "artifactory-unhealthy"), (504, "gateway-timeout")]
)
def test_a_gateways_status_leaves_both_sides_open(status, code):
    finding = named(through(step("manifest", status, shape="empty")))

    assert said(finding) == (code, "likely")
    assert "upstream-failed" in rivals(finding)


def test_a_server_error_nobody_has_seen_names_no_missing_image():
    finding = named(through(step("manifest", 500, "java.lang.NullPointerException", "")), control(), direct_works())

    assert finding.code == "pull-through-failed"
    assert finding.confidence != "certain"


def test_an_outage_of_cgr_dev_is_not_the_customers_firewall():
    finding = named(SILENT, SILENT_CONTROL, direct(step("manifest", 503, "unavailable", "")))

    assert said(finding) == ("upstream-out-of-order", "likely")
    assert finding.owner == "chainguard-support"


# Artifactory's own connection test

UNRESOLVED = "Could not verify connection to endpoint: https://cgr.dev/v2/ --> java.net.UnknownHostException: cgr.dev"
TESTS = [
    (REGISTRY, 200, "Successfully connected to endpoint", None, None),
    (REGISTRY, 400, 'Received error from endpoint url: https://cgr.dev/v2/ --> 401: {"errors":[]}', True, None),
    (REGISTRY, 400, UNRESOLVED, False, "dns"),
    (REGISTRY, 400, "Could not verify connection to endpoint: x --> Connect timed out", False, "connect-timeout"),
    (REGISTRY, 400, "Could not verify connection: PKIX path building failed", False, "untrusted"),
    (REGISTRY, 400, "Received error from endpoint url: x --> 407: Proxy Authentication Required", False, "proxy"),
    (REGISTRY, 400, "Received error from endpoint url: x --> 403: <html><title>Blocked</title>", False, None),
    (REGISTRY, 400, "Received error from endpoint url: x --> 503: nothing", None, None),
    (REGISTRY, 400, "endpoint is not valid", None, None),
    (BLOBS, 400, "Received error from endpoint url: x --> 400: <?xml version='1.0'?><Error/>", True, None),
    (BLOBS, 400, "Could not verify connection to endpoint: x --> Connection refused", False, "refused"),
]


def verified(endpoint, status, text):
    return read(endpoint, step("rest", status, text if status != 200 else "", shape="artifactory"), text)


@pytest.mark.parametrize(("endpoint", "status", "text", "reached", "stage"), TESTS)
def test_its_connection_test_is_read(endpoint, status, text, reached, stage):
    found = verified(endpoint, status, text)

    assert (found.reached, found.stage) == (reached, stage)


@pytest.mark.parametrize("status", [401, 403, 404, 405, 415, 501])
def test_a_test_that_is_not_there_is_no_finding(status):
    assert verified(REGISTRY, status, "whatever") is None


@given(status=st.integers(100, 599), text=st.text(max_size=300), endpoint=st.sampled_from([REGISTRY, BLOBS]))
def test_any_answer_to_it_can_be_read(status, text, endpoint):
    found = verified(endpoint, status, text)

    assert found is None or (found.reached is False) == (found.stage is not None or found.page)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (UNRESOLVED, "upstream-unreachable"),
        ("Could not verify connection: PKIX path building failed", "upstream-tls-untrusted"),
        ("Received error from endpoint url: x --> 407: Proxy Authentication Required", "upstream-proxy-refused"),
        ("Received error from endpoint url: x --> 200: <html>welcome</html>", "upstream-content-blocked"),
    ],
)
@pytest.mark.parametrize("answers", [(GENERIC, GENERIC_CONTROL), (SILENT, SILENT_CONTROL)], ids=["unfound", "failed"])
def test_it_names_the_stage_that_no_answer_names(text, code, answers):
    finding = named(*answers, settings(), verified(REGISTRY, 400, text))

    assert said(finding) == (code, "likely")


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Received error from endpoint url: x --> 403: <!DOCTYPE html><title>Access Denied</title>", True),
        ("Received error from endpoint url: x --> 401: <html><title>Sign in</title>", True),
        ("Received error from endpoint url: x: <HTML><HEAD><TITLE>Blocked</TITLE>", True),
        ("Received error from endpoint url: x --> 403: <html><title>403</title>403 Forbidden", False),
        ('Received error from endpoint url: x --> 401: {"errors":[]}', False),
        ("Successfully connected to endpoint", False),
    ],
)
def test_a_page_is_told_from_cgr_devs_own_answer(text, page):
    assert verified(REGISTRY, 400, text).page is page


def test_a_success_where_cgr_dev_refuses_everybody_strengthens_what_the_log_says():
    odd = verified(REGISTRY, 200, "Successfully connected to endpoint")
    logged = traced("Mismatching mime types found in request: application/json and response: text/html")

    finding = named(GENERIC, GENERIC_CONTROL, settings(), odd, logged)

    assert finding.code == "upstream-content-blocked"
    assert "401 to everybody" in finding.summary
    assert named(GENERIC, GENERIC_CONTROL, settings(), odd).code != "upstream-content-blocked"


def test_it_clears_the_network():
    reached = verified(REGISTRY, 400, "Received error from endpoint url: x --> 401: {}")
    finding = named(GENERIC, GENERIC_CONTROL, settings(), reached)

    assert finding.code == "pull-through-failed"
    assert not {"upstream-unreachable", "upstream-tls-untrusted", "upstream-content-blocked"} & rivals(finding)
    assert any("Artifactory itself reaches" in reason.text for reason in finding.because)


# Its own log

TRACE = (
    "Request ID: 3f2c\nRepo Path ID: x\nSteps: \n2026-08-17T12:34:56.790Z Received request\n2026-08-17T12:34:57Z {}\n"
)
LOGGED = [
    ("Repository is assumed offline and the resource doesn't exist in the local cache", "assumed-offline", None),
    ("Repository is offline and the resource doesn't exist in the local cache", "offline", None),
    ("Download denied (rejected due to include pattern settings) - returning unfound resource", "denied", None),
    ("Failed to execute HEAD request: connect timed out", "transport", None),
    ("Received status {} (message: 401) on remote info request - returning unfound resource", "upstream-status", 401),
    ("Received status 403 (message: Forbidden) on remote info request", "upstream-status", 403),
    ("Unable to find resource remotely - adding to the missed retrieval cache.", "missed", None),
    ("Found resource in local cache - returning cached resource", "cached", None),
    ("Mismatching mime types found in request: application/json and response: text/html", "page", None),
    ("Unexpected content type of the answer: text/html;charset=utf-8 - returning unfound resource", "page", None),
    ("Something new", "nothing", None),
]


def traced(decision):
    return read_trace(step("rest", 200), TRACE.replace("{}", decision, 1))


@pytest.mark.parametrize(("decision", "meaning", "status"), LOGGED)
def test_its_log_is_read(decision, meaning, status):
    found = traced(decision)

    assert (found.said, found.status) == (meaning, status)
    assert found.decisions[0] == "Received request"


@given(st.text(max_size=2000))
def test_any_log_can_be_read(text):
    assert len(read_trace(step("rest", 200), text).decisions) <= 60


@pytest.mark.parametrize(
    ("decision", "code", "confidence"),
    [
        (LOGGED[0][0], "remote-assumed-offline", "likely"),
        (LOGGED[1][0], "remote-offline", "certain"),
        (LOGGED[2][0], "include-pattern-blocks", "likely"),
        ("Download denied (repository is blacked out) - returning", "remote-blacked-out", "certain"),
        ("Download denied (user lacks permission to read) - returning", "artifactory-permission-denied", "likely"),
        (LOGGED[3][0], "upstream-unreachable", "likely"),
        (LOGGED[4][0], "token-authentication-disabled", "likely"),
        (
            "Received status 407 (message: Proxy Authentication Required) on remote info",
            "upstream-proxy-refused",
            "likely",
        ),
        (LOGGED[6][0], "pull-through-failed", "likely"),
        (LOGGED[8][0], "upstream-content-blocked", "likely"),
        (LOGGED[9][0], "upstream-content-blocked", "likely"),
        (LOGGED[10][0], "pull-through-failed", "likely"),
    ],
)
def test_its_log_decides_what_a_bare_404_leaves_open(decision, code, confidence):
    finding = named(GENERIC, GENERIC_CONTROL, traced(decision))

    assert said(finding) == (code, confidence)
    assert confidence == "certain" or rivals(finding)


# The clock


@pytest.mark.parametrize(
    ("seconds", "count"), [(15.2, 1), (30.9, 2), (61.0, 4), (14.0, None), (20.0, None), (0.2, None), (200.0, None)]
)
def test_whole_timeouts_are_counted(seconds, count):
    assert timeouts(unfound(seconds=seconds), 15) == count


@given(st.lists(st.floats(0, 300), max_size=6), st.floats(0.1, 60))
def test_one_slow_answer_is_chance(seconds, period):
    steps = [unfound(seconds=one) for one in seconds]

    assert len(stalled(steps, period)) != 1


def test_two_whole_timeouts_are_a_firewall_that_drops():
    slow = (through(unfound(seconds=15.3)), control_fails(seconds=30.6))
    finding = named(*slow)
    quick = named(through(unfound(seconds=0.4)), control_fails(seconds=0.5))

    assert said(finding) == ("upstream-unreachable", "likely")
    assert "15.3 s and 30.6 s" in finding.summary
    assert "upstream-proxy-refused" in rivals(finding)
    assert quick.code == "pull-through-failed"


def test_the_remotes_own_timeout_is_the_measure():
    finding = named(through(unfound(seconds=5.1)), control_fails(seconds=5.2), settings(socket_timeout=5000))

    assert said(finding) == ("upstream-unreachable", "likely")


# The blob host

GONE = step("config", 404, "blob unknown to registry", "BLOB_UNKNOWN", headers=(("last-modified", "x"),))


def pulled(config=GONE):
    return through(step("manifest", 200), config, digest="sha256:d")


def test_a_blob_that_does_not_come_is_most_often_the_blob_host():
    finding = named(pulled(), control(), settings())

    assert said(finding) == ("upstream-blob-host-blocked", "likely")
    assert finding.subject == BLOB_HOST
    assert any("lacks a digit" in line for line in finding.remedy.steps)


@pytest.mark.parametrize(
    ("cause", "code", "subject"),
    [
        (f"Connect to {BLOB_HOST}:443 failed: Connection refused", "upstream-blob-host-blocked", BLOB_HOST),
        ("Connect to cgr.dev:443 failed: Connection refused", "upstream-unreachable", "cgr.dev"),
        ("PKIX path building failed", "upstream-tls-untrusted", BLOB_HOST),
        ("HTTP/1.1 407 Proxy Authentication Required from the proxy", "upstream-proxy-refused", BLOB_HOST),
        ("SocketTimeoutException: Read timed out", "upstream-socket-timeout", BLOB_HOST),
    ],
)
def test_its_answer_may_name_host_and_stage(cause, code, subject):
    finding = named(pulled(step("layer", 404, cause, "NOT FOUND")), control(), settings())

    assert (*said(finding), finding.subject) == (code, "likely", subject)


def test_artifactorys_own_test_tells_a_gap_in_the_cache_from_a_closed_way():
    open_way = verified(BLOBS, 400, "Received error from endpoint url: x --> 403: <Error/>")
    closed = verified(BLOBS, 400, "Could not verify connection to endpoint: x --> Connection refused")

    assert said(named(pulled(), control(), settings(), open_way)) == ("cache-incomplete", "likely")
    assert said(named(pulled(), control(), settings(), closed)) == ("upstream-blob-host-blocked", "likely")


def test_what_cgr_dev_knows_of_the_account_counts_before_an_umbrella():
    refused = step("token", 400, "rpc error: code = InvalidArgument desc = this identity's keys have expired")
    finding = named(SILENT, SILENT_CONTROL, settings(OURS), login(), direct(refused), catalog("acme.com"))

    assert said(finding) == ("pull-token-expired", "certain")


def test_a_live_tag_list_shows_what_the_cache_hides():
    here = through(step("manifest", 200), digest="sha256:d")
    finding = named(here, control(), tags(404, FAILED.format("Connection refused"), code="NOT FOUND"))

    assert said(finding) == ("upstream-unreachable", "likely")
    assert "images in the cache still pull" in finding.summary


def test_a_missing_image_says_what_its_pull_may_have_done_to_the_remote():
    absent = step("manifest", 404, "repository does not exist: acme.com/python", "NAME_UNKNOWN")
    finding = named(through(unfound(MISSING)), control(), direct(absent), login())

    assert said(finding) == ("image-not-found", "certain")
    assert any("www.chainguard.dev" in line for line in finding.remedy.steps)

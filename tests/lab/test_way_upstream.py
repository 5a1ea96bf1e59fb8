"""What is asked of Artifactory about its own way upstream, and what counts where this machine stands in its place."""

import json
from dataclasses import replace

import pytest
from examine import examine

from cgrdoctor.lab import FAULTS, HEALTHY, healthy
from cgrdoctor.lab.world import BLOBS, CGR


def posts(seen):
    return [request for request in seen.lab.requests if request.method == "POST"]


def test_the_connection_test_carries_no_credential_and_is_an_effect():
    seen = examine(FAULTS["upstream-untrusted-wordless"].scenario().world)

    (asked,) = posts(seen)
    assert (asked.path, json.loads(asked.body)) == (
        "/artifactory/api/system/verifyconnection",
        {"endpoint": "https://cgr.dev/v2/"},
    )
    assert "connection-test" in [effect["kind"] for effect in seen.report["effects"]]
    assert seen.codes[0] == "upstream-tls-untrusted"


@pytest.mark.parametrize(
    "world",
    [
        healthy(),
        FAULTS["token-authentication-disabled"].scenario().world,
        FAULTS["tag-not-found"].scenario().world,
        FAULTS["upstream-refused"].scenario().world,
        replace(FAULTS["upstream-refused-untested"].scenario().world, caller="user"),
    ],
    ids=["healthy", "a setting", "the image", "the answer says it", "no administrator"],
)
def test_it_is_asked_only_where_it_can_still_change_the_answer(world):
    seen = examine(world)

    assert posts(seen) == []
    assert [request for request in seen.lab.requests if "trace" in request.query] == [] or world.caller == "user"


def test_a_trace_is_asked_by_those_who_may_not_read_the_settings():
    seen = examine(FAULTS["remote-offline-unseen"].scenario().world)

    (traced,) = [request for request in seen.lab.requests if "trace" in request.query]
    assert traced.path == "/artifactory/cgr-private/acme.com/python/3.12/list.manifest.json"
    assert seen.report["diagnosis"][0]["confidence"] == "certain"


def test_an_administrator_reads_the_trace_too():
    seen = examine(FAULTS["upstream-content-blocked-masked"].scenario().world)

    (traced,) = [request for request in seen.lab.requests if "trace" in request.query]
    assert traced.path == "/artifactory/cgr-private/acme.com/python/3.12/list.manifest.json"
    (entry,) = seen.report["diagnosis"]
    assert (entry["code"], entry["confidence"]) == ("upstream-content-blocked", "likely")
    assert "401 to everybody" in entry["summary"]


def test_from_artifactorys_place_the_path_decides():
    closed = {CGR: "refused", BLOBS: "refused"}
    world = replace(healthy(), wire=closed).artifactory_with(arm=closed)
    seen = examine(world, "--vantage", "artifactory")

    (entry,) = seen.report["diagnosis"]
    assert (entry["code"], entry["confidence"], entry["leg"]) == (
        "upstream-unreachable",
        "certain",
        "artifactory-to-upstream",
    )
    assert {"upstream-blob-host-blocked", "upstream-unreachable"} <= {one["code"] for one in entry["explains"]}


def test_the_other_hosts_are_looked_at_on_request_only():
    asked = examine(healthy(), "--only", "network.*")
    plain = examine(HEALTHY["healthy"].scenario().world)

    def other_hosts(seen):
        return next(check for check in seen.report["checks"] if check["id"] == "network.other-hosts")

    assert (other_hosts(asked)["status"], asked.status) == ("pass", 0)
    assert (other_hosts(plain)["status"], other_hosts(plain)["reason"]) == ("skip", "not-applicable")
    assert not [exchange for exchange in plain.report["exchanges"] if "enforce.dev" in exchange["url"]]
